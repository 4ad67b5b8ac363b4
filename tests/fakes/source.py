"""A source whose pages are given by the test."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Iterable, Mapping

from rag_core.crawling.page import Block, Page, Section
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Unchanged
from rag_core.errors import CrawlError
from rag_core.progress import Progress, ProgressHandler, ignore_progress


def make_page(
    page_id: str = "hnsw.md",
    text: str = "HNSW is a graph index.",
    *,
    title: str = "",
    version: str = "v3.0.x",
    language: str = "en",
    latest: bool = True,
    sections: tuple[Section, ...] | None = None,
    base_url: str = "https://docs.example.org/docs",
) -> Page:
    """A page of one section, unless `sections` says otherwise; the digest follows from the text and the sections."""
    name = page_id.removesuffix(".md")
    found = sections or (Section(name, (name,), (Block("text", text),)),)
    return Page(
        url=f"{base_url}/{page_id}" if latest else f"{base_url}/{version}/{page_id}",
        id=page_id,
        title=title or name,
        summary="",
        version=version,
        language=language,
        latest=latest,
        sections=found,
        digest=hashlib.sha256(repr((text, found)).encode()).hexdigest(),
    )


class FakeSource:
    """Behaves as a site that holds `pages`: digests decide between `Changed` and `Unchanged`.

    Tests change `pages`, `missing` (address to status), `failing` (address to reason) and `error` between crawls.
    """

    def __init__(self, pages: Iterable[Page] = (), name: str = "https://docs.example.org/docs") -> None:
        self.name = name
        self.pages: dict[str, Page] = {page.url: page for page in pages}
        self.missing: dict[str, int] = {}
        self.failing: dict[str, str] = {}
        self.error: CrawlError | None = None
        self.crawls: list[dict[str, KnownPage]] = []

    def put(self, page: Page) -> None:
        """Add a page, or replace the one at its address."""
        self.pages[page.url] = page

    def holds(self, url: str) -> bool:
        return url in self.pages or url.startswith(f"{self.name}/")

    async def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncGenerator[Outcome, None]:
        self.crawls.append(dict(known))
        if self.error is not None:
            raise self.error
        addresses = list(dict.fromkeys([*self.pages, *known, *self.missing, *self.failing]))
        for done, url in enumerate(addresses, start=1):
            yield self._outcome(url, known)
            progress(Progress("Crawling pages", done, len(addresses)))

    def _outcome(self, url: str, known: Mapping[str, KnownPage]) -> Outcome:
        if url in self.failing:
            return Failed(url, self.failing[url])
        page = self.pages.get(url)
        if url in self.missing or page is None:
            return Missing(url, self.missing.get(url, 404))
        before = known.get(url)
        if before is not None and before.digest == page.digest:
            return Unchanged(url)
        return Changed(page)
