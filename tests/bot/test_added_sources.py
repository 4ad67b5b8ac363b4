"""What operators added to the documentation: crawled with it, and never from a machine that is not public."""

import socket

import aiohttp
import pytest
from aiohttp.abc import ResolveResult

from bot.app import added_source, with_added
from bot.settings import Settings
from rag_core.crawling.source import Changed, Failed, Outcome
from rag_core.crawling.website import WebsiteSource
from rag_core.records.operating_cache import Operating
from tests.fakes.operating import FakeOperatingBook
from tests.site.pages import ALL_PAGES
from tests.site.server import DocsSite

OLGA = 1


async def _crawl(main: WebsiteSource, book: FakeOperatingBook) -> list[Outcome]:
    settings = Settings(crawl_rate=1000, _env_file=None)
    return [outcome async for outcome in with_added(settings, main, Operating(book)).crawl({})]


async def test_the_leave_for_private_addresses_is_the_configured_sources_alone() -> None:
    book = FakeOperatingBook()
    async with DocsSite() as main, DocsSite() as added:
        await book.add_source("blog", added.url, OLGA)
        outcomes = await _crawl(WebsiteSource(main.url, rate=1000, allow_private=True), book)
        assert added.requests == []
    assert sum(isinstance(outcome, Changed) for outcome in outcomes) == len(ALL_PAGES)
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Failed))
    assert refused.url == added.url
    assert "127.0.0.1, which is not a public address" in refused.reason


async def test_a_name_is_looked_up_and_checked_again_by_every_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was public when it was added may lead elsewhere by now (DNS rebinding)."""
    asked: list[str] = []

    async def resolve(
        self: object, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        asked.append(host)
        found = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)
        return [found]

    book = FakeOperatingBook()
    async with DocsSite() as main:
        port = main.url.split(":")[2].partition("/")[0]
        await book.add_source("blog", f"http://blog.example.org:{port}/docs", OLGA)
        monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
        for crawls in (1, 2):
            before = len(main.requests)
            outcomes = await _crawl(WebsiteSource(main.url, rate=1000, allow_private=True), book)
            (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Failed))
            assert "blog.example.org leads to 127.0.0.1, which is not a public address" in refused.reason
            assert asked == ["blog.example.org"] * crawls
            assert len(main.requests) > before  # by the configured source, which may


async def test_an_added_source_is_of_the_latest_version_in_the_languages_of_the_documentation() -> None:
    source = added_source(Settings(docs_languages=("en", "zh"), _env_file=None), "https://blog.example.org/posts")
    assert source.holds("https://blog.example.org/posts/zh/a.md")
    assert not source.holds("https://blog.example.org/other/a.md")
