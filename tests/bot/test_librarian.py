"""What is indexed when: the sample pages, the documentation, and what happens where that fails."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.librarian import Librarian, only_writer, open_index
from rag_core.errors import CrawlError, IndexBusy, RecordsUnavailable, StoreUnavailable
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.store import Generation
from rag_core.records.database import Database
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.ledger import FakeLedger
from tests.fakes.source import FakeSource, make_page
from tests.fakes.store import FakeStore

SAMPLE_PAGES = 21


class Lock:
    """A lock that several bots share; `taken` by somebody else, to begin with, where a test says so."""

    def __init__(self) -> None:
        self.taken = False

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[bool]:
        assert name == "index"
        ours, self.taken = not self.taken, True
        try:
            yield ours
        finally:
            self.taken = not ours


class Home:
    """A librarian with fakes around it; `pauses` are what it waited, and `meanwhile` is done in them, one each."""

    def __init__(self, folder: Path) -> None:
        self.store, self.embedder, self.ledger, self.lock = FakeStore(), FakeEmbedder(), FakeLedger(), Lock()
        self.source = FakeSource([make_page("hnsw.md"), make_page("flat.md", "FLAT compares all.")])
        self.announced: list[str] = []
        self.pauses: list[float] = []
        self.during_pause: list[str] = []
        self.meanwhile: list[Callable[[], object]] = [lambda: None]
        self._folder = folder
        self.librarian = self.build()

    def build(self) -> Librarian:
        return Librarian(
            self.indexer,
            self.store,
            self.embedder,
            self.source,
            self.lock.take,
            announce=self.announced.append,
            sleep=self._sleep,
        )

    @property
    def indexer(self) -> Indexer:
        return Indexer(self.store, self.embedder, self.ledger, lock_file=self._folder / "index.lock")

    async def open(self) -> None:
        await open_index(self.indexer, self.store, self.embedder, self.lock.take)

    async def live(self) -> Generation:
        live = await self.store.live()
        assert live is not None
        return live

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.during_pause.append(self.librarian.status)
        self.meanwhile.pop(0)()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def test_an_empty_store_gets_the_sample_pages(home: Home) -> None:
    await home.open()
    live = await home.live()
    assert live.sample
    assert len(await home.ledger.pages(live.id)) == SAMPLE_PAGES


async def test_what_is_live_is_left_as_it_is(home: Home) -> None:
    await home.librarian.refresh()
    before = await home.live()
    await home.open()
    assert await home.live() == before


async def test_the_sample_stands_in_for_an_index_of_another_model_until_it_is_built_anew(home: Home) -> None:
    await home.librarian.refresh()
    home.embedder = FakeEmbedder("another-model", dimension=32)
    home.librarian = home.build()
    await home.open()
    assert (await home.live()).sample
    await home.librarian.catch_up()
    live = await home.live()
    assert (live.sample, live.embedding_model, live.source) == (False, "another-model", home.source.name)


async def test_where_another_process_indexes_the_bot_starts_with_what_there_is(home: Home) -> None:
    home.lock.taken = True
    await home.open()
    assert await home.store.live() is None


async def test_the_documentation_takes_the_samples_place_and_says_so(home: Home) -> None:
    await home.open()
    await home.librarian.catch_up()
    live = await home.live()
    assert (live.sample, live.source) == (False, home.source.name)
    assert home.announced == ["The full documentation is live now: 2 pages, 2 passages."]
    assert home.librarian.status == ""
    assert home.pauses == []


async def test_nothing_is_crawled_at_the_start_where_the_documentation_is_live(home: Home) -> None:
    await home.librarian.refresh()
    await home.librarian.catch_up()
    assert len(home.source.crawls) == 1
    assert home.announced == []


async def test_another_documentation_is_indexed_at_the_start(home: Home) -> None:
    await home.librarian.refresh()
    home.source = FakeSource([make_page("flat.md")], name="https://other.example/docs")
    home.librarian = home.build()
    await home.librarian.catch_up()
    assert (await home.live()).source == "https://other.example/docs"


async def test_a_first_crawl_that_fails_is_tried_again_with_growing_pauses(home: Home) -> None:
    await home.open()
    home.source.error = CrawlError("The site is away")
    home.meanwhile = [lambda: None, lambda: setattr(home.source, "error", None)]
    with capture_logs() as logs:
        await home.librarian.catch_up()
    assert home.pauses == [600, 1200]
    assert home.during_pause == [
        "The documentation could not be indexed: The site is away. Next try in 10 minutes.",
        "The documentation could not be indexed: The site is away. Next try in 20 minutes.",
    ]
    assert home.announced[:2] == home.during_pause
    assert home.announced[2].startswith("The full documentation is live now")
    assert [entry["log_level"] for entry in logs if "could not be indexed" in entry["event"]] == ["error", "error"]
    assert not (await home.live()).sample


async def test_the_sample_answers_as_long_as_the_crawl_fails(home: Home) -> None:
    await home.open()
    home.source.error = CrawlError("The site is away.")
    await home.librarian.refresh()
    assert (await home.live()).sample


async def test_the_pauses_do_not_grow_for_ever(home: Home) -> None:
    home.source.error = CrawlError("The site is away.")
    home.meanwhile = [*[lambda: None] * 8, lambda: setattr(home.source, "error", None)]
    await home.librarian.catch_up()
    assert home.pauses[-2:] == [6 * 3600, 6 * 3600]


async def test_what_another_process_has_indexed_meanwhile_is_not_crawled_again(home: Home) -> None:
    other = FakeSource(home.source.pages.values(), name=home.source.name)
    other_bot = Librarian(home.indexer, home.store, home.embedder, other, Lock().take)
    await other_bot.refresh()
    live = await home.live()
    home.store._live = None
    home.lock.taken = True
    home.meanwhile = [lambda: setattr(home.store, "_live", live.id)]
    await home.librarian.catch_up()
    assert "Another process is indexing" in home.during_pause[0]
    assert home.source.crawls == []
    assert home.librarian.status == ""


async def test_a_store_that_is_away_is_tried_again(home: Home) -> None:
    home.store.available = False
    home.meanwhile = [lambda: setattr(home.store, "available", True)]
    await home.librarian.catch_up()
    assert len(home.pauses) == 1
    assert not (await home.live()).sample


async def test_a_rejected_run_is_trouble_too(home: Home) -> None:
    await home.librarian.refresh()
    home.source.pages.clear()
    await home.librarian.refresh()
    assert "2 of 2 known pages were missing" in home.librarian.status


async def test_trouble_is_forgotten_with_the_next_good_run(home: Home) -> None:
    home.source.error = CrawlError("The site is away.")
    await home.librarian.refresh()
    home.source.error = None
    await home.librarian.refresh()
    assert home.librarian.status == ""


async def test_the_status_tells_how_far_it_is(home: Home) -> None:
    seen: list[str] = []

    class Watched(FakeEmbedder):
        async def embed_passages(self, texts: Sequence[str]) -> Vectors:
            seen.append(home.librarian.status)
            return await super().embed_passages(texts)

    home.embedder = Watched()
    home.librarian = home.build()
    with capture_logs() as logs:
        await home.librarian.refresh()
    assert seen == ["Crawling pages: 2 of 2", "Embedding chunks: 2"]  # the chunks, then the cards
    assert [(entry["stage"], entry["done"]) for entry in logs if entry["event"] == "Indexing the documentation"][
        :2
    ] == [
        ("Crawling pages", 1),
        ("Crawling pages", 2),
    ]


async def test_an_asked_run_reports_how_far_it_is_and_says_when_it_begins(home: Home) -> None:
    told: list[str] = []

    async def begun() -> None:
        told.append("begun")

    run = await home.librarian.reindex(progress=lambda report: told.append(report.stage), begun=begun)
    assert (run.status, run.new) == ("finished", 2)
    assert told[:2] == ["begun", "Crawling pages"]
    again = await home.librarian.reindex(full=True)
    assert again.generation_id != run.generation_id


async def test_of_asked_runs_there_is_one_at_a_time(home: Home) -> None:
    home.lock.taken = True
    with pytest.raises(IndexBusy):
        await home.librarian.reindex()
    with pytest.raises(IndexBusy):
        await home.librarian.roll_back()
    assert home.source.crawls == []


async def test_what_is_raised_before_an_asked_run_keeps_it_from_beginning(home: Home) -> None:
    async def begun() -> None:
        raise RecordsUnavailable("It can't be put on record.")

    with pytest.raises(RecordsUnavailable):
        await home.librarian.reindex(begun=begun)
    assert home.source.crawls == []
    assert not home.lock.taken


async def test_an_asked_run_that_breaks_off_is_raised_and_stays_in_the_status(home: Home) -> None:
    home.store.available = False
    with pytest.raises(StoreUnavailable):
        await home.librarian.reindex()
    assert "could not be indexed" in home.librarian.status
    assert not home.lock.taken


async def test_a_part_of_the_documentation_is_enough_only_where_the_whole_is_live(home: Home) -> None:
    part = FakeSource(home.source.pages.values(), name=home.source.name)
    await home.open()
    await home.librarian.reindex(part)
    assert (len(home.source.crawls), len(part.crawls)) == (1, 0)
    await home.librarian.reindex(part)
    assert (len(home.source.crawls), len(part.crawls)) == (1, 1)


async def test_a_rollback_goes_to_the_index_before(home: Home) -> None:
    first = await home.librarian.reindex()
    await home.librarian.reindex(full=True)
    _, earlier = await home.librarian.rollback()
    assert earlier.id == first.generation_id
    assert (await home.librarian.roll_back()).status == "rolled back"
    assert (await home.live()).id == first.generation_id


@pytest.mark.real
async def test_of_two_bots_on_one_database_one_indexes(database: Database, database_url: str) -> None:
    other = Database(database_url)
    async with only_writer(database.try_lock):
        with pytest.raises(IndexBusy):
            async with only_writer(other.try_lock):
                pass
    async with only_writer(other.try_lock):
        pass
    await other.close()
