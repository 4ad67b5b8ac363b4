"""A vector store in memory: dense ranking by cosine, lexical ranking by BM25, fused as hits of Milvus are."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag_core.errors import NoIndex, StoreRejected, StoreUnavailable
from rag_core.indexing.card import PageCard
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.fusion import Match, PageMatches, fuse
from rag_core.indexing.store import Generation, Hit, SearchFilter
from rag_core.indexing.tabs import tabs_of_others
from rag_core.indexing.terms import indexed_terms, query_terms


@dataclass
class _Row:
    chunk: Chunk
    vector: Vectors


@dataclass
class _CardRow:
    card: PageCard
    vector: Vectors


@dataclass
class _Collection:
    generation: Generation
    rows: dict[str, _Row] = field(default_factory=dict)
    cards: dict[str, _CardRow] = field(default_factory=dict)


class FakeStore:
    """Implements `VectorStore`.

    `available = False` makes every call raise `StoreUnavailable`; `fail_at(n)` makes the n-th call from now raise it
    (n from 1), once. `calls` lists the names of the calls in order.
    """

    def __init__(self, version: str = "fake-2.6") -> None:
        self.available = True
        self.calls: list[str] = []
        self.searches: list[tuple[str, SearchFilter, int]] = []
        self._version = version
        self._fail_in: int | None = None
        self._live: str | None = None
        self._collections: dict[str, _Collection] = {}

    def fail_at(self, call: int | None) -> None:
        self._fail_in = call

    async def start(self) -> None:
        self._enter("start")

    async def close(self) -> None:
        self.calls.append("close")

    async def server_version(self) -> str:
        self._enter("server_version")
        return self._version

    async def live(self) -> Generation | None:
        self._enter("live")
        return self._collections[self._live].generation if self._live else None

    async def generations(self) -> list[Generation]:
        self._enter("generations")
        return sorted((c.generation for c in self._collections.values()), key=lambda g: (g.created_at, g.id))

    async def create(self, generation: Generation) -> None:
        self._enter("create")
        if generation.id in self._collections:
            raise StoreRejected(f"The generation {generation.id} is there already.")
        self._collections[generation.id] = _Collection(generation)

    async def activate(self, generation_id: str) -> None:
        self._enter("activate")
        self._live = self._collection(generation_id).generation.id

    async def drop(self, generation_id: str) -> None:
        self._enter("drop")
        if generation_id == self._live:
            raise StoreRejected(f"The generation {generation_id} is live, so it can't be dropped.")
        self._collections.pop(generation_id, None)

    async def upsert(self, generation_id: str, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        self._enter("upsert")
        rows = self._collection(generation_id).rows
        for chunk, vector in zip(chunks, vectors, strict=True):
            rows[chunk.id] = _Row(chunk, vector.copy())

    async def delete(self, generation_id: str, chunk_ids: Sequence[str]) -> None:
        self._enter("delete")
        rows = self._collection(generation_id).rows
        for chunk_id in chunk_ids:
            rows.pop(chunk_id, None)

    async def chunks_of(self, generation_id: str, page_key: str) -> list[Chunk]:
        self._enter("chunks_of")
        return self._page(generation_id, page_key)

    async def vectors_of(self, generation_id: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        self._enter("vectors_of")
        rows = self._collection(generation_id).rows
        return {chunk_id: rows[chunk_id].vector for chunk_id in chunk_ids if chunk_id in rows}

    async def chunk_ids(self, generation_id: str) -> set[str]:
        self._enter("chunk_ids")
        return set(self._collection(generation_id).rows)

    async def upsert_cards(self, generation_id: str, cards: Sequence[PageCard], vectors: Vectors) -> None:
        self._enter("upsert_cards")
        rows = self._collection(generation_id).cards
        for card, vector in zip(cards, vectors, strict=True):
            rows[card.page_key] = _CardRow(card, vector.copy())

    async def delete_cards(self, generation_id: str, page_keys: Sequence[str]) -> None:
        self._enter("delete_cards")
        for page_key in page_keys:
            self._collection(generation_id).cards.pop(page_key, None)

    async def summary_of(self, generation_id: str, page_key: str) -> str:
        self._enter("summary_of")
        row = self._collection(generation_id).cards.get(page_key)
        return row.card.summary if row else ""

    async def cards(self, where: SearchFilter) -> list[PageCard]:
        self._enter("cards")
        rows = self._collection(self._searched(None)).cards.values()
        found = [replace(row.card, text="") for row in rows if _is_of(row.card, where)]
        return sorted(found, key=lambda card: (card.title, card.page_key))

    def cards_of(self, generation_id: str) -> dict[str, PageCard]:
        """All cards of a generation, by page key."""
        return {key: row.card for key, row in self._collection(generation_id).cards.items()}

    async def seal(self, generation_id: str) -> None:
        self._enter("seal")
        self._collection(generation_id)

    async def search(
        self, text: str, vector: Vectors, where: SearchFilter, limit: int, *, generation_id: str | None = None
    ) -> list[Hit]:
        self._enter("search")
        self.searches.append((text, where, limit))
        collection = self._collection(self._searched(generation_id))
        rows = [row for row in collection.rows.values() if _matches(row.chunk, where)]
        dense = {row.chunk.id: float(row.vector @ vector) for row in rows}
        lexical = _bm25(text, {row.chunk.id: row.chunk.lexical_text for row in rows})
        matches = {row.chunk.id: Match(row.chunk, dense[row.chunk.id], lexical.get(row.chunk.id, 0.0)) for row in rows}
        by_cosine, by_bm25 = ([matches[each] for each in _best(scores, limit)] for scores in (dense, lexical))
        cards = {key: row for key, row in collection.cards.items() if _is_of(row.card, where)}
        cosines = {key: float(row.vector @ vector) for key, row in cards.items()}
        pages = PageMatches(cosines, _bm25(text, {key: row.card.text for key, row in cards.items()}))
        return fuse(by_cosine, by_bm25, pages)

    async def neighbours(
        self, page_key: str, ordinals: Sequence[int], *, generation_id: str | None = None
    ) -> list[Chunk]:
        self._enter("neighbours")
        found = self._page(self._searched(generation_id), page_key)
        return [chunk for chunk in found if chunk.ordinal in set(ordinals)]

    def _enter(self, call: str) -> None:
        self.calls.append(call)
        if self._fail_in is not None:
            self._fail_in -= 1
            if self._fail_in == 0:
                self._fail_in = None
                raise StoreUnavailable("The fake store was told to fail here.")
        if not self.available:
            raise StoreUnavailable("The fake store is switched off.")

    def _searched(self, generation_id: str | None) -> str:
        if generation_id is not None:
            if generation_id not in self._collections:
                raise NoIndex(f"There is no generation {generation_id}.")
            return generation_id
        if self._live is None:
            raise NoIndex("Nothing was indexed yet.")
        return self._live

    def _collection(self, generation_id: str) -> _Collection:
        if generation_id not in self._collections:
            raise StoreRejected(f"There is no generation {generation_id}.")
        return self._collections[generation_id]

    def _page(self, generation_id: str, page_key: str) -> list[Chunk]:
        rows = self._collection(generation_id).rows.values()
        return sorted((row.chunk for row in rows if row.chunk.page_key == page_key), key=lambda c: c.ordinal)


def _matches(chunk: Chunk, where: SearchFilter) -> bool:
    code = where.code_languages is None or chunk.code_language not in tabs_of_others(where.code_languages)
    return _is_of(chunk, where) and code


def _is_of(found: Chunk | PageCard, where: SearchFilter) -> bool:
    version = found.latest if where.version is None else found.version == where.version
    return version and found.language in where.languages


def _bm25(query: str, texts: Mapping[str, str], k1: float = 1.2, b: float = 0.75) -> dict[str, float]:
    counts = {key: Counter(indexed_terms(text).split()) for key, text in texts.items()}
    frequency = Counter(word for count in counts.values() for word in count)
    mean = sum(count.total() for count in counts.values()) / max(len(counts), 1)
    scores = {
        key: sum(
            math.log(1 + (len(texts) - frequency[word] + 0.5) / (frequency[word] + 0.5))
            * count[word]
            * (k1 + 1)
            / (count[word] + k1 * (1 - b + b * count.total() / mean))
            for word in query_terms(query).split()
            if count[word]
        )
        for key, count in counts.items()
    }
    return {key: score for key, score in scores.items() if score > 0}


def _best(scores: dict[str, float], limit: int) -> list[str]:
    return sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:limit]
