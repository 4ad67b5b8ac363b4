"""Keeps an index live: the sample pages at once, then the documentation, then whatever changes."""

import structlog

from bot.app import Parts, documentation, sample_pages
from bot.progress import describe
from rag_core.errors import IndexBusy, RagError
from rag_core.indexing.store import Generation
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)


class Librarian:
    """Decides what is indexed when, and says how far it is."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.status = ""
        """What is going on, in a few words; empty while nothing is."""
        self.sample_only = False
        """Whether answers come from the sample pages."""

    async def open(self, progress: ProgressHandler = ignore_progress) -> None:
        """See to it that something can be searched, the sample pages if there is nothing else.

        An index that another embedding model made can't be searched with today's vectors: the sample pages stand in
        for it too, until the documentation is indexed anew.
        """
        live = await self._parts.store.live()
        if live is None or not self._searchable(live):
            with sample_pages() as source:
                await self._parts.indexer.run(source, sample=True, progress=progress)
            live = await self._parts.store.live()
        self.sample_only = live is None or live.sample

    async def refresh(self) -> None:
        """Crawl and index what changed. Never raises for want of a part: the run and the log say what happened."""
        source = documentation(self._parts.settings)
        try:
            run = await self._parts.indexer.run(source, progress=self._note)
        except IndexBusy:
            _log.info("index run skipped, another one is at work")
            return
        except RagError as error:
            _log.error("index run failed", source=source.name, reason=str(error))
            return
        finally:
            self.status = ""
        _log.info("index run ended", status=run.status, chunks=run.chunks_total, embedded=run.chunks_embedded)

    def _searchable(self, live: Generation) -> bool:
        embedder = self._parts.embedder
        return (live.embedding_model, live.dimension) == (embedder.model, embedder.dimension)

    def _note(self, progress: Progress) -> None:
        self.status = describe(progress)
