"""One visit to one page, and what it means."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from rag_core.crawling._addresses import LATEST, Address, Site
from rag_core.crawling._document import Document, Links, read_document
from rag_core.crawling._door import Door, Reply
from rag_core.crawling.page import Page
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Unchanged
from rag_core.errors import AddressRefused, CrawlError, FetchFailed, PageUnreadable

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PERMANENT = frozenset({301, 308})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of one address.

    `outcome` is None for an address that was only linked and is no page, `links` are the pages that it leads to, and
    `answered` tells whether the server gave any usable answer.
    """

    outcome: Outcome | None
    links: tuple[str, ...] = ()
    answered: bool = True


class Visitor:
    """Visits pages of a site through its door, knowing what an earlier crawl learned of them."""

    def __init__(self, door: Door, site: Site, known: Mapping[str, KnownPage]) -> None:
        self._door = door
        self._site = site
        self._known = known
        self._links = LinkReader(site)

    async def visit(self, url: str) -> Visit:
        """Open a page, if anything changed since the last crawl, and read it."""
        address = self._site.find(url, url)
        if address is None:
            return Visit(None)
        try:
            return await self._judge(url, address, await self._open(url, address))
        except AddressRefused as error:
            return self._refused(url, error)
        except FetchFailed as error:
            return Visit(Failed(url, str(error)), answered=False)
        except CrawlError as error:
            return Visit(Failed(url, str(error)))

    async def _open(self, url: str, address: Address) -> Reply:
        known = self._known.get(url)
        if known is None:
            return await self._door.get(url, language=address.language)
        return await self._door.get(url, language=address.language, etag=known.etag, last_modified=known.last_modified)

    async def _judge(self, url: str, address: Address, reply: Reply) -> Visit:
        if reply.location:
            return self._redirected(url, reply)
        if reply.status == 200:
            return await self._read(url, address, reply)
        if reply.status == 304:
            return Visit(Unchanged(url, reply.etag, reply.last_modified))
        return self._gone(url, reply.status)

    async def _read(self, url: str, address: Address, reply: Reply) -> Visit:
        if reply.content_type not in _HTML:
            raise PageUnreadable(f"{url} came as {reply.content_type}, not as a web page.")
        try:
            document = await asyncio.to_thread(read_document, reply.text)
        except PageUnreadable as error:
            raise PageUnreadable(f"{url} can't be read: {error}") from error
        links = self._links.urls(document.links, url, address)
        known = self._known.get(url)
        if known is not None and known.digest == document.digest:
            return Visit(Unchanged(url, reply.etag, reply.last_modified), links)
        return Visit(Changed(_page(url, address, document), reply.etag, reply.last_modified), links)

    def _redirected(self, url: str, reply: Reply) -> Visit:
        """A page that leads to another page has moved there, one that leads elsewhere for good is gone."""
        target = self._site.find(reply.location, url)
        if target is not None:
            return Visit(self._gone(url, reply.status).outcome, (self._site.url(target),))
        if reply.status in _PERMANENT:
            return self._gone(url, reply.status)
        return Visit(Failed(url, f"{url} leads to {reply.location}, which is no page of this documentation."))

    def _gone(self, url: str, status: int) -> Visit:
        """A dead link to what never was a page is nobody's loss."""
        return Visit(Missing(url, status) if url in self._known else None)

    def _refused(self, url: str, error: AddressRefused) -> Visit:
        _log.info("a page was left out", url=url, reason=str(error))
        return Visit(Failed(url, str(error)) if url in self._known else None)


class LinkReader:
    """Turns what a page leads to into addresses of wanted pages.

    Every page links the whole menu, so the same few hundred links come back thousands of times: each is read once.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read: dict[str, str | None] = {}

    def urls(self, links: Links, base: str, tree: Address) -> tuple[str, ...]:
        """The wanted pages among the links of a page, and those of its menu, whose ids are of the page's own tree."""
        menu = self._site.url(replace(tree, id=""))
        written = [*links.hrefs, *(f"{menu}/{page_id}" for page_id in links.menu_ids)]
        found = (self._url(href, base) for href in written)
        return tuple(url for url in found if url is not None)

    def _url(self, href: str, base: str) -> str | None:
        if not href.startswith(("/", "http")):
            return self._find(href, base)
        if href not in self._read:
            self._read[href] = self._find(href, base)
        return self._read[href]

    def _find(self, href: str, base: str) -> str | None:
        address = self._site.find(href, base)
        return None if address is None else self._site.url(address)


def _page(url: str, address: Address, document: Document) -> Page:
    latest = address.version == LATEST
    return Page(
        url=url,
        id=address.id,
        title=document.title or address.id.removesuffix(".md"),
        summary=document.summary,
        version=(document.links.version or LATEST) if latest else address.version,
        language=address.language,
        latest=latest,
        sections=document.sections,
        digest=document.digest,
    )
