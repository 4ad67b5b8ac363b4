"""The vectors of curated answers: the fake, and Milvus Lite for real."""

from datetime import UTC, datetime

import pytest

from rag_core.errors import NoIndex
from rag_core.indexing.curated_index import CuratedEntry, CuratedIndex
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.store import Generation
from tests.fakes.curated_index import FakeCuratedIndex
from tests.fakes.embedder import FakeEmbedder

EMBEDDER = FakeEmbedder()
HERE, THERE = 2**62 + 1, 2**62 + 2
NASTY = 'a" or community > 0 or "" == "'


@pytest.fixture(params=["fake", pytest.param("lite", marks=[pytest.mark.real, pytest.mark.xdist_group("milvus")])])
def index(request: pytest.FixtureRequest) -> CuratedIndex:
    if request.param == "fake":
        return FakeCuratedIndex()
    real: MilvusStore = request.getfixturevalue("milvus_store")
    return real.curated


async def _put(index: CuratedIndex, *rows: tuple[str, int, str]) -> None:
    entries = [CuratedEntry(key, community, f"d {text}") for key, community, text in rows]
    await index.put(entries, await EMBEDDER.embed_passages([text for _, _, text in rows]))


async def _found(index: CuratedIndex, community: int, text: str) -> list[str]:
    return [near.id for near in await index.nearest(community, await EMBEDDER.embed_query(text), 5)]


async def test_it_keeps_what_it_is_given_apart_by_community(index: CuratedIndex) -> None:
    with pytest.raises(NoIndex):
        await index.held()
    await index.open(EMBEDDER.model, EMBEDDER.dimension)
    assert await index.held() == {}
    await _put(index, ("a", HERE, "graph index"), ("b", HERE, "cluster"), ("c", THERE, "graph index"))
    assert await _found(index, HERE, "graph index") == ["a", "b"]
    assert await _found(index, THERE, "graph index") == ["c"]
    assert await _found(index, 7, "graph index") == []
    (nearest, _) = await index.nearest(HERE, await EMBEDDER.embed_query("graph index"), 5)
    assert nearest.cosine == pytest.approx(1.0, abs=1e-4)
    await _put(index, ("a", HERE, "consistency"))
    assert await index.held() == {"a": "d consistency", "b": "d cluster", "c": "d graph index"}
    await index.remove(["c", "no such id", NASTY])
    assert set(await index.held()) == {"a", "b"}
    await index.remove([])


async def test_vectors_of_another_model_are_dropped_and_those_of_the_same_kept(index: CuratedIndex) -> None:
    await index.open(EMBEDDER.model, EMBEDDER.dimension)
    await _put(index, ("a", HERE, "graph index"))
    await index.open(EMBEDDER.model, EMBEDDER.dimension)
    assert set(await index.held()) == {"a"}
    other = FakeEmbedder(model="other", dimension=32)
    await index.open(other.model, other.dimension)
    assert await index.held() == {}
    entry = CuratedEntry("b", HERE, "d")
    await index.put([entry], await other.embed_passages(["graph"]))
    assert [near.id for near in await index.nearest(HERE, await other.embed_query("graph"), 5)] == ["b"]


@pytest.mark.real
async def test_they_outlive_generations_and_rollbacks(milvus_store: MilvusStore) -> None:
    await milvus_store.curated.open(EMBEDDER.model, EMBEDDER.dimension)
    await _put(milvus_store.curated, ("a", HERE, "graph index"))
    for name in ("g1", "g2"):
        await milvus_store.create(
            Generation(name, "fake-words", 64, 1, 1, "s", datetime(2026, 1, int(name[1]), tzinfo=UTC))
        )
        await milvus_store.activate(name)
    await milvus_store.activate("g1")
    await milvus_store.drop("g2")
    assert await _found(milvus_store.curated, HERE, "graph index") == ["a"]
    assert [each.id for each in await milvus_store.generations()] == ["g1"]
