"""A documentation website as a source of pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping

import structlog
from yarl import URL

from rag_core.crawling._addresses import LATEST, Address, Site
from rag_core.crawling._document import read_links
from rag_core.crawling._door import Door, Limits
from rag_core.crawling._frontier import Frontier
from rag_core.crawling._identity import user_agent
from rag_core.crawling._listings import listed_links
from rag_core.crawling._robots import Rules
from rag_core.crawling._visit import LinkReader, Visit, Visitor
from rag_core.crawling.source import KnownPage, Missing, Outcome
from rag_core.errors import CrawlError, FetchFailed
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_MAX_PAGES_PER_TREE = 5_000
_MAX_SILENCE = 25
# The status of pages that the last crawl wanted and this one does not: no server said anything about them.
_NOT_WANTED = 0

_log = structlog.get_logger(__name__)


class WebsiteSource:
    """Crawls the wanted versions and languages of a documentation site, and nothing else of it.

    `url` is the documentation's start page, `rate` requests a second, `contact` where those who run the bot can be
    reached. `allow_private` lets the site itself be on a private or local network.

    Raises:
        CrawlError: address, version, language or contact can't be one.
    """

    def __init__(
        self,
        url: str,
        versions: Iterable[str] = (LATEST,),
        languages: Iterable[str] = ("en",),
        rate: float = 5.0,
        contact: str = "https://milvus.io/discord",
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        user_agent(contact)
        self._url = url
        self._site = Site(url, versions, languages)
        self._limits = limits or Limits(rate=rate)
        self._contact = contact
        self._allow_private = allow_private
        self._sleep = sleep

    @property
    def name(self) -> str:
        """The address as it was given."""
        return self._url

    def holds(self, url: str) -> bool:
        """Whether an address is below the start page's."""
        return self._site.holds(URL(url))

    async def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncGenerator[Outcome, None]:
        """See `Source`. Close the iterator to end a crawl early; requests under way are cancelled then.

        A known page of a version or language that is not wanted any more is `Missing` with status 0.

        Raises:
            CrawlError: robots.txt or the start page can't be read, or the site stopped answering.
        """
        async with self._door() as door:
            rules = await _read_rules(door, self._site)
            door.obey(rules)
            site = await _find_site(door, self._site)
            frontier = Frontier(_MAX_PAGES_PER_TREE * len(site.languages) * len(site.versions))
            frontier.add(url for url in known if _is_page(site, url))
            for url in known:
                if not _is_page(site, url):
                    yield Missing(url, _NOT_WANTED)
            await _discover(door, site, rules, frontier)
            async for outcome in self._visit_all(Visitor(door, site, known), frontier, progress):
                yield outcome

    def _door(self) -> Door:
        return Door(self._site.start, self._contact, self._limits, allow_private=self._allow_private, sleep=self._sleep)

    async def _visit_all(
        self, visitor: Visitor, frontier: Frontier, progress: ProgressHandler
    ) -> AsyncGenerator[Outcome, None]:
        running: set[asyncio.Task[Visit]] = set()
        done = silence = 0
        try:
            while frontier or running:
                while frontier and len(running) < self._limits.concurrency:
                    running.add(asyncio.create_task(visitor.visit(frontier.pop())))
                finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for visit in [task.result() for task in finished]:
                    frontier.add(visit.links)
                    done += 1
                    silence = 0 if visit.answered else silence + 1
                    progress(Progress("Crawling pages", done, frontier.seen))
                    if visit.outcome is not None:
                        yield visit.outcome
                self._check_silence(silence)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _check_silence(self, failures: int) -> None:
        """A site that went away would be tried page by page for hours, and nothing could be concluded from it."""
        if failures >= _MAX_SILENCE:
            raise CrawlError(f"{self._url} stopped answering: {failures} pages in a row could not be read.")


async def _read_rules(door: Door, site: Site) -> Rules:
    """The site's robots.txt; none (4xx) allows everything, as RFC 9309 says."""
    url = site.file("robots.txt")
    try:
        reply = await door.follow(url)
    except FetchFailed as error:
        if error.status is not None and 400 <= error.status < 500 and error.status != 429:
            return Rules.read("")
        raise CrawlError(f"{url} can't be read, so the site may not be crawled now: {error}") from error
    return Rules.read(reply.text if reply.status == 200 else "")


async def _find_site(door: Door, site: Site) -> Site:
    """The site as its start page shows it: where it lives, and how its latest version is called."""
    reply = await door.follow(str(site.start))
    if reply.status != 200:
        raise CrawlError(f"The start page {site.start} answered {reply.status}.")
    links = await asyncio.to_thread(read_links, reply.text)
    return site.at(URL(reply.url)).with_latest(links.version)


async def _discover(door: Door, site: Site, rules: Rules, frontier: Frontier) -> None:
    """Collect pages from the start pages of all wanted trees, with their menus, and from the site's own lists."""
    for tree in site.trees():
        frontier.add(await _home_pages(door, site, tree))
    async for link in listed_links(door, site, rules.sitemaps):
        address = site.find(link, str(site.start))
        frontier.add([] if address is None else [site.url(address)])


async def _home_pages(door: Door, site: Site, tree: Address) -> tuple[str, ...]:
    url = site.url(tree)
    try:
        reply = await door.follow(url, language=tree.language)
    except CrawlError as error:
        _log.warning("the start page of a version could not be read", url=url, reason=str(error))
        return ()
    if reply.status != 200:
        return ()
    links = await asyncio.to_thread(read_links, reply.text)
    return LinkReader(site).urls(links, url, tree)


def _is_page(site: Site, url: str) -> bool:
    address = site.find(url, url)
    return address is not None and site.url(address) == url
