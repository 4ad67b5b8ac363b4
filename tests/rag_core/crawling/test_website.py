"""The whole crawl, of a small site on loopback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import aclosing

import pytest

from rag_core.crawling.page import Page
from rag_core.crawling.source import Changed, KnownPage, Missing, Outcome, Unchanged
from rag_core.crawling.website import WebsiteSource
from rag_core.errors import CrawlError
from rag_core.progress import Progress
from tests.site.body import heading, paragraph
from tests.site.pages import ALL_PAGES, SitePage
from tests.site.server import DocsSite


def source_of(site: DocsSite) -> WebsiteSource:
    return WebsiteSource(site.url, rate=1000, allow_private=True)


async def crawl(source: WebsiteSource, known: Mapping[str, KnownPage] | None = None) -> list[Outcome]:
    return [outcome async for outcome in source.crawl(known or {})]


def known_from(outcomes: Iterable[Outcome]) -> dict[str, KnownPage]:
    changed = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
    return {
        found.page.url: KnownPage(found.page.url, found.page.digest, found.etag, found.last_modified)
        for found in changed
    }


def pages_in(outcomes: Iterable[Outcome]) -> dict[str, Page]:
    return {outcome.page.id: outcome.page for outcome in outcomes if isinstance(outcome, Changed)}


async def test_every_page_comes_once_with_its_version_and_summary() -> None:
    async with DocsSite() as site:
        outcomes = await crawl(source_of(site))
    pages = pages_in(outcomes)
    assert sorted(pages) == sorted(page.id for page in ALL_PAGES)
    assert len(outcomes) == len(ALL_PAGES)
    hnsw = pages["hnsw.md"]
    assert (hnsw.key, hnsw.latest, hnsw.title) == ("en/v3.0.x/hnsw.md", True, "HNSW")
    assert hnsw.summary.startswith("A graph index")
    assert hnsw.url == f"{site.url}/hnsw.md"
    assert [section.anchor for section in hnsw.sections] == [
        "HNSW", "Index-params", "Building-params", "Search-params", "Build-the-index",
    ]  # fmt: skip
    assert hnsw.sections[2].path == ("Index params", "Building params")


async def test_nothing_around_the_body_comes_along() -> None:
    async with DocsSite() as site:
        outcomes = await crawl(source_of(site))
    text = "\n".join(
        block.text for page in pages_in(outcomes).values() for section in page.sections for block in section.blocks
    )
    for words in ("Copy", "cookies", "managed cloud", "advert", "helpful", "Footer", "Breadcrumb", "Closed menu"):
        assert words not in text


async def test_robots_txt_is_read_before_any_page() -> None:
    async with DocsSite() as site:
        await crawl(source_of(site))
    assert site.requests[0] == "/robots.txt"


async def test_an_unchanged_site_is_not_sent_again() -> None:
    async with DocsSite() as site:
        known = known_from(await crawl(source_of(site)))
        again = await crawl(source_of(site), known)
    assert sorted(outcome.url for outcome in again if isinstance(outcome, Unchanged)) == sorted(known)
    assert len(again) == len(known)


async def test_a_new_deployment_changes_no_page_but_its_etag() -> None:
    async with DocsSite() as site:
        known = known_from(await crawl(source_of(site)))
        site.redeploy()
        again = await crawl(source_of(site), known)
    assert all(isinstance(outcome, Unchanged) and outcome.etag != known[outcome.url].etag for outcome in again)
    assert len(again) == len(known)


async def test_edited_added_and_deleted_pages_are_told_apart() -> None:
    async with DocsSite() as site:
        known = known_from(await crawl(source_of(site)))
        site.edit("hnsw.md", "16 to 32", "24 to 48")
        site.delete("limits.md", status=410)
        site.add(SitePage("new.md", "New", "", heading(1, "New") + paragraph("Fresh words.")))
        again = await crawl(source_of(site), known)
    assert sorted(pages_in(again)) == ["hnsw.md", "new.md"]
    assert [outcome for outcome in again if isinstance(outcome, Missing)] == [Missing(f"{site.url}/limits.md", 410)]
    assert len(again) == len(ALL_PAGES) + 1


async def test_a_page_of_a_version_that_is_not_wanted_any_more_is_missing() -> None:
    old = "/v2.6.x/hnsw.md"
    async with DocsSite() as site:
        again = await crawl(source_of(site), {site.url + old: KnownPage(site.url + old, "digest")})
    assert Missing(site.url + old, 0) in again
    assert f"/docs{old}" not in site.requests


async def test_the_latest_version_may_be_asked_for_by_its_name() -> None:
    async with DocsSite() as site:
        source = WebsiteSource(site.url, versions=("v3.0.x",), rate=1000, allow_private=True)
        pages = pages_in(await crawl(source))
    assert len(pages) == len(ALL_PAGES)
    assert all(page.latest for page in pages.values())


async def test_progress_ends_with_everything_done() -> None:
    seen: list[Progress] = []
    async with DocsSite() as site, aclosing(source_of(site).crawl({}, seen.append)) as outcomes:
        async for _ in outcomes:
            pass
    assert (seen[-1].done, seen[-1].total) == (len(ALL_PAGES), len(ALL_PAGES))
    assert [report.done for report in seen] == list(range(1, len(ALL_PAGES) + 1))


async def test_a_crawl_can_be_left_in_the_middle() -> None:
    async with DocsSite() as site:
        async with aclosing(source_of(site).crawl({})) as outcomes:
            first = await anext(outcomes)
        assert isinstance(first, Changed)


async def test_a_site_without_start_page_is_no_crawl() -> None:
    async with DocsSite() as site:
        source = WebsiteSource(f"{site.origin}/elsewhere", rate=1000, allow_private=True)
        with pytest.raises(CrawlError, match="start page"):
            await crawl(source)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"url": "ftp://docs.example.org"}, "no web address"),
        ({"url": "docs"}, "no web address"),
        ({"versions": ("newest",)}, "newest is no version"),
        ({"languages": ()}, "Nothing is no language"),
        ({"languages": ("English!",)}, "no language"),
        ({"contact": "mailto:Python@example.org"}, "python"),
        ({"contact": "two\r\nlines"}, "contact"),
    ],
)
def test_what_can_not_be_crawled_is_said_at_once(arguments: dict[str, str], part: str) -> None:
    with pytest.raises(CrawlError, match=part):
        WebsiteSource(**({"url": "https://docs.example.org/docs"} | arguments))  # type: ignore[arg-type]
