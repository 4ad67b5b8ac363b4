"""The store on a real Milvus server that is older than BM25."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from pymilvus import MilvusClient

from rag_core.indexing import milvus_rows as rows
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.milvus import MilvusStore, has_bm25
from rag_core.indexing.store import SearchFilter
from tests.rag_core.indexing import store_contract as contract
from tests.rag_core.indexing.standalone import standalone_milvus

_MANY = 6000
"""Rows enough for an index: a few are searched one by one."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with standalone_milvus(tmp_path_factory.mktemp("milvus")) as address:
        yield address


@pytest.fixture
async def store(address: str) -> AsyncIterator[MilvusStore]:
    store = MilvusStore(address, timeout=30)
    await store.start()
    yield store
    await store.close()


@pytest.mark.real
async def test_it_keeps_the_contract(store: MilvusStore) -> None:
    assert not has_bm25(await store.server_version())
    await contract.check_nothing_is_live_at_first(store)
    await contract.check_rows_come_back_as_they_were_written(store)
    await contract.check_upsert_replaces_and_delete_deletes(store)
    await contract.check_searches_go_to_the_live_generation(store)
    await contract.check_filters(store)
    await contract.check_dense_ranks(store)
    await contract.check_cards_rank_pages(store)
    await contract.check_cards_are_listed(store)
    hits = await store.search("it", await contract.EMBEDDER.embed_query("it"), SearchFilter(), 3)
    assert hits
    assert [(hit.dense_rank, hit.lexical_rank) for hit in hits] == [(n, None) for n in range(1, len(hits) + 1)]


@pytest.mark.real
async def test_a_sealed_generation_is_searched_by_its_index_to_its_last_row(store: MilvusStore, address: str) -> None:
    generation = replace(contract.generation("many", 20), dimension=128)
    chunks = [contract.chunk(f"row {number}") for number in range(_MANY)]
    vectors = np.random.default_rng(0).normal(size=(len(chunks), generation.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    await store.create(generation)
    await store.upsert(generation.id, chunks, vectors)
    await store.seal(generation.id)
    found = await _share_found(store, generation.id, chunks, vectors)
    client = MilvusClient(address)
    try:
        described = await asyncio.to_thread(client.describe_index, generation.collection, rows.VECTOR)
    finally:
        await asyncio.to_thread(client.close)
    assert (described["total_rows"], described["pending_index_rows"]) == (_MANY, 0)
    assert found > 0.85  # about .44 by the substitute that a server searches by until it has an index


async def _share_found(store: MilvusStore, generation_id: str, chunks: Sequence[Chunk], vectors: Vectors) -> float:
    """Share of the 30 nearest of ten rows that searches bring."""
    found = 0
    for vector in vectors[:: len(vectors) // 10]:
        nearest = {chunks[number].id for number in np.argsort(-(vectors @ vector))[:30]}
        hits = await store.search("row", vector, SearchFilter(), 30, generation_id=generation_id)
        found += len(nearest & {hit.chunk.id for hit in hits})
    return found / 300


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v2.3.5-lite", False),
        ("v2.4.23", False),
        ("2.5.0", True),
        ("v2.6.4", True),
        ("milvus_lite-3.2.2", True),
        ("?", False),
    ],
)
def test_bm25_by_version(version: str, *, expected: bool) -> None:
    assert has_bm25(version) is expected
