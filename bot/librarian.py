"""Keeps an index live: the sample pages at once, then the documentation, then whatever changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import structlog

from bot.app import sample_pages
from bot.problems import said
from bot.progress import Milestones, describe
from rag_core.crawling.source import Source
from rag_core.errors import IndexBusy, IndexingError, RagError
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.store import Generation, VectorStore
from rag_core.progress import Progress, ProgressHandler, ignore_progress

TryLock = Callable[[str], AbstractAsyncContextManager[bool]]
"""Takes a lock that holds for all processes on one database (`Database.try_lock`)."""

_LOCK: Final = "index"
_FIRST_PAUSE: Final = 600.0
_LONGEST_PAUSE: Final = 6 * 3600.0

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def only_writer(try_lock: TryLock) -> AsyncIterator[None]:
    """Be the only one who writes the index, of all bots that share a database.

    The indexer's own lock holds for one folder; two machines with one Milvus need this one.

    Raises:
        IndexBusy: somebody else is.
    """
    async with try_lock(_LOCK) as ours:
        if not ours:
            raise IndexBusy("Another process is writing the index: wait until it has ended.")
        yield


async def open_index(
    indexer: Indexer,
    store: VectorStore,
    embedder: Embedder,
    try_lock: TryLock,
    progress: ProgressHandler = ignore_progress,
) -> None:
    """See to it that something can be searched, the sample pages if there is nothing else.

    An index that another embedding model made can't be searched with today's vectors: the sample pages stand in for it
    too, until the documentation is indexed anew. Where another process is indexing, there may be nothing for a moment.
    """
    live = await store.live()
    if live is not None and _made_by(embedder, live):
        return
    try:
        with sample_pages() as source:
            async with only_writer(try_lock):
                await indexer.run(source, sample=True, progress=progress)
    except IndexBusy:
        _log.info("Another process is indexing, so this one starts with what there is")


class Librarian:
    """Decides what is indexed when, and says how far it is.

    Args:
        indexer, store, embedder: started.
        source: the documentation.
        try_lock: see `only_writer`.
        announce: takes a sentence for people whenever the first crawl has ended, one way or another.
        sleep: waits some seconds.
    """

    def __init__(
        self,
        indexer: Indexer,
        store: VectorStore,
        embedder: Embedder,
        source: Source,
        try_lock: TryLock,
        *,
        announce: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._indexer = indexer
        self._store = store
        self._embedder = embedder
        self._source = source
        self._try_lock = try_lock
        self._announce = announce
        self._sleep = sleep
        self._milestones = Milestones()
        self._doing = ""
        self._trouble = ""

    @property
    def status(self) -> str:
        """What is going on or went wrong, in a few words; empty while all is well."""
        return self._doing or self._trouble

    async def catch_up(self) -> None:
        """Index the documentation if it is not what is live, again and again with growing pauses until it is."""
        pause = _FIRST_PAUSE
        while await self._is_due():
            run = await self._attempt()
            if run is not None and run.status == "finished":
                pages = run.new + run.changed + run.unchanged
                self._announce(f"The full documentation is live now: {pages:,} pages, {run.chunks_total:,} passages.")
                return
            self._trouble = f"{self._trouble} Next try in {pause / 60:.0f} minutes."
            self._announce(self._trouble)
            await self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._trouble = ""

    async def refresh(self) -> None:
        """Crawl and index what changed. Raises nothing for want of a part: the run and the log say what happened."""
        await self._attempt()

    async def _attempt(self) -> IndexRun | None:
        """One run, or None where it broke off or another process is at it."""
        try:
            async with only_writer(self._try_lock):
                run = await self._crawl()
        except IndexBusy:
            self._trouble = "Another process is indexing the documentation."
            _log.info("Index run skipped, since another process is at it")
            return None
        except (RagError, OSError) as error:
            self._failed(str(error))
            return None
        if run.status != "finished":
            self._failed(run.note)
        return run

    async def _crawl(self) -> IndexRun:
        self._milestones, self._trouble = Milestones(), ""
        try:
            return await self._indexer.run(self._source, progress=self._note)
        finally:
            self._doing = ""

    def _failed(self, reason: str) -> None:
        self._trouble = f"The documentation could not be indexed: {said(reason)}"
        _log.error("The documentation could not be indexed", source=self._source.name, reason=reason)

    async def _is_due(self) -> bool:
        """Whether something else is live than this documentation."""
        try:
            live = await self._store.live()
        except IndexingError:
            return True
        return live is None or live.sample or live.source != self._source.name or not _made_by(self._embedder, live)

    def _note(self, progress: Progress) -> None:
        self._doing = describe(progress)
        if self._milestones.reached(progress):
            _log.info("Indexing the documentation", stage=progress.stage, done=progress.done, total=progress.total)


def _made_by(embedder: Embedder, live: Generation) -> bool:
    return (live.embedding_model, live.dimension) == (embedder.model, embedder.dimension)
