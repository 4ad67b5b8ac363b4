"""Asks golden questions, and writes down what came of each in the run format.

A run file has one JSON object a line: `id`, `pages` (ids ranked best first, each once), `outcome`, `answer`,
`citations` (each `n`, `page`, `url`).
"""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import structlog
from pydantic import TypeAdapter

from rag_core.answering.answerer import Answerer
from rag_core.answering.citing import quoted_text
from rag_core.answering.finishing import whole_answer
from rag_core.answering.model import AnswerOutcome, Question, Turn
from rag_core.answering.retriever import Retriever
from rag_core.answering.understanding import understand
from rag_core.errors import RagError, RunUnreadable
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunCitation:
    """One citation of an answer: its number, the page's id, and the address that readers are sent to."""

    n: int
    page: str
    url: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """What came of one question. Of a quoted answer, `answer` is the quotes."""

    id: str
    pages: tuple[str, ...]
    outcome: AnswerOutcome
    answer: str = ""
    citations: tuple[RunCitation, ...] = ()


_ROW: TypeAdapter[RunRow] = TypeAdapter(RunRow)


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of all questions, in their order."""

    rows: tuple[RunRow, ...]

    def write(self, path: Path) -> None:
        """Write the run file; blocks meanwhile. Raises OSError where that can't be done."""
        lines = [json.dumps(asdict(row), ensure_ascii=False) for row in self.rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> "Run":
        """Read a run file; blocks meanwhile.

        Raises:
            RunUnreadable: it can't be opened, or a line is wrong; the message names it.
        """
        try:
            return Run(tuple(map(_ROW.validate_json, path.read_text(encoding="utf-8").splitlines())))
        except (OSError, ValueError) as error:
            raise RunUnreadable(f"{path} can't be read as an earlier run: {error}.") from error


async def evaluate(
    questions: Sequence[GoldenQuestion],
    retriever: Retriever,
    answerer: Answerer | None = None,
    *,
    concurrency: int = 4,
    progress: ProgressHandler = ignore_progress,
) -> Run:
    """Ask every question, `concurrency` at a time; without an answerer, only search.

    Pages are ranked by the retriever, with the query that the answerer searched. The answerer is asked, and not the
    desk, so that golden questions stay out of the community's records. Without it, a question is "refused" where the
    evidence is too thin, else "quoted". A question that fails is logged and counts as "failed".
    """
    gate = asyncio.Semaphore(concurrency)
    done = 0

    async def one(golden: GoldenQuestion) -> RunRow:
        nonlocal done
        async with gate:
            row = await _row(golden, retriever, answerer)
        done += 1
        progress(Progress("Asking golden questions", done, len(questions)))
        return row

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(golden)) for golden in questions]
    return Run(tuple(task.result() for task in tasks))


async def _row(golden: GoldenQuestion, retriever: Retriever, answerer: Answerer | None) -> RunRow:
    try:
        if answerer is None:
            return await searched(golden, retriever)
        return await _answered(golden, retriever, answerer)
    except RagError as error:
        _log.warning("golden question failed", id=golden.id, reason=str(error))
        return RunRow(golden.id, (), "failed")


async def searched(golden: GoldenQuestion, retriever: Retriever) -> RunRow:
    """What the search alone makes of one question. Raises as `Retriever.retrieve` does."""
    question = _as_asked(golden, golden.question, tuple(Turn(text, "") for text in golden.earlier))
    found = await retriever.retrieve(understand(question).search)
    return RunRow(golden.id, found.pages, "quoted" if found.evidence.sufficient else "refused")


async def _answered(golden: GoldenQuestion, retriever: Retriever, answerer: Answerer) -> RunRow:
    history: tuple[Turn, ...] = ()
    for text in golden.earlier:
        earlier = await whole_answer(answerer.answer(_as_asked(golden, text, history)))
        history = (*history, Turn(text, earlier.text))
    question = _as_asked(golden, golden.question, history)
    answer = await whole_answer(answerer.answer(question))
    if answer.outcome == "failed":
        return RunRow(golden.id, (), "failed")
    found = await retriever.retrieve(replace(understand(question).search, query=answer.query))
    cited = tuple(RunCitation(citation.number, citation.page_id, citation.link) for citation in answer.citations)
    text = quoted_text(answer) if answer.outcome == "quoted" else answer.text
    return RunRow(golden.id, found.pages, answer.outcome, text, cited)


def _as_asked(golden: GoldenQuestion, text: str, history: tuple[Turn, ...]) -> Question:
    return Question(uuid.uuid4().hex, text, history, golden.version, golden.language)
