from datetime import UTC, datetime

import pytest

from rag_core.answering.finder import Finder
from rag_core.answering.model import IndexInfo, Notice
from rag_core.answering.retriever import Retriever
from rag_core.errors import NoIndex, StoreUnavailable
from rag_core.indexing.card import card_of
from rag_core.indexing.chunk import Chunk
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

INDEX = IndexInfo(
    "one", "https://docs.example", "v3.0.x", datetime(2026, 1, 1, tzinfo=UTC), versions=("v3.0.x", "v2.4.x"),
    languages=("en",),
)  # fmt: skip


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Library:
    """A finder over an index in memory."""

    def __init__(self, info: IndexInfo | None = INDEX) -> None:
        self.store, self.embedder, self.clock = FakeStore(), FakeEmbedder(), Clock()
        self.info = info
        self.finder = Finder(Retriever(self.store, self.embedder), self.store, self._info, self.clock)

    async def _info(self) -> IndexInfo | None:
        return self.info

    async def hold(self, *chunks: Chunk) -> Finder:
        await fill(self.store, self.embedder, *chunks)
        await self.add(*chunks)
        return self.finder

    async def add(self, *chunks: Chunk) -> None:
        pages = {each.page_key: [other for other in chunks if other.page_key == each.page_key] for each in chunks}
        cards = [card_of(own) for own in pages.values()]
        await self.store.upsert_cards("one", cards, await self.embedder.embed_passages([card.text for card in cards]))


async def test_sections_come_best_first_each_once_with_the_line_that_has_the_words() -> None:
    finder = await Library().hold(
        chunk("cooking", 0, "bread flour oven", path=("Oven",)),
        chunk("graph", 0, "Nothing here. The graph has edges.\n\n| A | B |\n|---|---|\n| x | y |", path=("Edges",)),
        chunk("graph", 1, "graph of so much else that it comes last of all", path=("Edges",)),
        chunk("graph", 2, "```python\nnodes()\n```", path=("Code",)),
    )
    found = await finder.search("graph edges")
    assert found.version == "v3.0.x"
    assert [each.heading for each in found.sections].count("graph > Edges") == 1
    assert found.sections[0].heading == "graph > Edges", "as good as its best hit, though its other one comes last"
    assert found.sections[0].link == "https://docs.example/graph.md#Edges"
    assert found.sections[-1].heading == "cooking > Oven"
    lines = {each.heading: each.line for each in found.sections}
    assert lines["graph > Edges"] == "The graph has edges."
    assert lines["graph > Code"] == ""


async def test_a_long_sentence_is_cut() -> None:
    finder = await Library().hold(chunk("graph", 0, "graph " * 100))
    (section,) = (await finder.search("graph")).sections
    assert len(section.line) <= 180
    assert section.line.endswith("graph…")


async def test_no_more_sections_than_are_worth_reading() -> None:
    finder = await Library().hold(*(chunk(f"page{n}", 0, f"graph number{n} word{n} again{n}") for n in range(40)))
    assert len((await finder.search("graph")).sections) == 25


async def test_the_named_version_is_searched_and_one_that_is_not_there_is_said() -> None:
    finder = await Library().hold(
        chunk("graph", 0, "graph of today"), chunk("graph", 0, "graph of old", version="v2.4.x", latest=False)
    )
    assert [each.line for each in (await finder.search("graph")).sections] == ["graph of today"]
    assert [each.line for each in (await finder.search("graph", "2.4")).sections] == ["graph of old"]
    assert (await finder.search("graph", "2.4")).version == "v2.4.x"
    absent = await finder.search("graph", "1.9")
    assert absent.notices == (Notice("version_absent", "1.9"),)
    assert [each.line for each in absent.sections] == ["graph of today"]


async def test_nothing_indexed_and_a_store_that_is_away_are_said() -> None:
    library = Library()
    with pytest.raises(NoIndex):
        await library.finder.search("graph")
    assert await library.finder.versions() == ("v3.0.x", "v2.4.x")
    assert await Library(None).finder.versions() == ()
    library.store.available = False
    with pytest.raises(StoreUnavailable):
        await library.finder.search("graph")
    with pytest.raises(NoIndex):
        await Library(None).finder.titles("graph")


async def test_titles_hold_all_words_and_begin_with_them_first() -> None:
    finder = await Library().hold(
        chunk("a", 0, "x", title="About HNSW index"),
        chunk("b", 0, "x", title="HNSW"),
        chunk("c", 0, "x", title="HNSW_SQ index"),
        chunk("d", 0, "x", title="IVF index"),
        chunk("e", 0, "x", title="HNSW of old", version="v2.4.x", latest=False),
    )
    assert [card.title for card in await finder.titles("hnsw")] == ["HNSW", "HNSW_SQ index", "About HNSW index"]
    assert [card.title for card in await finder.titles("index HNSW")] == ["About HNSW index", "HNSW_SQ index"]
    assert await finder.titles("no such page") == []
    assert len(await finder.titles("")) == 4


async def test_titles_are_read_again_after_a_minute_and_not_before() -> None:
    library = Library()
    finder = await library.hold(chunk("a", 0, "x", title="One"))
    await finder.titles("")
    await library.add(chunk("b", 0, "y", title="Two"))
    assert [card.title for card in await finder.titles("")] == ["One"]
    library.clock.now = 61
    assert [card.title for card in await finder.titles("")] == ["One", "Two"]


async def test_a_page_is_had_by_its_key_or_its_title_with_each_heading_once() -> None:
    finder = await Library().hold(
        chunk("hnsw", 0, "above", title="HNSW"),
        chunk("hnsw", 1, "first", title="HNSW", path=("Index params",)),
        chunk("hnsw", 2, "second", title="HNSW", path=("Index params",)),
        chunk("hnsw", 3, "deeper", title="HNSW", path=("Index params", "M")),
        chunk("other", 0, "else", title="Other"),
    )
    for page in ("en/v3.0.x/hnsw.md", "HNSW", "hnsw"):
        found = await finder.outline(page)
        assert found is not None
        assert (found.title, found.link, found.version) == ("HNSW", "https://docs.example/hnsw.md", "v3.0.x")
        assert [heading.text for heading in found.headings] == ["Index params", "M"]
        assert [heading.depth for heading in found.headings] == [1, 2]
    assert await finder.outline("en/v3.0.x/gone.md") is None
