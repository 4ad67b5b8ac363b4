"""The fake store keeps the contract that Milvus keeps."""

from tests.fakes.store import FakeStore
from tests.rag_core.indexing import store_contract as contract


async def test_it_keeps_the_contract() -> None:
    store = FakeStore()
    await contract.check_nothing_is_live_at_first(store)
    await contract.check_rows_come_back_as_they_were_written(store)
    await contract.check_upsert_replaces_and_delete_deletes(store)
    await contract.check_searches_go_to_the_live_generation(store)
    await contract.check_filters(store)
    await contract.check_dense_ranks(store)
    await contract.check_cards_rank_pages(store)
    await contract.check_cards_are_listed(store)
