import json
from pathlib import Path

import pytest

from rag_core.errors import QuestionsUnreadable
from rag_core.evaluation.questions import GoldenQuestion, load_questions

GOOD = {"id": "q1", "kind": "answerable", "question": "How?", "gold": ["a.md"]}


def written(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_field_is_read(tmp_path: Path) -> None:
    follow_up = {
        "id": "f1",
        "kind": "followup",
        "turns": ["What is it?", "And where?"],
        "question": "And where?",
        "gold": ["a.md", "b.md"],
        "gold_facts": [{"fact": "in memory", "terms": ["memory", "RAM"]}],
        "type": "followup:concept",
        "difficulty": "context",
        "version": "v2.6.x",
        "language": "zh",
        "split": "hold",
        "source": "left alone",
    }
    assert load_questions(written(tmp_path, json.dumps(GOOD), "", json.dumps(follow_up))) == [
        GoldenQuestion("q1", "answerable", "How?", gold=("a.md",)),
        GoldenQuestion(
            "f1",
            "followup",
            "And where?",
            earlier=("What is it?",),
            gold=("a.md", "b.md"),
            facts=(("memory", "RAM"),),
            type="followup:concept",
            difficulty="context",
            version="v2.6.x",
            language="zh",
            split="hold",
        ),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2 is no JSON"),
        ("[]", "line 2 is no golden question: it is no JSON object"),
        (json.dumps({**GOOD, "kind": "hard"}), "line 2 .* kind 'hard'"),
        (json.dumps({"id": "q2", "kind": "unanswerable"}), "line 2 .* 'question' is missing"),
        (json.dumps({**GOOD, "id": "q2", "question": "  "}), "line 2 .* 'question' is no text"),
        (json.dumps({**GOOD, "id": "q2", "version": 2.6}), "line 2 .* 'version' is no text"),
        (json.dumps({**GOOD, "id": "q2", "gold": []}), "line 2 .* no gold page"),
        (json.dumps({**GOOD, "id": "q2", "gold": "a.md"}), "line 2 .* 'gold' is no list"),
        (json.dumps(GOOD), "more than one question with the id 'q1'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(QuestionsUnreadable, match=reason):
        load_questions(written(tmp_path, json.dumps(GOOD), line))


def test_a_missing_or_empty_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable, match="can't be read"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionsUnreadable, match="holds no questions"):
        load_questions(written(tmp_path, ""))
