"""From a query to the few passages that an answer may rely on."""

import asyncio
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag_core.answering.model import Passage
from rag_core.answering.precedents import Precedents
from rag_core.answering.reranking import Reranker, rerank
from rag_core.answering.retrieval import Retrieval
from rag_core.answering.search import Search
from rag_core.answering.signals import weigh
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Embedder, Vectors
from rag_core.indexing.fusion import reciprocal
from rag_core.indexing.store import Hit, SearchFilter, VectorStore
from rag_core.indexing.tabs import tabs_of_others

_FETCHED = 30
_MOST_PASSAGES = 5
_PASSAGE_TOKENS = 1800
_LITTLE = 400
"""Characters below which a passage says too little alone: a bare heading, or the sentence before a table."""

_ENOUGH = 1200
_NEIGHBOURS = 4
_SHINGLE = 5
_SAME = 0.8


class FindsCurated(Protocol):
    """The part of `CuratedAnswers` that a retriever needs."""

    async def find(self, community_id: int, query: str, vectors: Sequence[Vectors]) -> Passage | None:
        """The answer of this community that fits a question, or None; never raises for want of a part."""


_Found = tuple[Sequence[Hit], Sequence[Chunk]]


def estimate_tokens(text: str) -> int:
    """Tokens of English text, at four characters each: for engines whose tokenizer is not at hand."""
    return math.ceil(len(text) / 4)


class Retriever:
    """Searches the live index, or the generation that is named; tells what `precedents` say of a question.

    Where there is a `reranker`, the order of what was found is its own.
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        count_tokens: Callable[[str], int] = estimate_tokens,
        *,
        generation_id: str | None = None,
        precedents: Precedents | None = None,
        curated: FindsCurated | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._store = store
        self._reranker = reranker
        self._precedents = precedents
        self._curated = curated
        self._generation_id = generation_id
        self._embedder = embedder
        self._count_tokens = count_tokens

    async def retrieve(self, search: Search) -> Retrieval:
        """Search both ways and pick passages; what a query and its translation find is fused by reciprocal rank.

        Of what several wordings of a question find, each hit counts what its best wording makes of it, and the evidence
        is that of the wording for which there is most.

        Raises:
            ModelError: as the reranker does.
            NoIndex, StoreUnavailable, StoreRejected: as the store does.
        """
        worded = [replace(search, query=query, wordings=()) for query in (search.query, *search.wordings)]
        found = await asyncio.gather(*map(self._retrieve, worded))
        evidence = max((weigh(each) for each in found), key=lambda each: each.margin)
        if len(found) == 1:
            return replace(found[0], evidence=evidence)
        hits = best_of(each.hits for each in found)
        curated = next((each.curated for each in found if each.curated), None)
        passages = await self._passages(hits, search, curated)
        return replace(found[0], passages=passages, hits=tuple(hits), curated=curated, evidence=evidence)

    async def _retrieve(self, search: Search) -> Retrieval:
        """What one wording finds, not weighed yet."""
        vectors = await asyncio.gather(*map(self._embedder.embed_query, search.queries))
        found = [await self._hits(*asked, search) for asked in zip(search.queries, vectors, strict=True)]
        hits = found[0] if len(found) == 1 else fused(found)
        if self._reranker and hits:
            hits = await rerank(self._reranker, search.query, hits)
        curated = await self._fitting(search, vectors)
        return Retrieval(
            query=search.query,
            passages=await self._passages(hits, search, curated),
            hits=tuple(hits),
            translated=search.translated,
            embedding_model=self._embedder.model,
            leaning=self._precedents.leaning(vectors[0]) if self._precedents else 0.0,
            curated=curated,
        )

    async def _passages(self, hits: Sequence[Hit], search: Search, curated: Passage | None) -> tuple[Passage, ...]:
        groups = self._groups(without_near_duplicates(hits))
        following = await asyncio.gather(*(self._following(group, search) for group in groups))
        first = (curated,) if curated else ()
        return (*first, *itertools.starmap(_passage, enumerate(_each_once(groups, following), 1 + len(first))))

    async def _fitting(self, search: Search, vectors: Sequence[Vectors]) -> Passage | None:
        if self._curated is None or search.community_id is None:
            return None
        return await self._curated.find(search.community_id, search.query, vectors)

    async def _hits(self, query: str, vector: Vectors, search: Search) -> list[Hit]:
        where = SearchFilter(search.version, search.languages, search.sdks)
        return await self._store.search(query, vector, where, _FETCHED, generation_id=self._generation_id)

    async def _following(self, group: Sequence[Hit], search: Search) -> list[Chunk]:
        """What stands below a passage that says little alone: the rest of its section, and sections inside that."""
        length = sum(len(hit.chunk.text) for hit in group)
        if length >= _LITTLE:
            return []
        last = max((hit.chunk for hit in group), key=lambda chunk: chunk.ordinal)
        ordinals = range(last.ordinal + 1, last.ordinal + 1 + _NEIGHBOURS)
        found = await self._store.neighbours(last.page_key, ordinals, generation_id=self._generation_id)
        hidden = tabs_of_others(search.sdks)
        taken: list[Chunk] = []
        for chunk in itertools.takewhile(lambda chunk: _is_below(chunk, last), found):
            if chunk.code_language in hidden:
                continue
            length += len(chunk.text)
            if length > _ENOUGH:
                break
            taken.append(chunk)
        return taken

    def _groups(self, hits: Sequence[Hit]) -> list[list[Hit]]:
        """The best hits within the token budget, neighbours of one section together."""
        groups: list[list[Hit]] = []
        left = _PASSAGE_TOKENS
        for hit in hits:
            cost = self._count_tokens(hit.chunk.text)
            home = next((group for group in groups if _adjoins(hit, group)), None)
            if (groups and cost > left) or (home is None and len(groups) == _MOST_PASSAGES):
                continue
            left -= cost
            if home is None:
                groups.append([hit])
            else:
                home.append(hit)
        return groups


def fused(found: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Hits of several queries as one list, by the sum of their reciprocal ranks, each with the best of its cosines."""
    scores: defaultdict[str, float] = defaultdict(float)
    best: dict[str, Hit] = {}
    for hits in found:
        for rank, hit in enumerate(hits, 1):
            scores[hit.chunk.id] += reciprocal(rank)
            best[hit.chunk.id] = max(hit, best.get(hit.chunk.id, hit), key=lambda each: each.dense or 0.0)
    ranked = sorted(scores, key=lambda chunk_id: -scores[chunk_id])
    return [replace(best[chunk_id], score=scores[chunk_id]) for chunk_id in ranked]


def best_of(found: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Hits of several wordings as one list, each as the wording has it that gives it the highest score."""
    best: dict[str, Hit] = {}
    for hit in itertools.chain.from_iterable(found):
        best[hit.chunk.id] = max(hit, best.get(hit.chunk.id, hit), key=lambda each: each.score)
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.chunk.id))


def without_near_duplicates(hits: Iterable[Hit]) -> list[Hit]:
    """Drop hits that say nearly the same as a better one: word shingles with a Jaccard index of `_SAME` or more."""
    kept: list[tuple[Hit, frozenset[tuple[str, ...]]]] = []
    for hit in hits:
        shingles = _shingles(hit.chunk.text)
        if not any(_jaccard(shingles, other) >= _SAME for _, other in kept):
            kept.append((hit, shingles))
    return [hit for hit, _ in kept]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = re.findall(r"\w+", text.casefold())
    return frozenset(tuple(found[at : at + _SHINGLE]) for at in range(max(1, len(found) - _SHINGLE + 1)))


def _jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)


def _adjoins(hit: Hit, group: Sequence[Hit]) -> bool:
    """Whether the hit's chunk stands beside one of the group's, under the same heading."""
    return any(
        hit.chunk.page_key == other.chunk.page_key
        and hit.chunk.anchor == other.chunk.anchor
        and hit.chunk.path == other.chunk.path
        and abs(hit.chunk.ordinal - other.chunk.ordinal) == 1
        for other in group
    )


def _each_once(groups: Iterable[Sequence[Hit]], following: Iterable[Sequence[Chunk]]) -> Iterator[_Found]:
    """Each group with what follows it, save those that stand below an earlier one already."""
    shown: set[str] = set()
    for group, below in zip(groups, following, strict=True):
        own = {hit.chunk.id for hit in group}
        if not own <= shown:
            new = [chunk for chunk in below if chunk.id not in shown]
            shown |= own | {chunk.id for chunk in new}
            yield group, new


def _is_below(chunk: Chunk, other: Chunk) -> bool:
    """Whether a chunk is of the same section, or of one inside it."""
    return chunk.path == other.path or (bool(other.path) and chunk.path[: len(other.path)] == other.path)


def _under(best: Chunk, chunk: Chunk) -> str:
    """A chunk's text, below its own heading where that is not the passage's."""
    return chunk.text if chunk.path == best.path else f"**{chunk.path[-1]}**\n\n{chunk.text}"


def _passage(number: int, found: _Found) -> Passage:
    """One passage of a group whose best hit comes first; its text in the page's order, with what follows it."""
    group, following = found
    best = group[0].chunk
    chunks = [*sorted((hit.chunk for hit in group), key=lambda chunk: chunk.ordinal), *following]
    return Passage(
        number=number,
        chunk_ids=tuple(chunk.id for chunk in chunks),
        page_id=best.page_id,
        page_key=best.page_key,
        url=best.url,
        anchor=best.anchor,
        title=best.title,
        path=best.path,
        text="\n\n".join(_under(best, chunk) for chunk in chunks),
        version=best.version,
        language=best.language,
        score=group[0].score,
        dense=max((hit.dense for hit in group if hit.dense is not None), default=None),
        lexical_rank=min((hit.lexical_rank for hit in group if hit.lexical_rank is not None), default=None),
    )
