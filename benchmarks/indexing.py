"""How fast pages become an index, beside what that takes at least. On the CPU, over the documentation's mirror.

    python -m benchmarks.indexing --parts layer,backends,recrawl

layer      our embedder as the index uses it, beside the bare `SentenceTransformer.encode` of the same texts with the
           same precision, in turns
backends   precisions and back ends of sentence-transformers: chunks a second, and cosines to float32's vectors. ONNX
           and OpenVINO are measured where their packages are installed
recrawl    a crawl of pages that did not change, beside the first one: where the site knows its ETags still, and after
           it was deployed anew, when every page is read again

Speeds are medians over the turns. They are given by the clock, and by the processor's time, which other processes on
the same cores blur less.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any, Literal

import numpy as np

from benchmarks._measures import busy
from benchmarks._mirror import mirror, page_chunks, source
from benchmarks._report import Cell, Report
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.sentence_transformer import Precision, SentenceTransformerEmbedder
from rag_core.indexing.writer import _CHUNKS_AT_ONCE
from rag_core.models.packaged import SENTENCE_MODEL, sentence_model
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.rag_core.crawling.mirror import Mirror

BackEnd = Literal["torch", "onnx", "openvino"]
Embedding = Callable[[Sequence[str]], Awaitable[Vectors]]

_PARTS = ("layer", "backends", "recrawl")
_BACK_ENDS: Mapping[str, tuple[BackEnd, Mapping[str, Any]]] = {
    "fp32": ("torch", {"dtype": "float32"}),
    "bf16": ("torch", {"dtype": "bfloat16"}),
    "ONNX fp32": ("onnx", {}),
    "OpenVINO fp32": ("openvino", {"ov_config": {"INFERENCE_PRECISION_HINT": "f32"}}),
    "OpenVINO bf16": ("openvino", {"ov_config": {"INFERENCE_PRECISION_HINT": "bf16"}}),
}
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side took for all texts: seconds by the clock and of the processor."""

    clock: float
    processor: float


async def layer(report: Report, weights: Path, texts: Sequence[str], turns: int, precision: Precision) -> None:
    """Our embedder beside the bare model."""
    embedder = SentenceTransformerEmbedder(weights, name=SENTENCE_MODEL, device="cpu", precision=precision)
    await embedder.start()
    bare = _bare(_loaded(weights, "torch", {"dtype": precision}))

    async def ours(texts: Sequence[str]) -> Vectors:
        """As the writer of the index: so many chunks at a time."""
        parts = [await embedder.embed_passages(some) for some in _batches(texts, _CHUNKS_AT_ONCE)]
        return np.concatenate(parts)

    taken, vectors = await _in_turns({"ours": ours, "bare encode": bare}, texts, turns)
    await embedder.close()
    cosine = float(_cosines(vectors["ours"], vectors["bare encode"]).min())
    title = f"Our embedder beside the bare one, {len(texts)} chunks, {precision}, least cosine {cosine:.5f} ({busy()})"
    report.table(title, _columns("bare encode"), _speeds(taken, len(texts), "bare encode"))


async def backends(report: Report, weights: Path, texts: Sequence[str], turns: int) -> None:
    """All of `_BACK_ENDS` that can be had here."""
    sides: dict[str, Embedding] = {}
    for name, (backend, options) in _BACK_ENDS.items():
        try:
            sides[name] = _bare(_loaded(weights, backend, options))
        except Exception as error:  # noqa: BLE001 - sentence-transformers raises nothing narrower where packages lack
            report.leave_out(name, str(error).splitlines()[0])
    taken, vectors = await _in_turns(sides, texts, turns)
    cosines = [_cosines(vectors[name], vectors["fp32"]) for name in sides]
    rows = [  # cosines as texts: they differ in digits that a table rounds away
        [*speeds, f"{cosine.min():.5f}", f"{cosine.mean():.5f}"]
        for speeds, cosine in zip(_speeds(taken, len(texts), "fp32"), cosines, strict=True)
    ]
    columns = [*_columns("fp32"), "least cosine to fp32", "mean"]
    report.table(f"Back ends, {len(texts)} chunks ({busy()})", columns, rows)


async def recrawl(report: Report, weights: Path, running: Mirror, again: int) -> None:
    """A first crawl, then some of the same pages."""
    embedder = SentenceTransformerEmbedder(weights, name=SENTENCE_MODEL, device="cpu")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = MilvusStore(LiteServer(folder / "milvus"))
        database = Database(f"sqlite:///{folder / 'records.db'}")
        await asyncio.gather(store.start(), embedder.start(), database.start(10.0))
        try:
            indexer = Indexer(store, embedder, SqlLedger(database), lock_file=folder / "index.lock")
            first = await indexer.run(source(running))
            known = [await indexer.run(source(running)) for _ in range(again)]
            deployed = []
            for _ in range(again):
                running.control({"action": "redeploy"})
                deployed.append(await indexer.run(source(running)))
        finally:
            await asyncio.gather(store.close(), embedder.close(), database.close())
    rows = [
        _crawl_row(what, runs, first)
        for what, runs in (("first", [first]), ("again, ETags known", known), ("again, deployed anew", deployed))
    ]
    columns = ("crawl", "pages new", "unchanged", "failed", "chunks embedded", "seconds", "to the first")
    report.table(f"Crawls of {first.new} pages, {first.chunks_total} chunks ({busy()})", columns, rows)


def _crawl_row(what: str, runs: Sequence[IndexRun], first: IndexRun) -> list[Cell]:
    """Counts of the worst of these runs, and their median time."""
    seconds = median(run.seconds for run in runs)
    counts = (
        max(run.new for run in runs),
        min(run.unchanged for run in runs),
        max(run.failed for run in runs),
        max(run.chunks_embedded for run in runs),
    )
    return [what, *counts, seconds, seconds / first.seconds]


def _loaded(weights: Path, backend: BackEnd, options: Mapping[str, Any]) -> Any:
    """The model with nothing of ours around it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(weights), device="cpu", local_files_only=True, backend=backend, model_kwargs=dict(options)
    )


def _bare(model: Any) -> Embedding:
    def encode(texts: Sequence[str]) -> Vectors:
        return np.asarray(model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False), dtype=np.float32)

    async def embed(texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(encode, texts)

    return embed


async def _in_turns(
    sides: Mapping[str, Embedding], texts: Sequence[str], turns: int
) -> tuple[dict[str, list[Turn]], dict[str, Vectors]]:
    """All sides after each other, so many times, after each has warmed up; every second time in reverse."""
    taken: dict[str, list[Turn]] = {name: [] for name in sides}
    vectors: dict[str, Vectors] = {}
    for embed in sides.values():
        await embed(texts[:_BATCH])
    for turn in range(turns):
        for name in list(sides)[:: 1 if turn % 2 == 0 else -1]:
            clock, processor = time.perf_counter(), time.process_time()
            vectors[name] = await sides[name](texts)
            taken[name].append(Turn(time.perf_counter() - clock, time.process_time() - processor))
    return taken, vectors


def _columns(beside: str) -> list[str]:
    return ["side", "chunks/s", f"to {beside}", "chunks/s of a core", f"to {beside}"]


def _speeds(taken: Mapping[str, Sequence[Turn]], texts: int, beside: str) -> list[list[Cell]]:
    """Ratios are medians of those of each turn, in which the machine was about as busy for both."""
    rows: list[list[Cell]] = []
    for name, turns in taken.items():
        pairs = list(zip(turns, taken[beside], strict=True))
        clock, processor = median(turn.clock for turn in turns), median(turn.processor for turn in turns)
        by_clock = median(base.clock / turn.clock for turn, base in pairs)
        by_processor = median(base.processor / turn.processor for turn, base in pairs)
        rows.append([name, texts / clock, by_clock, texts / processor, by_processor])
    return rows


def _cosines(some: Vectors, others: Vectors) -> Vectors:
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
    return np.asarray((some * others).sum(axis=1) / lengths, dtype=np.float32)


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (texts[start : start + size] for start in range(0, len(texts), size))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(_PARTS), help="which of them, with commas between")
    parser.add_argument("--chunks", type=int, default=512, help="texts of a turn")
    parser.add_argument("--turns", type=int, default=3, help="turns of each side, and crawls after the first")
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16", help="of the part `layer`")
    parser.add_argument("--pages", type=int, default=0, help="pages of the mirror; 0 for all")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    return parser.parse_args()


async def _measure(arguments: argparse.Namespace, weights: Path) -> None:
    report = Report("benchmarks.indexing", "", arguments.json)
    parts = arguments.parts.split(",")
    with mirror(arguments.pages) as running:
        pages = await page_chunks(running)  # the mirror has made its pages then, and costs the first crawl nothing
        random.Random(7).shuffle(pages)
        texts = [chunk.embedding_text for chunk in chain.from_iterable(pages)][: arguments.chunks]
        if "layer" in parts:
            await layer(report, weights, texts, arguments.turns, arguments.precision)
        if "backends" in parts:
            await backends(report, weights, texts, arguments.turns)
        if "recrawl" in parts:
            await recrawl(report, weights, running, arguments.turns)


def main() -> None:
    """Read the arguments, measure, write."""
    arguments, weights = _arguments(), sentence_model()
    if weights is None:
        raise SystemExit("The package of all-MiniLM-L6-v2 is not installed.")
    asyncio.run(_measure(arguments, weights))


if __name__ == "__main__":
    main()
