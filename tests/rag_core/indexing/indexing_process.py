"""Builds an index anew as a process of its own that says where it is and stays there, so that a test can kill it."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from rag_core.crawling.source import KnownPage, Outcome
from rag_core.indexing.gate import Gate, Verdict
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.store import Generation, SearchFilter
from rag_core.progress import ProgressHandler, ignore_progress
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.gate import FakeGate
from tests.fakes.source import FakeSource, make_page

PLACES = ("crawl", "gate")
# More chunks than are embedded at once, so that some are written by the time it stops.
PAGES = [make_page("graph.md", "New words."), *(make_page(f"page{n}.md", f"Number {n}.") for n in range(600))]


class StoppingSource(FakeSource):
    """Comes to its last page and no further."""

    async def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncGenerator[Outcome, None]:
        async for outcome in super().crawl(known, progress):
            yield outcome
        await stay("crawl")


class StoppingGate:
    """Is asked, and never answers."""

    async def judge(self, new: Generation, live: Generation | None, progress: ProgressHandler) -> Verdict:
        await stay("gate")
        raise AssertionError("nobody killed this process")


async def stay(place: str) -> None:
    sys.stdout.write(f"{place}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


@asynccontextmanager
async def opened(folder: Path, gate: Gate | None = None) -> AsyncIterator[tuple[Indexer, MilvusStore]]:
    """An indexer on Milvus Lite and SQLite in this folder."""
    database, store = Database(f"sqlite:///{folder}/records.db"), MilvusStore(LiteServer(folder / "milvus"))
    await database.start(30)
    try:
        await store.start()
        ledger, lock_file = SqlLedger(database), folder / "index.lock"
        yield Indexer(store, FakeEmbedder(), ledger, lock_file=lock_file, gate=gate or FakeGate()), store
    finally:
        await store.close()
        await database.close()


async def texts_found(store: MilvusStore) -> list[str]:
    """What a search in the live generation finds."""
    hits = await store.search("words", await FakeEmbedder().embed_query("words"), SearchFilter(), 10)
    return [hit.chunk.text for hit in hits]


async def main(folder: Path, place: str) -> None:
    """Build anew until the place."""
    source = StoppingSource(PAGES) if place == "crawl" else FakeSource(PAGES)
    async with opened(folder, StoppingGate()) as (indexer, _):
        await indexer.run(source, full=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
