"""The store on the real Milvus Lite, as a child process."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from pymilvus import MilvusClient

from rag_core.errors import StoreRejected, StoreUnavailable
from rag_core.indexing import milvus, milvus_lite
from rag_core.indexing.milvus import CARD_ALIAS, MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.store import SearchFilter
from tests.fixtures.milvus import milvus_of
from tests.rag_core.indexing import store_contract as contract

pytestmark = pytest.mark.real


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LiteServer]:
    server = LiteServer(tmp_path / "milvus")
    yield server
    await server.close()


@pytest.fixture
def shared(milvus_folder: Path) -> LiteServer:
    """The one server of all tests that do not harm it, found as by another process."""
    return LiteServer(milvus_folder)


@pytest.fixture
def store(milvus_store: MilvusStore) -> MilvusStore:
    """On the shared server."""
    return milvus_store


@pytest.fixture
async def own_store(server: LiteServer) -> AsyncIterator[MilvusStore]:
    store = MilvusStore(server)
    await store.start()
    yield store
    await store.close()


class SetClock:
    """In place of the module `time`: stands still until it is set."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


async def locked(folder: Path) -> None:
    """Wait until a server has found its directory locked."""
    log = folder / "milvus.log"
    while "DataDirLockedError" not in await asyncio.to_thread(log.read_text):  # noqa: ASYNC110  # another process's
        await asyncio.sleep(0.05)


async def live_store(store: MilvusStore) -> None:
    await store.create(contract.generation("g1"))
    chunks = [contract.chunk(text) for text in ("HNSW builds a graph", "IVF builds clusters", "bounded consistency")]
    await contract.write(store, "g1", chunks)
    await store.seal("g1")
    await store.activate("g1")


async def test_it_keeps_the_contract(store: MilvusStore) -> None:
    await contract.check_nothing_is_live_at_first(store)
    await contract.check_rows_come_back_as_they_were_written(store)
    await contract.check_upsert_replaces_and_delete_deletes(store)
    await contract.check_searches_go_to_the_live_generation(store)
    await contract.check_filters(store)
    await contract.check_dense_ranks(store)
    await contract.check_cards_rank_pages(store)
    await contract.check_cards_are_listed(store)


async def test_bm25_finds_the_word_that_the_vector_misses(store: MilvusStore) -> None:
    """Its distances are negative on Milvus Lite: the ranks must come out right nevertheless."""
    await live_store(store)
    far_away = await contract.EMBEDDER.embed_query("HNSW builds a graph")
    hits = await store.search("consistency", far_away, SearchFilter(), 2)
    ranks = {hit.chunk.text: (hit.dense_rank, hit.lexical_rank) for hit in hits}
    assert ranks["bounded consistency"] == (None, 1)
    assert ranks["HNSW builds a graph"] == (1, None)


async def test_bm25_finds_the_word_that_only_the_page_summary_has(store: MilvusStore) -> None:
    await store.create(contract.generation("g1"))
    told = contract.chunk("it has two values", summary="How replication works.")
    await contract.write(store, "g1", [told, contract.chunk("something else")])
    await store.seal("g1")
    await store.activate("g1")
    hits = await store.search("replications", await contract.EMBEDDER.embed_query("else"), SearchFilter(), 2)
    assert [hit.chunk.text for hit in hits if hit.lexical_rank] == ["it has two values"]


async def test_a_search_without_a_known_word_is_dense_alone(store: MilvusStore) -> None:
    await live_store(store)
    hits = await store.search("zzz", await contract.EMBEDDER.embed_query("graph"), SearchFilter(), 2)
    assert [(hit.dense_rank, hit.lexical_rank) for hit in hits] == [(1, None), (2, None)]


async def test_a_generation_without_cards_is_searched_by_its_chunks(store: MilvusStore, shared: LiteServer) -> None:
    """Those of the schema before have none, and a rollback leads to them."""
    await live_store(store)
    later = contract.generation("g2", 2)
    await store.create(later)
    await contract.write(store, "g2", [contract.chunk("HNSW builds a layered graph")])
    await store.seal("g2")
    await store.activate("g2")
    client = MilvusClient(await shared.uri())
    await asyncio.to_thread(client.drop_collection, contract.generation("g1").card_collection)
    await store.activate("g1")
    assert await contract.found(store, "graph", limit=1) == ["HNSW builds a graph"]
    assert await store.summary_of("g1", "en/v3.0.x/hnsw.md") == ""
    found = await asyncio.to_thread(client.list_aliases, later.card_collection, timeout=10)
    assert found["aliases"] == []
    await asyncio.to_thread(client.close)


async def test_aliases_that_a_crash_left_apart_are_brought_together(store: MilvusStore, shared: LiteServer) -> None:
    await live_store(store)
    later = contract.generation("g2", 2)
    await store.create(later)
    await store.seal("g2")
    client = MilvusClient(await shared.uri())
    await asyncio.to_thread(client.alter_alias, later.card_collection, CARD_ALIAS)
    await store.start()
    described = await asyncio.to_thread(client.describe_alias, CARD_ALIAS)
    assert described["collection_name"] == contract.generation("g1").card_collection
    await asyncio.to_thread(client.close)


async def test_after_kill_9_the_next_call_finds_everything(own_store: MilvusStore, server: LiteServer) -> None:
    await live_store(own_store)
    assert server.pid is not None
    first = server.pid
    os.kill(first, signal.SIGKILL)
    assert await contract.found(own_store, "graph", limit=1) == ["HNSW builds a graph"]
    assert server.pid != first
    assert await own_store.live() == contract.generation("g1")


async def test_what_was_written_outlives_a_restart(tmp_path: Path) -> None:
    for attempt in range(2):
        store = MilvusStore(LiteServer(tmp_path / "milvus"))
        await store.start()
        if attempt == 0:
            await live_store(store)
        assert await contract.found(store, "graph", limit=1) == ["HNSW builds a graph"]
        await store.close()


async def test_it_listens_on_the_loopback_address_alone(shared: LiteServer) -> None:
    await shared.uri()
    connections = await asyncio.to_thread(psutil.Process(shared.pid).net_connections, "tcp")
    listening = {each.laddr.ip.removeprefix("::ffff:") for each in connections if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


async def test_a_second_process_uses_the_server_that_is_there(tmp_path: Path, own_store: MilvusStore) -> None:
    await live_store(own_store)
    second = MilvusStore(LiteServer(tmp_path / "milvus"))
    await second.start()
    assert await contract.found(second, "graph", limit=1) == ["HNSW builds a graph"]
    await second.close()
    assert await contract.found(own_store, "graph", limit=1) == ["HNSW builds a graph"]


async def test_when_the_server_of_the_other_process_ends_a_new_one_is_started(tmp_path: Path) -> None:
    first, second = (MilvusStore(LiteServer(tmp_path / "milvus")) for _ in range(2))
    await first.start()
    await live_store(first)
    await second.start()
    await first.close()
    assert await contract.found(second, "graph", limit=1) == ["HNSW builds a graph"]
    await second.close()


async def test_a_stale_note_is_no_hindrance(tmp_path: Path, server: LiteServer) -> None:
    (tmp_path / "milvus.server.json").write_text(json.dumps({"pid": os.getpid(), "port": 1}))
    uri = await server.uri()
    assert server.pid != os.getpid()
    assert not uri.endswith(":1")


async def test_a_predecessor_that_still_holds_the_directory_is_waited_for(tmp_path: Path) -> None:
    first, second = LiteServer(tmp_path / "milvus"), LiteServer(tmp_path / "milvus")
    await first.uri()
    (tmp_path / "milvus.server.json").unlink()  # as if it had been killed, and were not quite gone
    waiting = asyncio.create_task(second.uri())
    await locked(tmp_path)
    assert not waiting.done()
    await first.close()
    await asyncio.wait_for(waiting, 60)
    await second.close()


async def test_a_directory_that_stays_locked_is_said_so(
    tmp_path: Path, server: LiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.uri()
    (tmp_path / "milvus.server.json").unlink()
    clock = SetClock()
    monkeypatch.setattr(milvus_lite, "time", clock)
    waiting = asyncio.create_task(LiteServer(tmp_path / "milvus", start_timeout=15).uri())
    await locked(tmp_path)
    clock.now = 16.0
    with pytest.raises(StoreUnavailable, match="another process holds it"):
        await waiting


async def test_a_directory_that_can_not_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "milvus").write_text("a file")
    with pytest.raises(StoreUnavailable, match="did not start"):
        await LiteServer(tmp_path / "milvus").uri()


async def test_a_cancelled_start_leaves_no_child(tmp_path: Path) -> None:
    folder = tmp_path / "milvus"
    server = LiteServer(folder)
    starting = asyncio.create_task(server.uri())
    while not await asyncio.to_thread(milvus_of, folder):  # noqa: ASYNC110  # what we wait for is another process's
        await asyncio.sleep(0.01)
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    assert await asyncio.to_thread(milvus_of, folder) == []
    other = LiteServer(folder)
    await other.uri()
    await other.close()


async def test_a_refusal_is_told_apart_from_an_absence(store: MilvusStore) -> None:
    await live_store(store)
    with pytest.raises(StoreRejected):
        await contract.write(store, "nowhere", [contract.chunk("text")])
    away = MilvusStore("http://127.0.0.1:1", timeout=1)
    with pytest.raises(StoreUnavailable):
        await away.start()
    await away.close()


async def test_an_index_file_that_is_half_written_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it happens where a load meets what Milvus Lite still writes behind a flush."""
    store = MilvusStore(LiteServer(tmp_path / "milvus"))
    await store.start()
    await live_store(store)
    await store.close()
    (index,) = (tmp_path / "milvus").rglob("*.hnsw.idx")
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2])
    failed = asyncio.Event()

    def may_pass(error: BaseException) -> bool:
        failed.set()
        return original(error)

    original = milvus._may_pass
    monkeypatch.setattr(milvus, "_may_pass", may_pass)
    again = MilvusStore(LiteServer(tmp_path / "milvus"))
    starting = asyncio.create_task(again.start())
    await failed.wait()
    await asyncio.to_thread(index.write_bytes, whole)
    await starting
    assert await contract.found(again, "graph", limit=1) == ["HNSW builds a graph"]
    await again.close()
