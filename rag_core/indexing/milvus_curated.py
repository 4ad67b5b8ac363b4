"""The vectors of curated answers in Milvus: one collection beside those of the generations."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pymilvus import AsyncMilvusClient, CollectionSchema, DataType, MilvusClient
from pymilvus.milvus_client.index import IndexParams

from rag_core.errors import NoIndex
from rag_core.indexing.curated_index import CuratedEntry, Near
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.milvus_connection import CollectionAbsent, CollectionNotLoaded, MilvusConnection
from rag_core.indexing.milvus_rows import VECTOR, literals

COLLECTION: Final = "curated"
_NOTE: Final = "embedding"
_MOST: Final = 16384
"""As many rows as Milvus gives back at once; a community writes tens."""

_Result = TypeVar("_Result")


class MilvusCuratedIndex:
    """Implements `CuratedIndex` over the connection of a `MilvusStore`; times in seconds."""

    def __init__(self, milvus: MilvusConnection, timeout: float, build_timeout: float) -> None:
        self._milvus = milvus
        self._timeout = timeout
        self._build_timeout = build_timeout
        # As for the store: two writers at once lose rows of Milvus Lite.
        self._writing = asyncio.Lock()

    async def open(self, model: str, dimension: int) -> None:
        """Make it ready for vectors of this model; those of another model are dropped."""
        note = f"{model} {dimension}"
        async with self._writing:
            if await self._milvus.run(lambda client: client.has_collection(COLLECTION, timeout=self._timeout)):
                if await self._note() == note:
                    await self._load()
                    return
                await self._milvus.run(lambda client: client.drop_collection(COLLECTION, timeout=self._build_timeout))
            await self._milvus.run_in_thread(lambda client: self._create(client, note, dimension))
            await self._load()

    async def held(self) -> Mapping[str, str]:
        """Digests of all there are, by id."""
        found: list[dict[str, Any]] = await self._on_loaded(
            lambda client: client.query(
                COLLECTION,
                'id != ""',
                output_fields=["id", "digest"],
                limit=_MOST,
                consistency_level="Strong",
                timeout=self._timeout,
            )
        )
        return {each["id"]: each["digest"] for each in found}

    async def put(self, entries: Sequence[CuratedEntry], vectors: Vectors) -> None:
        """Write entries with their vectors, shape (len(entries), dimension)."""
        rows = [
            {"id": each.id, "community": each.community_id, "digest": each.digest, VECTOR: vector}
            for each, vector in zip(entries, vectors, strict=True)
        ]
        if rows:
            async with self._writing:
                await self._on_loaded(lambda client: client.upsert(COLLECTION, rows, timeout=self._timeout))

    async def remove(self, ids: Sequence[str]) -> None:
        """Delete entries; unknown ids are no error."""
        if ids:
            where = f"id in {literals(ids)}"
            async with self._writing:
                await self._on_loaded(lambda client: client.delete(COLLECTION, filter=where, timeout=self._timeout))

    async def nearest(self, community_id: int, vector: Vectors, limit: int) -> list[Near]:
        """Those of one community that are nearest, best first."""
        found = await self._on_loaded(
            lambda client: client.search(
                COLLECTION,
                [vector.tolist()],
                anns_field=VECTOR,
                filter=f"community == {int(community_id)}",
                limit=limit,
                search_params={"metric_type": "COSINE"},
                consistency_level="Bounded",
                timeout=self._timeout,
            )
        )
        return [Near(str(hit["id"]), float(hit["distance"])) for hit in (found[0] if found else ())]

    async def _note(self) -> str:
        described = await self._milvus.run(lambda client: client.describe_collection(COLLECTION, timeout=self._timeout))
        return str(described["properties"].get(_NOTE, ""))

    def _create(self, client: MilvusClient, note: str, dimension: int) -> None:
        client.create_collection(
            COLLECTION,
            schema=_schema(dimension),
            index_params=_indexes(),
            properties={_NOTE: note},
            consistency_level="Bounded",
            timeout=self._build_timeout,
        )

    async def _on_loaded(self, call: Callable[[AsyncMilvusClient], Awaitable[_Result]]) -> _Result:
        with _no_index():
            try:
                return await self._milvus.run(call)
            except CollectionNotLoaded:
                await self._load()
            return await self._milvus.run(call)

    async def _load(self) -> None:
        await self._milvus.run(lambda client: client.load_collection(COLLECTION, timeout=self._build_timeout))


def _schema(dimension: int) -> CollectionSchema:
    made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    made.add_field("community", DataType.INT64)
    made.add_field("digest", DataType.VARCHAR, max_length=64)
    made.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    return made


def _indexes() -> IndexParams:
    """Exact search: a filter by community would leave gaps in a graph, and there are few rows."""
    made = IndexParams()
    made.add_index(VECTOR, index_type="FLAT", metric_type="COSINE")
    return made


@contextmanager
def _no_index() -> Iterator[None]:
    try:
        yield
    except CollectionAbsent as error:
        raise NoIndex("The vectors of curated answers are gone.") from error
