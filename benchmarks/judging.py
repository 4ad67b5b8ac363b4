"""What the engine as a judge makes of planted errors and right sentences: `python -m benchmarks.judging MODEL`.

MODEL is a folder as transformers writes them or a GGUF file. Each sentence of `tests/golden/planted_final.jsonl` (or of
`planted.jsonl`, with `--split develop`) is checked by wording alone, and with the engine as it is asked where
ENTAILMENT_MODEL is `engine`. Printed are the errors caught of each kind and the right sentences shown, how many
sentences the engine was asked about, and the seconds that took with sixteen at once.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import structlog

from benchmarks._card import ask_card
from benchmarks._report import Cell, Report
from benchmarks._running import running
from benchmarks._weights import folder_of
from rag_core.answering.checking import Checker
from rag_core.answering.engines import VllmEngine, VllmOptions
from rag_core.answering.judge import Judge
from rag_core.answering.opinions import Opinion
from tests.fakes.planted import RIGHT, Case, Split, read_planted

_CONTEXT = 4096
_AT_ONCE = 16
_PATIENCE = 600.0
"""Seconds for a sentence: what a slow machine takes is told, and changes no verdict."""


class _Counted:
    """An opinion that counts how often it was asked."""

    def __init__(self, opinion: Opinion) -> None:
        self._opinion = opinion
        self.reads = opinion.reads
        self.asked = 0

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """What the opinion says."""
        self.asked += 1
        return await self._opinion.supports(claim, evidence)


async def _shown(cases: Sequence[Case], opinion: Opinion | None) -> Counter[str]:
    """How many sentences of each kind are shown."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def is_shown(case: Case) -> bool:
        async with at_once:
            return (await Checker(case.passages, "", opinion).judge(case.sentence)).held

    held = await asyncio.gather(*map(is_shown, cases))
    return Counter(case.kind for case, shown in zip(cases, held, strict=True) if shown)


def _rows(cases: Sequence[Case], sides: Sequence[Counter[str]]) -> list[list[Cell]]:
    """Of each kind what each side gets right, and all errors together."""
    total = Counter(case.kind for case in cases)
    kinds = [kind for kind in total if kind != RIGHT]
    caught: list[list[Cell]] = [[kind, total[kind], *(total[kind] - side[kind] for side in sides)] for kind in kinds]
    errors = [sum(total[kind] - side[kind] for kind in kinds) for side in sides]
    return [
        *caught,
        ["all errors, caught", total.total() - total[RIGHT], *errors],
        ["right, shown", total[RIGHT], *(side[RIGHT] for side in sides)],
    ]


async def measure(arguments: argparse.Namespace, scratch: Path) -> None:
    """Both sides, one after the other."""
    card = await asyncio.to_thread(ask_card)
    report = Report("benchmarks.judging", card.name, arguments.json)
    cases = read_planted(arguments.split)
    folder = await folder_of(arguments.model, arguments.cache or scratch)
    assert folder is not None  # a model was named
    options = VllmOptions(memory_share=0.6)
    engine = VllmEngine(
        folder, name=folder.name, context_tokens=_CONTEXT, log_file=scratch / "vllm.log", options=options
    )
    async with running(engine):
        judge = _Counted(Judge(engine, timeout=_PATIENCE))
        wording, started = await _shown(cases, None), time.perf_counter()
        judged = await _shown(cases, judge)
        seconds = time.perf_counter() - started
    report.table(
        f"{folder.name} as a judge", ("kind", "sentences", "wording", "judge"), _rows(cases, (wording, judged))
    )
    report.table("its price", ("asked", "seconds"), [[judge.asked, seconds]])


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="a folder or a GGUF file; its name tells the size: ...-1.5B-...")
    parser.add_argument("--split", choices=get_args(Split), default="final", help="which sentences")
    parser.add_argument("--cache", type=Path, help="where a converted model is kept")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(arguments, Path(scratch)))


if __name__ == "__main__":
    main()
