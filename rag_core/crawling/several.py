"""The documentation and what operators added to it, as one source."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import cast

import structlog

from rag_core.crawling.source import Changed, Failed, KnownPage, Outcome, Source, Unwanted
from rag_core.errors import CrawlError
from rag_core.progress import ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)

FindAdded = Callable[[], Awaitable[Mapping[str, Source]]]
"""Finds the added sources, by name."""


class SeveralSources:
    """Crawls one source after the other; one generation of the index holds them all, under the main one's name.

    The id of an added page carries its source's name ("blog/hnsw.md"), so that pages of the same id stay apart, and so
    does its digest, so that a page that changes hands is read anew. An added site that can't be read loses no page and
    holds up no other. Known pages that no source holds any more are `Unwanted`.

    Args:
        main: the documentation.
        added: asked anew by each crawl; may raise whatever it likes, which ends the crawl.
        only: the name of the one source to crawl. Pages of the others get no outcome, except where they are not known
            well, as in a generation that is built anew: then their source is crawled as well.
    """

    def __init__(self, main: Source, added: FindAdded, *, only: str | None = None) -> None:
        self._main = main
        self._added = added
        self._only = only

    @property
    def name(self) -> str:
        """The main source's."""
        return self._main.name

    def holds(self, url: str) -> bool:
        """Whether an address is of the main source; the others come and go."""
        return self._main.holds(url)

    def one(self, name: str) -> SeveralSources:
        """The same sources, of which only the named one is to be crawled."""
        return SeveralSources(self._main, self._added, only=name)

    async def names(self) -> list[str]:
        """What each source is called, the main one first."""
        return [self._main.name, *await self._added()]

    async def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncGenerator[Outcome, None]:
        """See `Source`.

        Raises:
            CrawlError: the main source can't be read.
        """
        sources = {self._main.name: self._main, **await self._added()}
        shares: dict[str, dict[str, KnownPage]] = {name: {} for name in sources}
        for url, page in known.items():
            owner = _owner(url, sources)
            if owner is None:
                yield Unwanted(url)
            else:
                shares[owner][url] = page
        for name, source in sources.items():
            if self._only in {None, name} or not _known_well(shares[name]):
                crawl = _plain if source is self._main else _added_pages
                async with aclosing(crawl(name, source, shares[name], progress)) as outcomes:
                    async for outcome in outcomes:
                        # Where two addresses overlap, a page is of the first of them alone.
                        if _owner(_url(outcome), sources) in {name, None}:
                            yield outcome


async def _plain(
    name: str, source: Source, known: Mapping[str, KnownPage], progress: ProgressHandler
) -> AsyncGenerator[Outcome, None]:
    async with aclosing(cast("AsyncGenerator[Outcome, None]", source.crawl(known, progress))) as outcomes:
        async for outcome in outcomes:
            yield outcome


async def _added_pages(
    name: str, source: Source, known: Mapping[str, KnownPage], progress: ProgressHandler
) -> AsyncGenerator[Outcome, None]:
    seen: set[str] = set()
    own = {url: _without_name(page, name) for url, page in known.items()}
    try:
        async with aclosing(_plain(name, source, own, progress)) as outcomes:
            async for outcome in outcomes:
                seen.add(_url(outcome))
                yield _with_name(outcome, name)
    except CrawlError as error:
        _log.warning("an added source could not be read", source=name, reason=str(error))
        for url in [url for url in known if url not in seen] or [source.name]:
            yield Failed(url, str(error))


def _owner(url: str, sources: Mapping[str, Source]) -> str | None:
    return next((name for name, source in sources.items() if source.holds(url)), None)


def _known_well(pages: Mapping[str, KnownPage]) -> bool:
    return bool(pages) and all(page.digest for page in pages.values())


def _with_name(outcome: Outcome, name: str) -> Outcome:
    if not isinstance(outcome, Changed):
        return outcome
    page = outcome.page
    return replace(outcome, page=replace(page, id=f"{name}/{page.id}", digest=f"{name} {page.digest}"))


def _without_name(page: KnownPage, name: str) -> KnownPage:
    """The page as its own source knows it; as good as unknown where it was read from another."""
    label, _, digest = page.digest.partition(" ")
    return replace(page, digest=digest) if label == name else KnownPage(page.url, digest="")


def _url(outcome: Outcome) -> str:
    return outcome.page.url if isinstance(outcome, Changed) else outcome.url
