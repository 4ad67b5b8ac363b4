"""Golden questions: what is asked, which pages answer it, and what a right answer says.

The file has one JSON object a line: `id`, `kind`, `question`, and, where they apply, `turns` (everything asked in a
follow-up's conversation, the question itself last), `gold` (ids of pages, any of which will do), `gold_facts` (each
with `terms` that must all stand in the answer), `type`, `difficulty`, `version` (of the documentation, such as
"v2.6.x"; the latest where it is missing), `language` (of the documentation, such as "zh"; English where it is missing),
`split` ("calibrate" where thresholds may be chosen by it, "hold" where they are only tried on it). Other fields are
left alone.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, get_args

from rag_core.errors import QuestionsUnreadable

QuestionKind = Literal["answerable", "unanswerable", "followup"]


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """One question. `earlier` holds the conversation's turns before it; `facts` the terms of each fact.

    `version` and `language` are those that it is asked for, as in `Question`.
    """

    id: str
    kind: QuestionKind
    question: str
    earlier: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    type: str = ""
    difficulty: str = ""
    version: str | None = None
    language: str = "en"
    split: str = ""


def load_questions(path: Path) -> list[GoldenQuestion]:
    """Read a file of golden questions.

    Raises:
        QuestionsUnreadable: it can't be opened, or a line is wrong; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsUnreadable(f"The questions in {path} can't be read: {error}.") from error
    questions = [_read_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    twice = [id_ for id_, count in Counter(question.id for question in questions).items() if count > 1]
    if twice:
        raise QuestionsUnreadable(f"{path} has more than one question with the id {twice[0]!r}.")
    if not questions:
        raise QuestionsUnreadable(f"{path} holds no questions.")
    return questions


def shipped_questions() -> list[GoldenQuestion]:
    """The project's own questions, about the sample pages and about Milvus's documentation; asks the disk."""
    with as_file(files("rag_core.evaluation") / "golden") as folder:
        return [question for path in sorted(folder.glob("*.jsonl")) for question in load_questions(path)]


def _read_line(path: Path, number: int, line: str) -> GoldenQuestion:
    try:
        return _question(json.loads(line))
    except json.JSONDecodeError as error:
        raise QuestionsUnreadable(f"{path}, line {number} is no JSON: {error}.") from error
    except (KeyError, TypeError, ValueError) as error:
        reason = f"the field {error} is missing" if isinstance(error, KeyError) else str(error)
        raise QuestionsUnreadable(f"{path}, line {number} is no golden question: {reason}.") from error


def _question(entry: Any) -> GoldenQuestion:
    if not isinstance(entry, dict):
        raise TypeError("it is no JSON object")
    kind = entry["kind"]
    if kind not in get_args(QuestionKind):
        raise ValueError(f"the kind {kind!r} is none of {', '.join(get_args(QuestionKind))}")
    gold = _texts(entry, "gold")
    if kind != "unanswerable" and not gold:
        raise ValueError("it has no gold page")
    return GoldenQuestion(
        id=_text(entry, "id"),
        kind=kind,
        question=_text(entry, "question"),
        earlier=_texts(entry, "turns")[:-1],
        gold=gold,
        facts=tuple(_texts(fact, "terms") for fact in entry.get("gold_facts") or ()),
        type=str(entry.get("type", "")),
        difficulty=str(entry.get("difficulty", "")),
        version=_text(entry, "version") if entry.get("version") else None,
        language=_text(entry, "language") if entry.get("language") else "en",
        split=str(entry.get("split", "")),
    )


def _text(entry: dict[str, Any], field: str) -> str:
    value = entry[field]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"the field '{field}' is no text")
    return value


def _texts(entry: dict[str, Any], field: str) -> tuple[str, ...]:
    values = entry.get(field) or ()
    if not isinstance(values, Sequence) or isinstance(values, str) or not all(isinstance(v, str) for v in values):
        raise TypeError(f"the field '{field}' is no list of texts")
    return tuple(values)
