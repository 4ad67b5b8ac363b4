"""Milvus as the vector store: the embedded Milvus Lite, or a server by its address."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from pymilvus import AsyncMilvusClient, MilvusClient
from tenacity import AsyncRetrying, retry_if_exception, retry_never, stop_after_attempt, wait_exponential

from rag_core.errors import NoIndex, StoreRejected, StoreUnavailable
from rag_core.indexing import milvus_rows as rows
from rag_core.indexing.card import PageCard
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.fusion import Match, PageMatches, fuse
from rag_core.indexing.milvus_connection import CollectionAbsent, CollectionNotLoaded, MilvusConnection
from rag_core.indexing.milvus_curated import MilvusCuratedIndex
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.store import Generation, Hit, SearchFilter
from rag_core.indexing.terms import query_terms

ALIAS = "docs"
"""Searches of chunks go to it, unless they name a generation."""

CARD_ALIAS = "pages"
"""Searches of pages go to it. It is moved before the other: what it points to decides on no page alone."""

_PREFIX = "docs_"
_CARD_PREFIX = "pages_"
_CARDS = 50
"""Pages that a search of them brings: those that matter are among them, and their order is the rest of the weight."""

_LOADS = 8
"""Attempts to load a collection of Milvus Lite, over about seven seconds."""

_LOOK_AGAIN = 0.5
"""Seconds between two looks at how far a server is with an index."""

_UPSERT_ROWS = 100
_IDS_AT_ONCE = 500
_ITERATOR_ROWS = 5000

_LEAST_EF = 128
"""HNSW's candidates a search, at least. Of the 30 nearest of 13,200 real chunks, Milvus 2.3.5 finds .975 with 64, .995
with 128 and .999 with 256; a search takes 3.5, 3.8 and 7.7 ms."""

_FIRST_WITH_BM25 = (2, 5)
_BM25 = {"metric_type": "BM25"}
_PAGE_COSINES = {"metric_type": "COSINE", "params": {"ef": _LEAST_EF}}

_Result = TypeVar("_Result")
_Item = TypeVar("_Item")


class MilvusStore:
    """Implements `VectorStore` with a server's address or Milvus Lite.

    Args:
        where: the server's address (`http://milvus:19530`), or an embedded server.
        token: `user:password` or an API key of the server.
        timeout: seconds that one call may take; building and loading indexes may take `build_timeout`.
    """

    def __init__(
        self, where: str | LiteServer, *, token: str = "", timeout: float = 10.0, build_timeout: float = 300.0
    ) -> None:
        self._milvus = MilvusConnection(where, token=token, timeout=timeout)
        self._timeout = timeout
        self._build_timeout = build_timeout
        self._curated = MilvusCuratedIndex(self._milvus, timeout, build_timeout)
        # Of two writers at once on one collection, Milvus Lite lost rows that it had acknowledged.
        self._writing = asyncio.Lock()

    @property
    def curated(self) -> MilvusCuratedIndex:
        """The vectors of curated answers, in the same Milvus."""
        return self._curated

    async def start(self) -> None:
        """Connect, start the embedded server where there is one, and make the live generation ready to search."""
        if live := await self.live():
            await self._load(live.collection)
            # Whoever moved the aliases may have been cut off between the two.
            await self._point_cards(live.id)

    async def close(self) -> None:
        """Disconnect, and end the embedded server."""
        await self._milvus.close()

    async def server_version(self) -> str:
        """As the server says it."""
        return await self._milvus.version()

    async def live(self) -> Generation | None:
        """The generation that the alias points to."""
        collection = await self._aliased()
        return await self._described(collection) if collection else None

    async def generations(self) -> list[Generation]:
        """All there are, oldest first."""
        names = await self._milvus.run(lambda client: client.list_collections(timeout=self._timeout))
        found = [await self._described(name) for name in names if name.startswith(_PREFIX)]
        return sorted((each for each in found if each), key=lambda each: (each.created_at, each.id))

    async def create(self, generation: Generation) -> None:
        """Make its empty collections, with their indexes."""
        lexical = await self._has_bm25()
        schemas = {
            # What makes it a generation comes last: one without a place for its cards could never be completed.
            generation.card_collection: rows.card_schema(generation, lexical=lexical),
            generation.collection: rows.schema(generation, lexical=lexical),
        }

        def make(client: MilvusClient) -> None:
            for collection, schema in schemas.items():
                client.create_collection(
                    collection,
                    schema=schema,
                    index_params=rows.indexes(lexical=lexical),
                    properties={rows.NOTE: rows.generation_note(generation)},
                    consistency_level="Bounded",
                    timeout=self._build_timeout,
                )

        await self._milvus.run_in_thread(make)

    async def activate(self, generation_id: str) -> None:
        """Load the generation and move the aliases."""
        collection = _collection(generation_id)
        await self._load(collection)
        await self._point_cards(generation_id)
        await self._point(ALIAS, collection)

    async def drop(self, generation_id: str) -> None:
        """Delete a generation that is not live."""
        collection = _collection(generation_id)
        if await self._aliased() == collection:
            # Milvus would delete the alias with it.
            raise StoreRejected(f"Generation {generation_id} is live: make another one live before it is dropped.")
        for each in (_card_collection(generation_id), collection):
            await self._drop(each)

    async def upsert(self, generation_id: str, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Write chunks with their vectors, shape (len(chunks), dimension)."""
        collection, lexical = _collection(generation_id), await self._has_bm25()
        made = [rows.row(chunk, vector, lexical=lexical) for chunk, vector in zip(chunks, vectors, strict=True)]
        await self._upsert(collection, made)

    async def delete(self, generation_id: str, chunk_ids: Sequence[str]) -> None:
        """Delete chunks; unknown ids are no error."""
        await self._delete(_collection(generation_id), "id", chunk_ids)

    async def upsert_cards(self, generation_id: str, cards: Sequence[PageCard], vectors: Vectors) -> None:
        """Write the cards of pages with their vectors, shape (len(cards), dimension)."""
        lexical = await self._has_bm25()
        made = [rows.card_row(card, vector, lexical=lexical) for card, vector in zip(cards, vectors, strict=True)]
        await self._upsert(_card_collection(generation_id), made)

    async def delete_cards(self, generation_id: str, page_keys: Sequence[str]) -> None:
        """Delete cards; unknown keys are no error."""
        await self._delete(_card_collection(generation_id), rows.PAGE_KEY, page_keys)

    async def summary_of(self, generation_id: str, page_key: str) -> str:
        """The summary on a page's card; empty where there is no card, as in generations of earlier schemas."""
        where = f"{rows.PAGE_KEY} == {rows.literal(page_key)}"
        try:
            found = await self._query(_card_collection(generation_id), where, ["summary"], consistency="Strong")
        except CollectionAbsent:
            return ""
        return str(found[0]["summary"]) if found else ""

    async def cards(self, where: SearchFilter) -> list[PageCard]:
        """The cards of the pages of the live generation that match, by title; none where it has no cards.

        Raises:
            NoIndex: no generation is live.
        """
        if (live := await self.live()) is None:
            raise NoIndex("Nothing was indexed yet.")
        expression = rows.card_expression(where)
        try:
            found = await self._query(live.card_collection, expression, rows.CARD_FIELDS, consistency="Bounded")
        except CollectionAbsent:
            return []
        return sorted(map(rows.card, found), key=lambda card: (card.title, card.page_key))

    async def chunks_of(self, generation_id: str, page_key: str) -> list[Chunk]:
        """All chunks of one page, in their order on the page, with everything that was written before."""
        where = f"page_key == {rows.literal(page_key)}"
        found = await self._query(_collection(generation_id), where, rows.CHUNK_FIELDS, consistency="Strong")
        return sorted(map(rows.chunk, found), key=lambda chunk: chunk.ordinal)

    async def vectors_of(self, generation_id: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors, each of shape (dimension,), of those ids that exist."""
        vectors: dict[str, Vectors] = {}
        for batch in _batches(chunk_ids, _IDS_AT_ONCE):
            where = f"id in {rows.literals(batch)}"
            found = await self._query(_collection(generation_id), where, ["id", rows.VECTOR], consistency="Strong")
            vectors |= {each["id"]: np.asarray(each[rows.VECTOR], dtype=np.float32) for each in found}
        return vectors

    async def chunk_ids(self, generation_id: str) -> set[str]:
        """Ids of everything in a generation."""
        collection = _collection(generation_id)
        await self._load(collection)

        def read(client: MilvusClient) -> set[str]:
            iterator = client.query_iterator(
                collection, batch_size=_ITERATOR_ROWS, output_fields=["id"], consistency_level="Strong"
            )
            try:
                return {each["id"] for batch in iter(iterator.next, []) for each in batch}
            finally:
                iterator.close()

        return await self._milvus.run_in_thread(read)

    async def seal(self, generation_id: str) -> None:
        """Make what was written quick to search.

        Milvus Lite searches new rows slowly until they are flushed, released and loaded again. A server goes on for
        half a minute with the substitute by which it searched until there was an index, and finds fewer: of 20,000
        rows just indexed, Milvus 2.3.5 found .73 of the 30 nearest, and .98 once they were loaded anew. The live
        generation is left to that, since it would answer no search meanwhile.
        """
        async with self._writing:
            is_live = await self._aliased() == _collection(generation_id)
            for collection in (_card_collection(generation_id), _collection(generation_id)):
                await self._seal(collection, is_live=is_live)

    async def search(
        self, text: str, vector: Vectors, where: SearchFilter, limit: int, *, generation_id: str | None = None
    ) -> list[Hit]:
        """Dense and lexical search of chunks and of pages at once; dense alone where the server has no BM25.

        Best first; `limit` is the most that each search of chunks brings. Fused here and not by Milvus, whose hybrid
        search keeps neither scores nor ranks of the two. It goes to the live generation unless another one is named.

        Raises:
            NoIndex: no generation is live, or there is none of that name.
        """
        collection = _searched(generation_id)
        with _no_index(generation_id):
            dense, lexical, pages = await asyncio.gather(
                self._dense(collection, vector, where, limit),
                self._lexical(collection, text, vector, where, limit),
                self._pages(generation_id, text, vector, where),
            )
        return fuse(dense, lexical, pages)

    async def neighbours(
        self, page_key: str, ordinals: Sequence[int], *, generation_id: str | None = None
    ) -> list[Chunk]:
        """Chunks at these positions of one page, in order; of the live generation unless another one is named.

        Raises:
            NoIndex: as `search` does.
        """
        where = f"page_key == {rows.literal(page_key)} and ordinal in {[int(ordinal) for ordinal in ordinals]}"
        with _no_index(generation_id):
            found = await self._query(_searched(generation_id), where, rows.CHUNK_FIELDS, consistency="Bounded")
        return sorted(map(rows.chunk, found), key=lambda chunk: chunk.ordinal)

    async def _upsert(self, collection: str, made: Sequence[dict[str, Any]]) -> None:
        async with self._writing:
            for batch in _batches(made, _UPSERT_ROWS):
                await self._upsert_rows(collection, batch)

    async def _upsert_rows(self, collection: str, made: Sequence[dict[str, Any]]) -> None:
        await self._milvus.run(lambda client: client.upsert(collection, list(made), timeout=self._timeout))

    async def _delete(self, collection: str, field: str, values: Sequence[str]) -> None:
        async with self._writing:
            for batch in _batches(values, _IDS_AT_ONCE):
                await self._delete_where(collection, f"{field} in {rows.literals(batch)}")

    async def _delete_where(self, collection: str, where: str) -> None:
        await self._on_loaded(collection, lambda client: client.delete(collection, filter=where, timeout=self._timeout))

    async def _drop(self, collection: str) -> None:
        """Drop a collection; one that is not there is no error."""
        await self._milvus.run(lambda client: client.drop_collection(collection, timeout=self._build_timeout))

    async def _seal(self, collection: str, *, is_live: bool) -> None:
        await self._milvus.run(lambda client: client.flush(collection, timeout=self._build_timeout))
        if not self._milvus.embedded:
            await self._indexed(collection)
        if self._milvus.embedded or not is_live:
            await self._milvus.run(lambda client: client.release_collection(collection, timeout=self._timeout))
        await self._load(collection)

    async def _indexed(self, collection: str) -> None:
        """Wait until a server has indexed all rows: until then it searches by a substitute that finds fewer.

        Of 5,000 rows just flushed, Milvus 2.3.5 found .69 of the 30 nearest, and .98 once they were indexed.
        """
        try:
            async with asyncio.timeout(self._build_timeout):
                while await self._rows_to_index(collection):  # noqa: ASYNC110  # the server tells nobody by itself
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError as error:
            raise StoreUnavailable(
                f"Milvus did not index {collection} within {self._build_timeout:.0f} s: do its index nodes work?"
            ) from error

    async def _rows_to_index(self, collection: str) -> int:
        """Rows of all its indexes that are not in them yet."""

        async def look(client: AsyncMilvusClient) -> int:
            names = await client.list_indexes(collection, timeout=self._timeout)
            found = [await client.describe_index(collection, name, timeout=self._timeout) for name in names]
            return sum(int(each.get("pending_index_rows", 0)) for each in found)

        return await self._milvus.run(look)

    async def _dense(self, collection: str, vector: Vectors, where: SearchFilter, limit: int) -> list[Match]:
        parameters = {"metric_type": "COSINE", "params": {"ef": max(limit, _LEAST_EF)}}
        expression = rows.expression(where)
        found = await self._nearest(
            collection, rows.VECTOR, vector.tolist(), parameters, rows.CHUNK_FIELDS, where=expression, limit=limit
        )
        return [Match(_chunk(hit), float(hit["distance"])) for hit in found]

    async def _lexical(
        self, collection: str, text: str, vector: Vectors, where: SearchFilter, limit: int
    ) -> list[Match]:
        """The vectors come along, since what only BM25 finds needs its cosine too."""
        terms = query_terms(text)
        if not terms or not await self._has_bm25():
            return []
        fields = [*rows.CHUNK_FIELDS, rows.VECTOR]
        found = await self._nearest(
            collection, rows.SPARSE, terms, _BM25, fields, where=rows.expression(where), limit=limit
        )
        cosines = (float(np.asarray(hit["entity"][rows.VECTOR], dtype=np.float32) @ vector) for hit in found)
        return [Match(_chunk(hit), cosine, hit["distance"]) for hit, cosine in zip(found, cosines, strict=True)]

    async def _pages(self, generation_id: str | None, text: str, vector: Vectors, where: SearchFilter) -> PageMatches:
        """Which pages fit as a whole; generations of earlier schemas have no cards to tell."""
        collection = CARD_ALIAS if generation_id is None else _card_collection(generation_id)
        try:
            cosines, bm25 = await asyncio.gather(
                self._page_scores(collection, rows.VECTOR, vector.tolist(), _PAGE_COSINES, where),
                self._page_bm25(collection, text, where),
            )
        except CollectionAbsent:
            return PageMatches()
        return PageMatches(cosines, bm25)

    async def _page_bm25(self, collection: str, text: str, where: SearchFilter) -> dict[str, float]:
        terms = query_terms(text)
        if not terms or not await self._has_bm25():
            return {}
        return await self._page_scores(collection, rows.SPARSE, terms, _BM25, where)

    async def _page_scores(
        self, collection: str, field: str, query: str | list[float], parameters: dict[str, Any], where: SearchFilter
    ) -> dict[str, float]:
        """By page key."""
        found = await self._nearest(
            collection, field, query, parameters, [rows.PAGE_KEY], where=rows.card_expression(where), limit=_CARDS
        )
        return {str(hit[rows.PAGE_KEY]): float(hit["distance"]) for hit in found}

    async def _nearest(
        self,
        collection: str,
        field: str,
        query: str | list[float],
        parameters: dict[str, Any],
        fields: list[str],
        *,
        where: str,
        limit: int,
    ) -> Sequence[Any]:
        found = await self._on_loaded(
            collection,
            lambda client: client.search(
                collection,
                [query],
                anns_field=field,
                filter=where,
                limit=limit,
                output_fields=fields,
                search_params=parameters,
                consistency_level="Bounded",
                timeout=self._timeout,
            ),
        )
        return found[0] if found else []

    async def _query(self, collection: str, where: str, fields: list[str], *, consistency: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._on_loaded(
            collection,
            lambda client: client.query(
                collection, where, output_fields=fields, consistency_level=consistency, timeout=self._timeout
            ),
        )
        return found

    async def _on_loaded(self, collection: str, call: Callable[[AsyncMilvusClient], Awaitable[_Result]]) -> _Result:
        """Run a call; load the collection first where it is not, as after a restart or while another process seals."""
        try:
            return await self._milvus.run(call)
        except CollectionNotLoaded:
            await self._load(collection)
        return await self._milvus.run(call)

    async def _load(self, collection: str) -> None:
        """Make a collection searchable.

        Milvus Lite writes index files behind a flush, and a load in that moment may read one that is half written.
        """
        attempts = AsyncRetrying(
            retry=retry_if_exception(_may_pass) if self._milvus.embedded else retry_never,
            wait=wait_exponential(multiplier=0.1, max=2),
            stop=stop_after_attempt(_LOADS),
            reraise=True,
        )
        await attempts(self._milvus.run, lambda client: client.load_collection(collection, timeout=self._build_timeout))

    async def _aliased(self, alias: str = ALIAS) -> str | None:
        try:
            found = await self._milvus.run(lambda client: client.describe_alias(alias, timeout=self._timeout))
        except CollectionAbsent:
            return None
        return str(found["collection_name"])

    async def _point(self, alias: str, collection: str) -> None:
        """Make or move an alias."""
        before = await self._aliased(alias)
        if before is None:
            await self._milvus.run(lambda client: client.create_alias(collection, alias, timeout=self._timeout))
        elif before != collection:
            await self._milvus.run(lambda client: client.alter_alias(collection, alias, timeout=self._timeout))

    async def _point_cards(self, generation_id: str) -> None:
        """Load a generation's cards and move their alias; where it has none, there is nothing to point to."""
        collection = _card_collection(generation_id)
        if await self._milvus.run(lambda client: client.has_collection(collection, timeout=self._timeout)):
            await self._load(collection)
            await self._point(CARD_ALIAS, collection)
        elif await self._aliased(CARD_ALIAS) is not None:
            await self._milvus.run(lambda client: client.drop_alias(CARD_ALIAS, timeout=self._timeout))

    async def _described(self, collection: str) -> Generation | None:
        described = await self._milvus.run(lambda client: client.describe_collection(collection, timeout=self._timeout))
        return rows.generation(described)

    async def _has_bm25(self) -> bool:
        return has_bm25(await self._milvus.version())


def has_bm25(version: str) -> bool:
    """Whether a server of this version (`2.6.4`, `v2.3.5-lite`, `milvus_lite-3.2.2`) has the BM25 function."""
    numbers = re.search(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _FIRST_WITH_BM25


def _chunk(hit: Any) -> Chunk:
    return rows.chunk(hit["entity"] | {"id": hit["id"]})


def _collection(generation_id: str) -> str:
    return f"{_PREFIX}{generation_id}"


def _card_collection(generation_id: str) -> str:
    return f"{_CARD_PREFIX}{generation_id}"


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, StoreRejected) and not isinstance(error, CollectionAbsent)


def _searched(generation_id: str | None) -> str:
    return ALIAS if generation_id is None else _collection(generation_id)


@contextmanager
def _no_index(generation_id: str | None) -> Iterator[None]:
    try:
        yield
    except CollectionAbsent as error:
        missing = "Nothing was indexed yet." if generation_id is None else f"There is no generation {generation_id}."
        raise NoIndex(missing) from error


def _batches(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
