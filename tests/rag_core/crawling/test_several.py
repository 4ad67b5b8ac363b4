"""Several sources as one: whose page is whose, and what one that is away means for the others."""

from collections.abc import Iterable, Mapping

import pytest

from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Source, Unchanged, Unwanted
from rag_core.errors import CrawlError
from tests.fakes.source import FakeSource, make_page

DOCS, BLOG, WIKI = "https://docs.example.org/docs", "https://blog.example.org/posts", "https://wiki.example.org/w"


def source_at(url: str, *page_ids: str) -> FakeSource:
    return FakeSource([make_page(page_id, f"{page_id} of {url}", base_url=url) for page_id in page_ids], name=url)


class Sources:
    """The documentation, and a blog that was added to it."""

    def __init__(self) -> None:
        self.main, self.blog = source_at(DOCS, "a.md", "b.md"), source_at(BLOG, "a.md")
        self.added: dict[str, Source] = {"blog": self.blog}
        self.several = SeveralSources(self.main, self._find)

    async def _find(self) -> Mapping[str, Source]:
        return self.added

    async def crawl(self, known: Mapping[str, KnownPage] | None = None, only: str | None = None) -> list[Outcome]:
        several = self.several if only is None else self.several.one(only)
        return [outcome async for outcome in several.crawl(known or {})]


def known_from(outcomes: Iterable[Outcome]) -> dict[str, KnownPage]:
    pages = [outcome.page for outcome in outcomes if isinstance(outcome, Changed)]
    return {page.url: KnownPage(page.url, page.digest) for page in pages}


def urls(outcomes: Iterable[Outcome], kind: type[Unchanged | Missing | Failed | Unwanted]) -> list[str]:
    return [outcome.url for outcome in outcomes if isinstance(outcome, kind)]


@pytest.fixture
def it() -> Sources:
    return Sources()


async def test_pages_of_one_id_stay_apart(it: Sources) -> None:
    pages = [outcome.page for outcome in await it.crawl() if isinstance(outcome, Changed)]
    assert [page.key for page in pages] == ["en/v3.0.x/a.md", "en/v3.0.x/b.md", "en/v3.0.x/blog/a.md"]
    assert [page.url for page in pages] == [f"{DOCS}/a.md", f"{DOCS}/b.md", f"{BLOG}/a.md"]
    assert it.several.name == DOCS
    assert await it.several.names() == [DOCS, "blog"]


async def test_each_source_is_told_of_its_own_pages_and_knows_them_again(it: Sources) -> None:
    known = known_from(await it.crawl())
    again = await it.crawl(known)
    assert urls(again, Unchanged) == [f"{DOCS}/a.md", f"{DOCS}/b.md", f"{BLOG}/a.md"]
    assert len(again) == 3
    assert list(it.main.crawls[1]) == [f"{DOCS}/a.md", f"{DOCS}/b.md"]
    assert list(it.blog.crawls[1]) == [f"{BLOG}/a.md"]


async def test_pages_of_a_removed_source_are_unwanted(it: Sources) -> None:
    known = known_from(await it.crawl())
    it.added.clear()
    again = await it.crawl(known)
    assert urls(again, Unwanted) == [f"{BLOG}/a.md"]
    assert urls(again, Unchanged) == [f"{DOCS}/a.md", f"{DOCS}/b.md"]


async def test_what_a_source_misses_is_missing_and_not_unwanted(it: Sources) -> None:
    known = known_from(await it.crawl())
    it.blog.pages.clear()
    assert urls(await it.crawl(known), Missing) == [f"{BLOG}/a.md"]


async def test_a_source_that_comes_back_under_another_name_is_read_anew(it: Sources) -> None:
    known = known_from(await it.crawl())
    it.added = {"posts": it.blog}
    again = await it.crawl(known)
    assert [outcome.page.key for outcome in again if isinstance(outcome, Changed)] == ["en/v3.0.x/posts/a.md"]


async def test_an_added_source_that_is_away_loses_no_page_and_holds_up_no_other(it: Sources) -> None:
    it.added["wiki"] = source_at(WIKI, "c.md")
    known = known_from(await it.crawl())
    it.blog.error = CrawlError("The blog is away.")
    again = await it.crawl(known)
    assert [outcome for outcome in again if isinstance(outcome, Failed)] == [
        Failed(f"{BLOG}/a.md", "The blog is away.")
    ]
    assert urls(again, Unchanged) == [f"{DOCS}/a.md", f"{DOCS}/b.md", f"{WIKI}/c.md"]


async def test_a_new_source_that_is_away_is_told_of_too(it: Sources) -> None:
    it.blog.error = CrawlError("The blog is away.")
    assert Failed(BLOG, "The blog is away.") in await it.crawl()


async def test_where_the_documentation_is_away_nothing_is_concluded(it: Sources) -> None:
    it.main.error = CrawlError("The site is away.")
    with pytest.raises(CrawlError):
        await it.crawl()
    assert it.blog.crawls == []


@pytest.mark.parametrize(("only", "crawled"), [(DOCS, (2, 1)), ("blog", (1, 2))])
async def test_one_source_alone_leaves_the_others_as_they_are(it: Sources, only: str, crawled: tuple[int, int]) -> None:
    known = known_from(await it.crawl())
    again = await it.crawl(known, only=only)
    assert (len(it.main.crawls), len(it.blog.crawls)) == crawled
    assert all(
        outcome.url.startswith(DOCS if only == DOCS else BLOG) for outcome in again if isinstance(outcome, Unchanged)
    )


async def test_one_source_alone_brings_along_what_is_not_known_well(it: Sources) -> None:
    known = known_from(await it.crawl())
    built_anew = {url: KnownPage(url, digest="") for url in known}
    await it.crawl(built_anew, only="blog")
    assert (len(it.main.crawls), len(it.blog.crawls)) == (2, 2)


async def test_where_addresses_overlap_a_page_is_of_the_first_alone(it: Sources) -> None:
    it.added["deeper"] = source_at(f"{DOCS}/deeper", "d.md")
    outcomes = await it.crawl()
    assert not [outcome for outcome in outcomes if isinstance(outcome, Changed) and "deeper" in outcome.page.id]
