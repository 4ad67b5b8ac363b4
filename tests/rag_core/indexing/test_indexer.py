from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from rag_core.crawling.page import Block, Page, Section
from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.errors import CrawlError, IndexBusy, NoRollback, RagError, StoreUnavailable
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.store import Generation, SearchFilter
from rag_core.progress import Progress
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.ledger import FakeLedger
from tests.fakes.source import FakeSource, make_page
from tests.fakes.store import FakeStore


class Setup:
    """An indexer with fakes around it, and a clock that goes on by a minute with every look."""

    def __init__(self, folder: Path) -> None:
        self.store, self.embedder, self.ledger = FakeStore(), FakeEmbedder(), FakeLedger()
        self.source = FakeSource(make_page(f"page{n}.md", f"Text of page {n}.") for n in range(10))
        self.lock_file = folder / "index.lock"
        self._minutes = count()
        self.indexer = self.with_embedder(self.embedder)

    def with_embedder(self, embedder: FakeEmbedder) -> Indexer:
        return Indexer(self.store, embedder, self.ledger, lock_file=self.lock_file, clock=self.now)

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(minutes=next(self._minutes))

    async def run(self, *, full: bool = False, sample: bool = False) -> IndexRun:
        return await self.indexer.run(self.source, full=full, sample=sample)

    async def live(self) -> Generation:
        live = await self.store.live()
        assert live is not None
        return live

    async def chunks(self, page: Page) -> list[Chunk]:
        return await self.store.chunks_of((await self.live()).id, page.key)

    async def texts(self) -> set[str]:
        """What the live generation says of the source's pages."""
        return {chunk.text for page in self.source.pages.values() for chunk in await self.chunks(page)}

    async def consistent(self) -> bool:
        """Whether the live generation holds exactly the source's pages."""
        live = await self.live()
        states = await self.ledger.pages(live.id)
        stored = await self.store.chunk_ids(live.id)
        wanted = {block.text for page in self.source.pages.values() for s in page.sections for block in s.blocks}
        keys = {page.key for page in self.source.pages.values()}
        cards = self.store.cards_of(live.id)
        return (
            await self.texts() == wanted
            and len(stored) == len(wanted)
            and set(states) == set(self.source.pages)
            and set(cards) == keys
        )


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


async def test_the_first_run_builds_a_generation_and_makes_it_live(setup: Setup) -> None:
    run = await setup.run()
    live = await setup.live()
    assert (run.status, run.new, run.changed, run.unchanged, run.failed) == ("finished", 10, 0, 0, 0)
    assert (run.chunks_total, run.chunks_embedded, run.chunks_deleted) == (10, 10, 0)
    assert run.generation_id == live.id
    assert (live.embedding_model, live.dimension, live.source) == ("fake-words", 64, setup.source.name)
    assert await setup.consistent()
    assert await setup.ledger.runs() == [run]
    assert setup.store.calls.index("seal") < setup.store.calls.index("activate")


async def test_pages_are_embedded_together(setup: Setup) -> None:
    await setup.run()
    assert setup.store.calls.count("upsert") == 1


async def test_an_unchanged_source_embeds_and_writes_nothing(setup: Setup) -> None:
    await setup.run()
    setup.embedder.embedded.clear()
    setup.store.calls.clear()
    run = await setup.run()
    assert (run.unchanged, run.new, run.changed, run.chunks_embedded) == (10, 0, 0, 0)
    assert setup.embedder.embedded == []
    assert not {"upsert", "upsert_cards", "delete", "create", "seal", "activate"} & set(setup.store.calls)


async def test_only_the_changed_chunk_of_a_changed_page_is_embedded(setup: Setup) -> None:
    stays, goes, comes = (Section(a, (a,), (Block("text", f"About {a}."),)) for a in ("stays", "goes", "comes"))
    setup.source.put(make_page("page0.md", sections=(stays, goes)))
    await setup.run()
    setup.embedder.embedded.clear()
    setup.source.put(make_page("page0.md", sections=(comes, stays)))
    run = await setup.run()
    assert setup.embedder.embedded == ["page0 > comes\nAbout comes.", "page0"]
    assert (run.changed, run.chunks_embedded, run.chunks_deleted) == (1, 1, 1)
    found = await setup.chunks(make_page("page0.md"))
    assert [(chunk.ordinal, chunk.text) for chunk in found] == [(0, "About comes."), (1, "About stays.")]


async def test_a_chunk_that_only_moved_keeps_its_stored_vector(setup: Setup) -> None:
    first, second = (Section(a, (a,), (Block("text", f"About {a}."),)) for a in ("one", "two"))
    setup.source.put(make_page("page0.md", sections=(first, second)))
    await setup.run()
    live, (moved, _) = await setup.live(), await setup.chunks(make_page("page0.md"))
    before = (await setup.store.vectors_of(live.id, [moved.id]))[moved.id]
    setup.embedder.embedded.clear()
    setup.source.put(make_page("page0.md", sections=(second, first)))
    await setup.run()
    after = (await setup.store.vectors_of(live.id, [moved.id]))[moved.id]
    assert setup.embedder.embedded == ["page0"]  # what the page says of itself, for its card
    assert (before == after).all()


async def test_a_new_title_embeds_the_page_again(setup: Setup) -> None:
    await setup.run()
    setup.embedder.embedded.clear()
    page = make_page("page0.md", "Text of page 0.", title="A new title")
    setup.source.put(replace(page, digest="other"))
    await setup.run()
    assert setup.embedder.embedded == ["A new title > page0\nText of page 0.", "A new title"]
    assert setup.store.cards_of((await setup.live()).id)[page.key].title == "A new title"


async def test_a_page_has_one_card_of_all_its_sections_and_its_summary(setup: Setup) -> None:
    sections = tuple(Section(a, (a,), (Block("text", f"About {a}."),)) for a in ("roots", "leaves"))
    page = replace(make_page("trees.md", sections=sections), summary="How trees grow.")
    setup.source.put(page)
    await setup.run()
    live = await setup.live()
    card = setup.store.cards_of(live.id)[page.key]
    assert (card.page_id, card.title, card.summary) == ("trees.md", "trees", "How trees grow.")
    assert all(part in card.text for part in ("How trees grow.", "trees > roots", "About roots.", "About leaves."))
    asked = await setup.embedder.embed_query("leaves grow")
    hits = await setup.store.search("leaves grow", asked, SearchFilter(), 5)
    assert hits[0].chunk.text == "About leaves."


async def test_a_new_summary_alone_embeds_no_chunk_and_reaches_the_card(setup: Setup) -> None:
    await setup.run()
    page = replace(make_page("page0.md", "Text of page 0."), summary="All about it.", digest="other")
    setup.source.put(page)
    setup.embedder.embedded.clear()
    run = await setup.run()
    assert (run.chunks_embedded, setup.embedder.embedded) == (0, ["page0\nAll about it."])
    assert setup.store.cards_of((await setup.live()).id)[page.key].summary == "All about it."


async def test_code_tabs_do_not_speak_for_their_page(setup: Setup) -> None:
    blocks = (Block("text", "Call it."), Block("code", "unmistakable()", "java", tab=True))
    page = make_page("tabs.md", sections=(Section("use", ("use",), blocks),))
    setup.source.put(page)
    await setup.run()
    card = setup.store.cards_of((await setup.live()).id)[page.key]
    assert "Call it." in card.text
    assert "unmistakable" not in card.text


async def test_an_address_that_shows_a_new_version_gives_up_the_old_chunks(setup: Setup) -> None:
    await setup.run()
    setup.source.put(make_page("page0.md", "News of page 0.", version="v3.1.x"))
    await setup.run()
    assert await setup.chunks(make_page("page0.md")) == []
    assert await setup.consistent()


async def test_a_version_that_moves_to_another_address_is_not_lost(setup: Setup) -> None:
    await setup.run()
    old = make_page("page0.md", "Text of page 0.", latest=False)
    setup.source.pages = {old.url: old} | setup.source.pages
    setup.source.put(make_page("page0.md", "News of page 0.", version="v3.1.x"))
    await setup.run()
    assert [chunk.url for chunk in await setup.chunks(old)] == [old.url]
    assert await setup.consistent()


async def test_a_page_is_gone_after_two_crawls_without_it(setup: Setup) -> None:
    await setup.run()
    page = setup.source.pages.pop(make_page("page3.md").url)
    first = await setup.run()
    assert (first.gone, len(await setup.chunks(page))) == (0, 1)
    second = await setup.run()
    assert (second.gone, second.chunks_deleted, await setup.chunks(page)) == (1, 1, [])
    assert page.key not in setup.store.cards_of((await setup.live()).id)
    assert await setup.consistent()


async def test_a_page_that_comes_back_starts_counting_anew(setup: Setup) -> None:
    await setup.run()
    url = make_page("page3.md").url
    for missing in ({url: 404}, {}, {url: 410}):
        setup.source.missing = missing
        run = await setup.run()
        assert run.gone == 0
    assert len(await setup.chunks(make_page("page3.md"))) == 1


async def test_a_failed_page_keeps_its_chunks(setup: Setup) -> None:
    await setup.run()
    url = make_page("page3.md").url
    setup.source.failing = {url: "The server said 503."}
    for _ in range(3):
        run = await setup.run()
        assert (run.status, run.failed, run.failures) == ("finished", 1, (f"{url}: The server said 503.",))
    assert await setup.consistent()


async def test_a_crawl_without_a_fifth_of_the_pages_deletes_nothing(setup: Setup) -> None:
    await setup.run()
    for n in range(3):
        setup.source.missing[make_page(f"page{n}.md").url] = 404
    for _ in range(3):
        run = await setup.run()
        assert (run.status, run.gone, run.chunks_deleted) == ("rejected", 0, 0)
        assert "3 of 10" in run.note
    assert await setup.consistent()


async def test_a_crawl_without_exactly_a_fifth_is_believed(setup: Setup) -> None:
    await setup.run()
    for n in range(2):
        del setup.source.pages[make_page(f"page{n}.md").url]
    await setup.run()
    assert (await setup.run()).gone == 2
    assert await setup.consistent()


async def test_a_source_that_can_not_be_read_leaves_everything_as_it_was(setup: Setup) -> None:
    await setup.run()
    live = await setup.live()
    setup.source.error = CrawlError("The site's start page answered 500.")
    for full in (False, True):
        run = await setup.run(full=full)
        assert (run.status, run.note) == ("failed", "The site's start page answered 500.")
    assert await setup.store.generations() == [live]
    assert await setup.consistent()


async def test_an_empty_source_never_goes_live(setup: Setup) -> None:
    setup.source.pages = {}
    run = await setup.run()
    assert (run.status, run.note) == ("failed", "The source has no page that could be read.")
    assert await setup.store.live() is None


async def test_another_model_builds_beside_and_keeps_the_old_for_a_rollback(setup: Setup) -> None:
    await setup.run()
    old = await setup.live()
    setup.indexer = setup.with_embedder(FakeEmbedder("other-words", 32))
    run = await setup.run()
    new = await setup.live()
    assert (new.embedding_model, new.dimension, run.chunks_embedded) == ("other-words", 32, 10)
    assert await setup.store.generations() == [old, new]
    assert await setup.consistent()


async def test_full_builds_anew_and_keeps_only_the_one_before(setup: Setup) -> None:
    ids = [(await setup.run(full=True)).generation_id for _ in range(4)]
    assert [generation.id for generation in await setup.store.generations()] == ids[-2:]
    assert await setup.ledger.pages(ids[0]) == {}


async def test_a_full_build_keeps_pages_that_can_not_be_read_this_time(setup: Setup) -> None:
    setup.source.put(replace(make_page("page1.md", "Text of page 1."), summary="Kept as well."))
    await setup.run()
    failing, missing = make_page("page1.md"), make_page("page2.md")
    setup.source.failing = {failing.url: "The server said 503."}
    setup.source.missing = {missing.url: 404}
    run = await setup.run(full=True)
    assert (run.status, run.gone) == ("finished", 0)
    assert await setup.consistent()
    assert setup.store.cards_of(run.generation_id)[failing.key].summary == "Kept as well."
    setup.source.failing = {}
    run = await setup.run()
    assert (run.changed, run.gone, run.unchanged) == (1, 1, 8)
    assert await setup.chunks(missing) == []


async def test_a_full_build_of_a_broken_site_does_not_go_live(setup: Setup) -> None:
    await setup.run()
    live = await setup.live()
    for n in range(3):
        setup.source.missing[make_page(f"page{n}.md").url] = 404
    assert (await setup.run(full=True)).status == "rejected"
    assert await setup.live() == live


async def test_the_sample_gives_way_to_the_documentation_and_is_dropped_later(setup: Setup) -> None:
    sample = FakeSource([make_page("sample.md")], name="sample_pages")
    await setup.indexer.run(sample, sample=True)
    assert (await setup.live()).sample
    await setup.run()
    assert [generation.sample for generation in await setup.store.generations()] == [True, False]
    assert not (await setup.live()).sample
    await setup.run()
    assert [generation.sample for generation in await setup.store.generations()] == [False]


async def test_the_sample_never_replaces_the_documentation(setup: Setup) -> None:
    await setup.run()
    live = await setup.live()
    run = await setup.indexer.run(FakeSource([make_page("sample.md")], name="sample_pages"), sample=True)
    assert run.status == "rejected"
    assert await setup.live() == live


async def test_the_sample_replaces_documentation_that_this_model_can_not_search(setup: Setup) -> None:
    await setup.run()
    setup.indexer = setup.with_embedder(FakeEmbedder("other-words", 32))
    await setup.indexer.run(FakeSource([make_page("sample.md")], name="sample_pages"), sample=True)
    assert (await setup.live()).sample


async def test_a_lost_ledger_means_a_new_build(setup: Setup) -> None:
    await setup.run()
    setup.ledger = FakeLedger()
    setup.indexer = setup.with_embedder(setup.embedder)
    del setup.source.pages[make_page("page3.md").url]
    await setup.run()
    assert await setup.consistent()


async def test_two_runs_at_once_are_refused(setup: Setup) -> None:
    other = Indexer(FakeStore(), FakeEmbedder(), FakeLedger(), lock_file=setup.lock_file)

    class Meanwhile(FakeSource):
        @property
        def name(self) -> str:  # asked for while the lock is held
            return "meanwhile"

        @name.setter
        def name(self, value: str) -> None: ...

    async def busy() -> None:
        with pytest.raises(IndexBusy):
            await other.run(FakeSource())

    refused: list[bool] = []

    class During(FakeLedger):
        async def save_run(self, run: IndexRun) -> None:
            await busy()
            refused.append(True)
            await super().save_run(run)

    setup.ledger = During()
    setup.indexer = setup.with_embedder(setup.embedder)
    await setup.run()
    assert refused
    await other.run(Meanwhile([make_page()]))


async def test_info_tells_what_is_live(setup: Setup) -> None:
    assert await setup.indexer.info() is None
    for version in ("v2.6.x", "v3.0.x", "v2.10.x"):
        setup.source.put(make_page("other.md", f"In {version}.", version=version, latest=version == "v3.0.x"))
    run = await setup.run()
    info = await setup.indexer.info()
    assert info is not None
    assert (info.generation_id, info.version, info.sample) == (run.generation_id, "v3.0.x", False)
    assert info.refreshed_at == run.finished_at
    again = await setup.run()
    info = await setup.indexer.info()
    assert info is not None
    assert info.refreshed_at == again.finished_at


async def test_progress_tells_how_many_chunks_are_embedded(setup: Setup) -> None:
    reports: list[Progress] = []
    await setup.indexer.run(setup.source, progress=reports.append)
    assert Progress("Embedding chunks", 10) in reports
    assert Progress("Crawling pages", 10, 10) in reports


def long_page(page_id: str, news: str = "") -> Page:
    """A page of 90 chunks, so that three pages fill a batch."""
    parts = (Section(f"s{n}", (f"s{n}",), (Block("text", f"Part {n} of {page_id} {news}."),)) for n in range(90))
    return make_page(page_id, sections=tuple(parts))


async def test_a_version_that_moved_in_an_earlier_batch_is_not_lost(setup: Setup) -> None:
    await setup.run()
    old = make_page("page0.md", "Text of page 0.", latest=False)
    fillers = [long_page(f"long{n}.md") for n in range(3)]
    setup.source.pages = {page.url: page for page in (old, *fillers)} | setup.source.pages
    setup.source.put(make_page("page0.md", "News of page 0.", version="v3.1.x"))
    await setup.run()
    assert [chunk.url for chunk in await setup.chunks(old)] == [old.url]
    assert await setup.consistent()


async def run_until_it_succeeds(setup: Setup, *, full: bool) -> int:
    """Run again and again; returns how many runs broke."""
    for broken in range(5):
        try:
            await setup.run(full=full)
        except RagError:
            continue
        return broken
    raise AssertionError("The index never recovered.")


@pytest.mark.parametrize("part", ["store", "ledger"])
@pytest.mark.parametrize("kind", ["first", "incremental", "full"])
async def test_a_crash_at_any_call_loses_nothing(tmp_path: Path, part: str, kind: str) -> None:
    broken = 0
    for call in count(1):
        setup = Setup(tmp_path)
        setup.source = FakeSource(long_page(f"long{n}.md") for n in range(7))
        if kind != "first":
            await setup.run()
            setup.source.put(long_page("long0.md", "new"))
            setup.source.put(long_page("long5.md", "new"))
            setup.source.put(make_page("added.md", "An added page."))
        before = await setup.texts() if kind == "full" else None
        breaks = setup.store if part == "store" else setup.ledger
        breaks.fail_at(call)
        try:
            await setup.run(full=kind == "full")
        except RagError:
            broken += 1
        else:
            breaks.fail_at(None)
            assert await setup.consistent()
            break
        activated = "activate" in setup.store.calls[-2:] or "drop" in setup.store.calls[-3:]
        if before is not None and not activated and (await setup.live()).id != (await setup.store.generations())[-1].id:
            assert before <= await setup.texts()
        await run_until_it_succeeds(setup, full=kind == "full")
        assert await setup.consistent()
    assert broken >= 5


async def test_a_build_that_was_cut_off_is_resumed(setup: Setup) -> None:
    setup.source = FakeSource(long_page(f"long{n}.md") for n in range(7))
    # Live, generations twice, create, one batch of three pages with their cards, and in the middle of the next.
    setup.store.fail_at(7)
    with pytest.raises(StoreUnavailable):
        await setup.run()
    run = await setup.run()
    assert (run.new, run.unchanged, run.chunks_embedded, run.chunks_total) == (4, 3, 360, 630)
    assert await setup.store.generations() == [await setup.live()]
    assert [entry.status for entry in await setup.ledger.runs()] == ["finished", "failed"]


async def test_a_run_that_a_crash_cut_off_is_not_called_running_for_ever(setup: Setup) -> None:
    cut_off = IndexRun("r1", "g1", setup.source.name, datetime(2026, 1, 1, tzinfo=UTC))
    await setup.ledger.save_run(cut_off)
    await setup.run()
    statuses = {run.id: (run.status, run.note) for run in await setup.ledger.runs()}
    assert statuses["r1"] == ("failed", "The process ended in the middle of this run.")


class Several(Setup):
    """Ten pages of documentation, and a blog of four that was added to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        base = "https://blog.example.org/posts"
        pages = (make_page(f"page{n}.md", f"Post {n}.", version="v9.0.x", base_url=base) for n in range(4))
        self.blog = FakeSource(pages, name=base)
        self.added: dict[str, Source] = {"blog": self.blog}

    async def _find(self) -> dict[str, Source]:
        return self.added

    async def run(self, *, full: bool = False, sample: bool = False, only: str | None = None) -> IndexRun:
        several = SeveralSources(self.source, self._find, only=only)
        return await self.indexer.run(several, full=full, sample=sample)

    async def found(self, words: str) -> set[str]:
        vector = await self.embedder.embed_query(words)
        return {hit.chunk.url for hit in await self.store.search(words, vector, SearchFilter(), 10)}


@pytest.fixture
def several(tmp_path: Path) -> Several:
    return Several(tmp_path)


async def test_added_pages_are_searched_with_the_rest_in_one_generation(several: Several) -> None:
    run = await several.run()
    assert (run.status, run.new, run.source) == ("finished", 14, several.source.name)
    assert "https://blog.example.org/posts/page3.md" in await several.found("Post 3.")
    assert "https://docs.example.org/docs/page3.md" in await several.found("Text of page 3.")


async def test_a_source_is_added_to_the_live_generation_without_embedding_the_rest_again(several: Several) -> None:
    added = several.added.pop("blog")
    first = await several.run()
    several.added["blog"] = added
    second = await several.run()
    assert second.generation_id == first.generation_id
    assert (second.new, second.unchanged, second.chunks_embedded) == (4, 10, 4)


@pytest.mark.parametrize("full", [False, True])
async def test_a_removed_source_goes_with_the_next_run_however_much_that_is(several: Several, full: bool) -> None:
    await several.run()
    several.added.clear()
    run = await several.run(full=full)
    assert run.status == "finished"
    assert (run.gone, run.chunks_deleted) == ((0, 0) if full else (4, 4))
    assert await several.consistent()


async def test_a_removed_source_does_not_hide_that_the_site_is_broken(several: Several) -> None:
    await several.run()
    several.added.clear()
    for n in range(3):
        several.source.missing[f"https://docs.example.org/docs/page{n}.md"] = 404
    run = await several.run()
    assert (run.status, run.gone) == ("rejected", 4)
    assert "3 of 10 known pages were missing" in run.note
    assert len(await several.ledger.pages(run.generation_id)) == 10


async def test_a_full_run_brings_the_added_pages_along_and_keeps_those_that_are_away(several: Several) -> None:
    first = await several.run()
    several.blog.error = CrawlError("The blog is away.")
    second = await several.run(full=True)
    assert second.generation_id != first.generation_id
    assert (second.status, second.failed, second.chunks_total) == ("finished", 4, 14)
    assert "https://blog.example.org/posts/page3.md" in await several.found("Post 3.")


async def test_one_source_alone_is_brought_up_to_date(several: Several) -> None:
    await several.run()
    several.source.put(make_page("page0.md", "Another text."))
    several.blog.put(make_page("page0.md", "Another post.", version="v9.0.x", base_url=several.blog.name))
    run = await several.run(only="blog")
    assert (run.changed, run.unchanged, run.chunks_total) == (1, 3, 14)
    assert "https://docs.example.org/docs/page0.md" in await several.found("Text of page 0.")


async def test_versions_are_those_of_the_documentation(several: Several) -> None:
    await several.run()
    info = await several.indexer.info()
    assert info is not None
    assert (info.version, info.versions) == ("v3.0.x", ("v3.0.x",))


async def test_what_a_rollback_would_do_is_told_before(setup: Setup) -> None:
    with pytest.raises(NoRollback):
        await setup.indexer.rollback()
    first = await setup.run()
    with pytest.raises(NoRollback):
        await setup.indexer.rollback()
    second = await setup.run(full=True)
    live, earlier = await setup.indexer.rollback()
    assert (live.id, earlier.id) == (second.generation_id, first.generation_id)
    assert (await setup.indexer.roll_back()).generation_id == earlier.id
