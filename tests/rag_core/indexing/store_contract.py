"""What every `VectorStore` must do, whichever Milvus is behind it; the files beside run it against each of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from rag_core.errors import NoIndex, StoreRejected
from rag_core.indexing.card import PageCard, card_of
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.store import Generation, SearchFilter, VectorStore
from tests.fakes.embedder import FakeEmbedder

EMBEDDER = FakeEmbedder()
NASTY = 'en/v3.0.x/"quotes" \\back\\ \'single\' 中文 é\t" or latest == true or "" == ".md'


def generation(generation_id: str, day: int = 1) -> Generation:
    created = datetime(2026, 11, day, 12, 30, 0, 123456, tzinfo=UTC)
    return Generation(generation_id, "fake-words", 64, 1, 1, 'a "source" \\ 中文', created)


def chunk_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def chunk(text: str, **changes: object) -> Chunk:
    made = Chunk(
        id=chunk_id(text),
        page_key="en/v3.0.x/hnsw.md",
        page_id="hnsw.md",
        url="https://docs.example.org/docs/hnsw.md",
        anchor="Params",
        title="HNSW",
        path=("Index", "Params"),
        text=text,
        ordinal=0,
        version="v3.0.x",
        language="en",
        latest=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def write(store: VectorStore, generation_id: str, chunks: Sequence[Chunk]) -> None:
    await store.upsert(generation_id, chunks, await EMBEDDER.embed_passages([c.embedding_text for c in chunks]))


async def found(store: VectorStore, text: str, where: SearchFilter | None = None, limit: int = 10) -> list[str]:
    hits = await store.search(text, await EMBEDDER.embed_query(text), where or SearchFilter(), limit)
    return [hit.chunk.text for hit in hits][:limit]


async def write_card(store: VectorStore, generation_id: str, card: PageCard) -> None:
    await store.upsert_cards(generation_id, [card], await EMBEDDER.embed_passages([card.text]))


async def drop_all(store: VectorStore) -> None:
    """Leave nothing but one empty live generation."""
    spare = generation(f"spare{len(await store.generations())}", day=28)
    await store.create(spare)
    await store.activate(spare.id)
    for each in await store.generations():
        if each != spare:
            await store.drop(each.id)


async def check_nothing_is_live_at_first(store: VectorStore) -> None:
    assert await store.live() is None
    assert await store.generations() == []
    with pytest.raises(NoIndex):
        await found(store, "anything")
    with pytest.raises(NoIndex):
        await store.neighbours("en/v3.0.x/hnsw.md", [0])
    with pytest.raises(NoIndex):
        await store.cards(SearchFilter())


async def check_rows_come_back_as_they_were_written(store: VectorStore) -> None:
    await store.create(generation("rows"))
    chunks = [
        chunk("first", page_key=NASTY, title='T"\\', path=("中文", 'a"b', "c\\d"), ordinal=1, code_language="python"),
        chunk("second\nline\t|", page_key=NASTY, ordinal=0, latest=False, anchor="", path=()),
        chunk("elsewhere"),
    ]
    await write(store, "rows", chunks)
    assert await store.chunks_of("rows", NASTY) == [chunks[1], chunks[0]]
    assert await store.chunks_of("rows", "no such page") == []
    vectors = await store.vectors_of("rows", [chunks[0].id, "no such id"])
    assert list(vectors) == [chunks[0].id]
    assert vectors[chunks[0].id] == pytest.approx(await EMBEDDER.embed_query(chunks[0].embedding_text), abs=1e-6)
    assert await store.chunk_ids("rows") == {chunk.id for chunk in chunks}


async def check_upsert_replaces_and_delete_deletes(store: VectorStore) -> None:
    await store.create(generation("edits"))
    await write(store, "edits", [chunk("one"), chunk("two")])
    await write(store, "edits", [chunk("one", ordinal=7)])
    await store.delete("edits", [chunk_id("two"), "no such id"])
    assert await store.chunks_of("edits", "en/v3.0.x/hnsw.md") == [chunk("one", ordinal=7)]
    assert await store.chunk_ids("edits") == {chunk_id("one")}


async def check_searches_go_to_the_live_generation(store: VectorStore) -> None:
    old, new = generation("old", 2), generation("new", 3)
    for each in (old, new):
        await store.create(each)
        await write(store, each.id, [chunk(f"graph index of {each.id}", ordinal=3)])
        await store.seal(each.id)
    await store.activate("old")
    assert await store.live() == old
    assert await found(store, "graph index") == ["graph index of old"]
    await store.activate("new")
    assert await store.live() == new
    assert await found(store, "graph index") == ["graph index of new"]
    assert [hit.text for hit in await store.neighbours("en/v3.0.x/hnsw.md", [2, 3])] == ["graph index of new"]
    assert await store.neighbours("en/v3.0.x/hnsw.md", [4]) == []
    await check_another_generation_can_be_searched_by_name(store)
    with pytest.raises(StoreRejected):
        await store.drop("new")
    await store.drop("old")
    assert old not in await store.generations()
    assert await store.live() == new


async def check_another_generation_can_be_searched_by_name(store: VectorStore) -> None:
    query = await EMBEDDER.embed_query("graph index")
    hits = await store.search("graph index", query, SearchFilter(), 10, generation_id="old")
    assert [hit.chunk.text for hit in hits] == ["graph index of old"]
    beside = await store.neighbours("en/v3.0.x/hnsw.md", [3], generation_id="old")
    assert [chunk.text for chunk in beside] == ["graph index of old"]
    with pytest.raises(NoIndex, match="nowhere"):
        await store.search("graph index", query, SearchFilter(), 10, generation_id="nowhere")
    with pytest.raises(NoIndex, match="nowhere"):
        await store.neighbours("en/v3.0.x/hnsw.md", [3], generation_id="nowhere")


async def check_filters(store: VectorStore) -> None:
    await store.create(generation("filters", 4))
    chunks = [
        chunk("index plain"),
        chunk("index python", code_language="python"),
        chunk("index java", code_language="java"),
        chunk("index shell", code_language="shell"),
        chunk("index scala", code_language="scala"),
        chunk("index old", version='v"2\\', latest=False),
        chunk("index chinese", language="zh"),
    ]
    await write(store, "filters", chunks)
    await store.seal("filters")
    await store.activate("filters")
    everything = {"index plain", "index python", "index java", "index shell", "index scala"}
    assert set(await found(store, "index")) == everything
    assert await found(store, "index", SearchFilter(version='v"2\\')) == ["index old"]
    assert await found(store, "index", SearchFilter(version='" or "1" == "1')) == []
    assert await found(store, "index", SearchFilter(languages=("zh",))) == ["index chinese"]
    for sdk, tab in (("java", "index java"), ("bash", "index shell")):
        hits = await found(store, "index", SearchFilter(code_languages=(sdk,)))
        assert set(hits) == {"index plain", tab, "index scala"}
    assert set(await found(store, "index", SearchFilter(code_languages=()))) == {"index plain", "index scala"}


async def check_dense_ranks(store: VectorStore) -> None:
    await store.create(generation("ranks", 5))
    await write(store, "ranks", [chunk(f"{'graph ' * n}{'cluster ' * (5 - n)}word{n}") for n in range(6)])
    await store.seal("ranks")
    await store.activate("ranks")
    query = await EMBEDDER.embed_query("graph")
    hits = await store.search("graph", query, SearchFilter(), 4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.dense == pytest.approx(float(await EMBEDDER.embed_query(hit.chunk.embedding_text) @ query), abs=1e-4)
    by_rank = sorted((hit for hit in hits if hit.dense_rank), key=lambda hit: hit.dense_rank or 0)
    cosines = [float(np.float32(hit.dense or 0)) for hit in by_rank]
    assert cosines == sorted(cosines, reverse=True)
    assert by_rank[0].dense_rank == 1


async def check_cards_rank_pages(store: VectorStore) -> None:
    """Of two chunks that say the same, the one on the page that fits as a whole comes first."""
    await store.create(generation("cards", 6))
    tree, ring = (chunk(f"it has {name}", page_key=name, ordinal=0) for name in ("tree", "ring"))
    await write(store, "cards", [tree, ring])
    for of, text in ((tree, "forest of leaves"), (ring, "gold and silver")):
        await write_card(store, "cards", replace(card_of([of]), text=text, summary='of "' + text))
    await store.seal("cards")
    await store.activate("cards")
    assert await found(store, "it has leaves", limit=2) == ["it has tree", "it has ring"]
    assert await found(store, "it has silver", limit=2) == ["it has ring", "it has tree"]
    assert await found(store, "it has silver", SearchFilter(version="v2.6.x")) == []
    await check_cards_can_be_changed(store)


async def check_cards_can_be_changed(store: VectorStore) -> None:
    tree = chunk("it has tree", page_key="tree")
    assert await store.summary_of("cards", "tree") == 'of "forest of leaves'
    await write_card(store, "cards", replace(card_of([tree]), text="gold", summary="changed"))
    assert await store.summary_of("cards", "tree") == "changed"
    await store.delete_cards("cards", ["tree", "no such page"])
    assert await store.summary_of("cards", "tree") == ""
    assert await store.summary_of("cards", "no such page") == ""


async def check_cards_are_listed(store: VectorStore) -> None:
    """Those of the live generation that match, by title."""
    await store.create(generation("listed", 7))
    titles = {"b": "Zilliz", NASTY: 'An "index"', "zh": "中文", "old": "Old"}
    changes: dict[str, dict[str, object]] = {"zh": {"language": "zh"}, "old": {"version": "v2", "latest": False}}
    for key, title in titles.items():
        own = card_of([chunk(f"of {key}", page_key=key, title=title, summary="short", **changes.get(key, {}))])
        await write_card(store, "listed", own)
    await write(store, "listed", [chunk("of b", page_key="b")])
    await store.seal("listed")
    await store.activate("listed")
    cards = await store.cards(SearchFilter())
    assert [(card.page_key, card.title, card.summary) for card in cards] == [
        (NASTY, 'An "index"', "short"),
        ("b", "Zilliz", "short"),
    ]
    assert [card.title for card in await store.cards(SearchFilter(languages=("zh", "en")))][-1] == "中文"
    assert [card.title for card in await store.cards(SearchFilter(version="v2"))] == ["Old"]
