"""The crawler against the mirror of the real site, with its real pages and its faults."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pytest
from selectolax.lexbor import LexborHTMLParser

from rag_core.crawling._document import read_body
from rag_core.crawling._door import Limits
from rag_core.crawling.page import digest_of
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Unchanged
from rag_core.crawling.website import WebsiteSource
from rag_core.errors import CrawlError
from tests.rag_core.crawling.mirror import FOLDER, Mirror, StoredPage, running_mirror, stored_pages

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.exists(), reason="the mirror does not lie beside the checkout"),
]

VERSIONS, LANGUAGES = ("latest", "v2.6.x", "v2.4.x"), ("en", "zh")
WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
FEW_PAGES = 40


@pytest.fixture(scope="module")
def pages() -> list[StoredPage]:
    return list(stored_pages())


@pytest.fixture(scope="module")
def small_mirror() -> Iterator[Mirror]:
    with running_mirror("--pages", str(FEW_PAGES)) as mirror:
        yield mirror


@pytest.fixture
def mirror(small_mirror: Mirror) -> Mirror:
    small_mirror.control({"action": "reset"}, {"action": "reset_stats"})
    return small_mirror


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


async def crawl(
    mirror: Mirror,
    known: Mapping[str, KnownPage] | None = None,
    limits: Limits | None = None,
    versions: Iterable[str] = ("latest",),
    languages: Iterable[str] = ("en",),
) -> list[Outcome]:
    source = WebsiteSource(
        mirror.url, versions, languages, allow_private=True, limits=limits or Limits(rate=1000), sleep=no_sleep
    )
    return [outcome async for outcome in source.crawl(known or {})]


def digests(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {outcome.page.key: outcome.page.digest for outcome in outcomes if isinstance(outcome, Changed)}


def known_from(outcomes: Iterable[Outcome]) -> dict[str, KnownPage]:
    changed = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
    return {found.page.url: KnownPage(found.page.url, found.page.digest, found.etag) for found in changed}


def by_url(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    return {outcome.page.url if isinstance(outcome, Changed) else outcome.url: outcome for outcome in outcomes}


@pytest.mark.parametrize("options", [(), ("--menu", "branch", "--sitemap-size", "100"), ("--strict",)])
async def test_the_same_pages_come_however_the_site_shows_them(
    pages: list[StoredPage], options: tuple[str, ...]
) -> None:
    with running_mirror(*options) as mirror:
        outcomes = await crawl(mirror, versions=VERSIONS, languages=LANGUAGES)
        stats = mirror.stats()
    stored = {page.key: digest_of(page.key.split("/")[1], page.title.strip(), page.html) for page in pages}
    assert digests(outcomes) == stored
    trees = Counter(key.rpartition("/")[0] for key in digests(outcomes))
    assert trees == {"en/v3.0.x": 483, "en/v2.6.x": 10, "en/v2.4.x": 37, "zh/v3.0.x": 21}
    assert len(outcomes) == 551
    assert stats["robots_fetched_first"]
    assert stats["names_of_known_crawlers"] == []


async def test_only_the_latest_english_pages_come_unless_others_are_asked_for() -> None:
    with running_mirror("--menu", "branch") as mirror:
        outcomes = await crawl(mirror)
    assert Counter(key.rpartition("/")[0] for key in digests(outcomes)) == {"en/v3.0.x": 483}


def test_the_words_of_every_body_are_in_its_blocks_with_every_anchor(pages: list[StoredPage]) -> None:
    shares = {page.key: share_of_words(page) for page in pages}
    assert {key: share for key, share in shares.items() if share < 0.99} == {}
    assert sum(shares.values()) / len(shares) > 0.999
    for page in pages:
        anchors = Counter(re.findall(r'<h[1-6] id="([^"]*)"', page.html))
        kept = Counter(section.anchor for section in read_body(page.html, page.title))
        assert anchors <= kept, page.key


def share_of_words(page: StoredPage) -> float:
    """The share of a body's words, each counted as often as it stands there, that its sections have too."""
    parser = LexborHTMLParser(f"<!DOCTYPE html><body>{page.html}")
    parser.strip_tags(["button", "style", "script"], recursive=True)
    # A word may change its looks in the middle, and KaTeX sets every letter apart; all other elements end a word.
    parser.unwrap_tags(["strong", "em", "b", "i", "font", "sub", "sup"])
    for inside in parser.css("pre, .katex-mathml math, .katex-html, annotation"):
        inside.replace_with(f" {inside.text()} ")
    assert parser.body is not None
    parser.body.merge_text_nodes()
    wanted = Counter(WORD.findall(parser.body.text(separator=" ")))
    kept = Counter(WORD.findall(page.title))
    for section in read_body(page.html, page.title):
        kept.update(WORD.findall(" ".join([*section.path[-1:], *(block.text for block in section.blocks)])))
    return (wanted & kept).total() / wanted.total()


async def test_a_new_deployment_changes_every_etag_and_no_page(mirror: Mirror) -> None:
    known = known_from(await crawl(mirror))
    mirror.control({"action": "redeploy"}, {"action": "reset_stats"})
    again = await crawl(mirror, known)
    assert mirror.stats()["not_modified"] == 0
    assert Counter(map(type, again)) == {Unchanged: FEW_PAGES}


async def test_a_fifth_of_failing_requests_loses_no_page(mirror: Mirror) -> None:
    mirror.control({"action": "error_rate", "percent": 20, "status": 503, "retry_after": 3})
    assert len(digests(await crawl(mirror, limits=Limits(rate=1000, tries=9)))) == FEW_PAGES


async def test_a_link_trap_ends(mirror: Mirror) -> None:
    mirror.control({"action": "link_trap"})
    outcomes = await crawl(mirror)
    assert len(outcomes) == FEW_PAGES
    assert not [path for path in paths_asked(mirror) if "trap" in path]


def paths_asked(mirror: Mirror) -> list[str]:
    found = mirror.stats()["by_path"]
    assert isinstance(found, dict)
    return list(found)


FAULTS: tuple[tuple[dict[str, object], str], ...] = (
    ({"action": "redirect_to"}, "169.254.169.254"),
    ({"action": "redirect_loop"}, "loop"),
    ({"action": "big_body", "megabytes": 12}, "larger than"),
    ({"action": "big_body", "megabytes": 60, "compressed": True}, "larger than"),
    ({"action": "hang"}, "did not answer"),
    ({"action": "slow_body", "seconds": 60}, "did not answer"),
    ({"action": "wrong_type"}, "octet-stream"),
    ({"action": "no_body"}, "no documentation body"),
    ({"action": "no_body", "variant": "empty_container"}, "empty"),
    ({"action": "no_body", "variant": "empty_response"}, "no documentation body"),
)


async def test_pages_that_fail_are_told_with_the_reason_and_the_others_come(mirror: Mirror) -> None:
    known = known_from(await crawl(mirror))
    urls = sorted(known)[: len(FAULTS)]
    mirror.control({"action": "redeploy"})
    for url, (fault, _) in zip(urls, FAULTS, strict=True):
        mirror.control(fault | {"path": url.removeprefix(mirror.origin)})
    outcomes = by_url(await crawl(mirror, known, Limits(rate=1000, timeout=3, tries=1)))
    for url, (_, reason) in zip(urls, FAULTS, strict=True):
        outcome = outcomes[url]
        assert isinstance(outcome, Failed)
        assert reason in outcome.reason
    assert all(isinstance(outcome, Unchanged) for url, outcome in outcomes.items() if url not in urls)
    assert len(outcomes) == FEW_PAGES


async def test_broken_bytes_do_not_cost_the_page(mirror: Mirror) -> None:
    mirror.control({"action": "invalid_utf8", "path": "/docs/overview.md"})
    assert len(digests(await crawl(mirror))) == FEW_PAGES


async def test_gone_and_moved_pages_are_missing_with_their_status(mirror: Mirror) -> None:
    known = known_from(await crawl(mirror))
    first, second, third = sorted(known)[:3]
    mirror.control(
        {"action": "delete_page", "path": first.removeprefix(mirror.origin)},
        {"action": "delete_page", "path": second.removeprefix(mirror.origin), "status": 410},
        {"action": "rename_page", "path": third.removeprefix(mirror.origin), "new_id": "renamed.md"},
    )
    outcomes = by_url(await crawl(mirror, known))
    assert [outcomes[url] for url in (first, second, third)] == [
        Missing(first, 404), Missing(second, 410), Missing(third, 301),
    ]  # fmt: skip
    assert isinstance(outcomes[f"{mirror.url}/renamed.md"], Changed)
    assert len(outcomes) == FEW_PAGES + 1


async def test_pages_that_robots_txt_forbids_now_are_failed_and_not_opened(mirror: Mirror) -> None:
    known = known_from(await crawl(mirror))
    forbidden = min(known)
    mirror.control({"action": "robots", "disallow": [forbidden.removeprefix(mirror.origin)]}, {"action": "reset_stats"})
    outcomes = by_url(await crawl(mirror, known))
    outcome = outcomes[forbidden]
    assert isinstance(outcome, Failed)
    assert "robots.txt forbids" in outcome.reason
    assert mirror.stats()["disallowed_requests"] == 0
    assert forbidden not in by_url(await crawl(mirror))


@pytest.mark.parametrize(
    "actions",
    [
        {"action": "robots", "status": 503},
        {"action": "robots", "disallow": ["/docs"]},
        {"action": "error_rate", "percent": 100, "status": 500},
    ],
)
async def test_a_site_that_may_not_or_can_not_be_read_concludes_nothing(
    mirror: Mirror, actions: dict[str, object]
) -> None:
    mirror.control(actions)
    with pytest.raises(CrawlError):
        await crawl(mirror, limits=Limits(rate=1000, tries=2))


async def test_a_site_that_stops_answering_is_left(mirror: Mirror) -> None:
    known = known_from(await crawl(mirror))
    mirror.control({"action": "error_rate", "percent": 100, "status": 500, "prefix": "/docs/"})
    with pytest.raises(CrawlError, match="stopped answering"):
        await crawl(mirror, known, Limits(rate=1000, tries=2))


async def test_a_missing_robots_txt_allows_everything(mirror: Mirror) -> None:
    mirror.control({"action": "robots", "status": 404})
    assert len(await crawl(mirror)) == FEW_PAGES
