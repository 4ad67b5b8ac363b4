"""The lists of addresses that a site publishes beside its pages: sitemaps and llms.txt."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import structlog

from rag_core.crawling._addresses import Site
from rag_core.crawling._door import Door
from rag_core.errors import CrawlError

_LOC = re.compile(r"<loc>\s*([^<]+?)\s*</loc>")
_MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MAX_SITEMAPS = 100

_log = structlog.get_logger(__name__)


async def listed_links(door: Door, site: Site, sitemaps: tuple[str, ...]) -> AsyncIterator[str]:
    """Addresses from the site's sitemaps and llms.txt; a list that can't be read is no reason to give up."""
    async for link in _sitemap_links(door, sitemaps or (site.file("sitemap.xml"),)):
        yield link
    for link in _MARKDOWN_LINK.findall(await _text(door, site.file("llms.txt"))):
        yield link


async def _sitemap_links(door: Door, sitemaps: tuple[str, ...]) -> AsyncIterator[str]:
    """An index lists further sitemaps, each of which is read once."""
    waiting = list(dict.fromkeys(sitemaps))
    for url in waiting:
        text = await _text(door, url)
        found = [html.unescape(address) for address in _LOC.findall(text)]
        if "<sitemapindex" in text:
            room = _MAX_SITEMAPS - len(waiting)
            waiting += [address for address in dict.fromkeys(found) if address not in waiting][:room]
            continue
        for address in found:
            yield address


async def _text(door: Door, url: str) -> str:
    try:
        reply = await door.follow(url)
    except CrawlError as error:
        _log.warning("a list of pages could not be read", url=url, reason=str(error))
        return ""
    return reply.text if reply.status == 200 else ""
