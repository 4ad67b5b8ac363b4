"""How an index and its searches grow with its chunks: `python -m benchmarks.scaling --chunks 1000,5000,20000`.

On Milvus Lite, which searches by meaning and by wording, and on the server 2.3.5 that PyPI's package `milvus` carries,
which knows only the former. The chunks are those of the documentation's mirror, copied with other words in between
until there are enough; their vectors are made up, so nothing is embedded. Each size has a server of its own. Printed
are the seconds to write chunks and cards and to seal them, the memory of the server's process (empty; then at the
end), how long one of our searches takes, one at a time, and the share of them that found the chunk they asked for.
Searches begin as soon as the index is sealed.
"""

import argparse
import asyncio
import hashlib
import random
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count, islice
from pathlib import Path

import numpy as np
import psutil

from benchmarks._measures import busy, memory, percentile
from benchmarks._mirror import mirror, page_chunks
from benchmarks._report import Cell, Report
from rag_core.indexing.card import card_of, card_vector
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.milvus_rows import SCHEMA
from rag_core.indexing.store import Generation, SearchFilter
from tests.rag_core.indexing.standalone import standalone_milvus

_DIMENSION = 384
_DIRECTIONS = 32
_CHUNKS_AT_ONCE = 256
_FETCHED = 30
_WARM_UP = 10
_NEARNESS = 0.8
"""Cosine of a query and the chunk that it asks for, about."""

_PATIENCE = 60.0
_KINDS = ("Milvus Lite", "milvus 2.3.5")
_COLUMNS = (
    "store", "chunks", "write s", "chunks/s", "seal s", "MB empty", "MB full", "search p50 ms", "p95 ms", "found",
)  # fmt: skip

Pages = Sequence[Sequence[Chunk]]


def pages_of(originals: Pages, chunks: int) -> list[list[Chunk]]:
    """Pages with so many chunks in all: the originals, then copies of them in other words."""
    copies = chain.from_iterable((_copied(page, copy) for page in originals) for copy in count())
    pages: list[list[Chunk]] = []
    missing = chunks
    while missing:
        pages.append(next(copies)[:missing])
        missing -= len(pages[-1])
    return pages


def _copied(page: Sequence[Chunk], copy: int) -> list[Chunk]:
    """Every eighth word or so is a new one in each copy, since an index grows with its words too."""
    chance = random.Random(f"{page[0].page_key} {copy}")

    def other(word: re.Match[str]) -> str:
        return f"{word[0]}{copy}" if copy and chance.random() < 0.125 else word[0]

    key = f"{copy}/{page[0].page_key}"
    return [
        replace(
            chunk,
            id=hashlib.sha256(f"{copy} {chunk.id}".encode()).hexdigest()[:32],
            page_key=key,
            page_id=f"{copy}-{chunk.page_id}",
            text=re.sub(r"\b[a-z]{4,}\b", other, chunk.text),
        )
        for chunk in page
    ]


def _vectors(rows: int, chance: np.random.Generator) -> Vectors:
    """Shape (rows, dimension), of length 1, and in few directions as those of real texts: others have no neighbours."""
    directions = np.random.default_rng(1).standard_normal((_DIRECTIONS, _DIMENSION), dtype=np.float32)
    made = chance.standard_normal((rows, _DIRECTIONS), dtype=np.float32) @ directions
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


async def _write(store: MilvusStore, generation: Generation, pages: Pages, vectors: Vectors) -> None:
    """As the index does: the chunks of some pages, then these pages' cards."""
    start = 0
    for some in _together(pages):
        chunks = list(chain.from_iterable(some))
        own = vectors[start : start + len(chunks)]
        start += len(chunks)
        await store.upsert(generation.id, chunks, own)
        ends = np.cumsum([len(page) for page in some])[:-1]
        cards = [card_vector(part, part[0]) for part in np.split(own, ends)]
        await store.upsert_cards(generation.id, [card_of(page) for page in some], np.stack(cards))


def _together(pages: Pages) -> Iterator[list[Sequence[Chunk]]]:
    some: list[Sequence[Chunk]] = []
    for page in pages:
        some.append(page)
        if sum(map(len, some)) >= _CHUNKS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


async def _searches(store: MilvusStore, chunks: Sequence[Chunk], vectors: Vectors, searches: int) -> list[Cell]:
    """Milliseconds, median and 95th percentile; and the share of searches that brought the chunk they asked for."""
    chance = random.Random(7)
    noise = iter(_vectors(searches + _WARM_UP, np.random.default_rng(8)))
    times, found = [], 0
    for turn in range(searches + _WARM_UP):
        wanted = chance.randrange(len(chunks))
        query = _NEARNESS * vectors[wanted] + (1 - _NEARNESS**2) ** 0.5 * next(noise)
        text = " ".join(islice(chunks[wanted].embedding_text.split(), 12))
        began = time.perf_counter()
        hits = await store.search(text, query / np.linalg.norm(query), SearchFilter(), _FETCHED)
        if turn >= _WARM_UP:
            times.append(1000 * (time.perf_counter() - began))
            found += chunks[wanted].id in {hit.chunk.id for hit in hits}
    return [percentile(times, 0.5), percentile(times, 0.95), found / searches]


@asynccontextmanager
async def _served(kind: str, folder: Path) -> AsyncIterator[tuple[MilvusStore, int]]:
    """A store on an empty server, and the server's process id."""
    if kind == "Milvus Lite":
        server = LiteServer(folder / "milvus")
        store = MilvusStore(server)
        await store.start()
        try:
            assert server.pid is not None
            yield store, server.pid
        finally:
            await store.close()
        return
    with standalone_milvus(folder) as address:
        store = MilvusStore(address, timeout=_PATIENCE)
        await store.start()
        try:
            yield store, _process_of(folder)
        finally:
            await store.close()


def _process_of(folder: Path) -> int:
    """The child of this process that runs in that folder."""
    family = {child.pid for child in psutil.Process().children()}
    there = (each for each in psutil.process_iter(["cwd"]) if each.info["cwd"] == str(folder.resolve()))
    return next(each.pid for each in there if each.pid in family)


async def grow(kind: str, pages: Pages, searches: int, folder: Path) -> list[Cell]:
    """One row of the table."""
    chunks = list(chain.from_iterable(pages))
    vectors = _vectors(len(chunks), np.random.default_rng(7))
    generation = Generation("scaling", "made up", _DIMENSION, 1, SCHEMA, "the mirror", datetime.now(UTC))
    async with _served(kind, folder) as (store, pid):
        await store.create(generation)
        empty, began = memory(pid), time.perf_counter()
        await _write(store, generation, pages, vectors)
        written = time.perf_counter()
        await store.seal(generation.id)
        sealed = time.perf_counter()
        await store.activate(generation.id)
        searched = await _searches(store, chunks, vectors, searches)
        full = memory(pid)
    write = written - began
    return [kind, len(chunks), write, len(chunks) / write, sealed - written, empty / 1e6, full / 1e6, *searched]


async def _measure(arguments: argparse.Namespace) -> None:
    report = Report("benchmarks.scaling", "", arguments.json)
    with mirror(0) as running:
        originals = await page_chunks(running)
    random.Random(7).shuffle(originals)
    rows = []
    for size in map(int, arguments.chunks.split(",")):
        pages = pages_of(originals, size)
        for kind in _KINDS:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(await grow(kind, pages, arguments.searches, Path(folder)))
            report.table(f"{size} chunks on {kind} ({busy()})", _COLUMNS, rows[-1:])
    report.table(f"All sizes; {sum(map(len, originals))} chunks are the mirror's own", _COLUMNS, rows)


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", default="1000,5000,20000", help="the sizes, with commas between them")
    parser.add_argument("--searches", type=int, default=200, help="searches of each size")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    asyncio.run(_measure(parser.parse_args()))


if __name__ == "__main__":
    main()
