import asyncio

import numpy as np
import pytest

from rag_core.errors import IndexingError
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.query_vectors import QueryVectors


class Model:
    """Gives each text its length as vector, batch by batch, each when it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.error: Exception | None = None
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def embed(self, texts: list[str]) -> Vectors:
        self.batches.append(texts)
        self.asked.set()
        await self.free.wait()
        if self.error:
            raise self.error
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def vectors(model: Model) -> QueryVectors:
    return QueryVectors(model.embed)


async def test_queries_that_come_while_one_is_embedded_share_a_batch(model: Model, vectors: QueryVectors) -> None:
    model.free.clear()
    first = asyncio.create_task(vectors.of("a"))
    await model.asked.wait()
    others = [asyncio.create_task(vectors.of("b" * n)) for n in (2, 3, 4)]
    await asyncio.sleep(0)
    model.free.set()
    assert [float(found[0]) for found in await asyncio.gather(first, *others)] == [1, 2, 3, 4]
    assert model.batches == [["a"], ["bb", "bbb", "bbbb"]]


async def test_a_batch_has_a_limit(model: Model, vectors: QueryVectors) -> None:
    await asyncio.gather(*(vectors.of("x" * n) for n in range(70)))
    assert [len(batch) for batch in model.batches] == [32, 32, 6]


async def test_a_query_that_was_asked_or_is_being_asked_is_not_embedded_again(
    model: Model, vectors: QueryVectors
) -> None:
    await asyncio.gather(vectors.of("same"), vectors.of("same"))
    found = await vectors.of("same")
    assert model.batches == [["same"]]
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 0


async def test_the_oldest_are_forgotten_and_what_is_asked_again_is_young(model: Model, vectors: QueryVectors) -> None:
    await vectors.of("old")
    for number in range(511):
        await vectors.of(str(number))
    await vectors.of("old")
    await vectors.of("one more")
    batches = len(model.batches)
    await vectors.of("old")
    assert len(model.batches) == batches
    await vectors.of("0")
    assert model.batches[batches:] == [["0"]]


async def test_an_error_reaches_all_who_wait_and_is_not_kept(model: Model, vectors: QueryVectors) -> None:
    model.error = IndexingError("closed")
    for found in await asyncio.gather(vectors.of("a"), vectors.of("b"), return_exceptions=True):
        assert found is model.error
    model.error = None
    assert float((await vectors.of("a"))[0]) == 1


async def test_who_gives_up_takes_nothing_from_others(model: Model, vectors: QueryVectors) -> None:
    model.free.clear()
    leaving, staying = (asyncio.create_task(vectors.of("same")) for _ in range(2))
    await model.asked.wait()
    leaving.cancel()
    model.free.set()
    assert float((await staying)[0]) == 4
    assert leaving.cancelled()
