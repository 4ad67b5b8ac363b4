"""Real pages to index: those of the documentation's mirror that lies beside the checkout."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rag_core.crawling._door import Limits
from rag_core.crawling.source import Changed
from rag_core.crawling.website import WebsiteSource
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.chunker import chunk_page
from tests.rag_core.crawling.mirror import FOLDER, Mirror, running_mirror

_NO_LIMIT = 100_000.0
"""Requests a second: more than a mirror answers."""


@contextmanager
def mirror(pages: int) -> Iterator[Mirror]:
    """The mirror, with its first so many pages; 0 for all."""
    if not FOLDER.exists():
        sys.exit(f"The mirror of the documentation does not lie at {FOLDER}.")
    with running_mirror(*(("--pages", str(pages)) if pages else ())) as running:
        yield running


def source(running: Mirror) -> WebsiteSource:
    """The mirror as a source that is crawled as fast as it answers."""
    return WebsiteSource(running.url, allow_private=True, limits=Limits(rate=_NO_LIMIT))


async def page_chunks(running: Mirror) -> list[list[Chunk]]:
    """The chunks of each page, pages in the order of their keys."""
    found = [chunk_page(each.page) async for each in source(running).crawl({}) if isinstance(each, Changed)]
    return sorted(filter(None, found), key=lambda chunks: chunks[0].page_key)
