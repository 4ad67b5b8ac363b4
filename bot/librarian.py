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

Begun = Callable[[], Awaitable[None]]
"""Awaited once nobody else writes the index, before anything is done: what it raises keeps that from being done."""

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


async def _nothing() -> None:
    """Nothing has to be done before a run."""


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

    async def reindex(
        self,
        source: Source | None = None,
        *,
        full: bool = False,
        progress: ProgressHandler = ignore_progress,
        begun: Begun = _nothing,
    ) -> IndexRun:
        """One run now. A `source` that is a part of the documentation takes its place, unless all of it is due.

        Raises:
            IndexBusy: somebody else is at it.
            RagError, OSError: the run broke off; the status tells it too.
        """
        async with only_writer(self._try_lock):
            await begun()
            part = None if source is None or await self._is_due() else source
            try:
                run = await self._crawl(part or self._source, progress, full=full)
            except (RagError, OSError) as error:
                self._failed(str(error))
                raise
        if run.status != "finished":
            self._failed(run.note)
        return run

    async def rollback(self) -> tuple[Generation, Generation]:
        """See `Indexer.rollback`."""
        return await self._indexer.rollback()

    async def roll_back(self) -> IndexRun:
        """See `Indexer.roll_back`.

        Raises:
            IndexBusy: also where another process is indexing.
        """
        async with only_writer(self._try_lock):
            return await self._indexer.roll_back()

    async def _attempt(self) -> IndexRun | None:
        """One run, or None where it broke off or another process is at it."""
        try:
            return await self.reindex()
        except IndexBusy:
            if not self._doing:  # else it is this process, at an operator's wish
                self._trouble = "Another process is indexing the documentation."
            _log.info("Index run skipped, since another process is at it")
        except (RagError, OSError) as error:
            _log.debug("The run broke off", reason=str(error))
        return None

    async def _crawl(self, source: Source, progress: ProgressHandler, *, full: bool) -> IndexRun:
        self._milestones, self._trouble = Milestones(), ""

        def note(report: Progress) -> None:
            self._note(report)
            progress(report)

        try:
            return await self._indexer.run(source, full=full, progress=note)
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
