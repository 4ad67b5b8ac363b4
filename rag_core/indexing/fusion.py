"""One order out of the searches of chunks and of pages: by meaning and wording together, a chunk as well as its page.

The weights were chosen on golden questions of this project's own; docs/retrieval.md has the figures.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag_core.indexing.chunk import Chunk
from rag_core.indexing.store import Hit

RRF_K = 60
"""The constant of reciprocal rank fusion. Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms
Condorcet and individual Rank Learning Methods", SIGIR 2009."""

_LEXICAL_WEIGHT = 0.2
"""What the best BM25 match adds to its cosine."""

_PAGE_TEMPERATURE = 0.05
"""Chunks of a page count for each other while their scores lie within a few times this of each other."""

_PAGE_WEIGHT = 0.75
"""What the cosine of a chunk's page counts, beside the chunk's own."""

_PAGE_DISTANCE = 0.15
"""How much less than its best section a page as a whole may count, at most: a page of many subjects, such as a list of
frequent questions, is near to none of them."""

_PAGE_LEXICAL_WEIGHT = 0.2
"""What the best BM25 match among pages adds to each of its chunks."""


@dataclass(frozen=True, slots=True)
class Match:
    """A chunk that one search found: its cosine to the query, and BM25's score where that was the lexical search.

    Scores may have either sign: Milvus Lite gives negative ones.
    """

    chunk: Chunk
    cosine: float
    bm25: float = 0.0


@dataclass(frozen=True, slots=True)
class PageMatches:
    """What the searches of pages found: by page key, cosines to the query and BM25's scores, of either sign."""

    cosines: Mapping[str, float] = field(default_factory=dict)
    bm25: Mapping[str, float] = field(default_factory=dict)

    def score(self, page_key: str, best_section: float) -> float:
        """What a page adds to its chunks, of which the best has the cosine `best_section`.

        A page that was not found is as far away as the farthest that was.
        """
        found = self.cosines.get(page_key, min(self.cosines.values(), default=0.0))
        cosine = max(found, best_section - _PAGE_DISTANCE) if self.cosines else 0.0
        best = max(self.bm25.values(), key=abs, default=1.0)
        return _PAGE_WEIGHT * cosine + _PAGE_LEXICAL_WEIGHT * self.bm25.get(page_key, 0.0) / best


def reciprocal(rank: int) -> float:
    """What a rank, from 1, adds to the score of reciprocal rank fusion."""
    return 1 / (RRF_K + rank)


def fuse(dense: Sequence[Match], lexical: Sequence[Match], pages: PageMatches | None = None) -> list[Hit]:
    """Hits of both searches of chunks, each best first, as one list, best first.

    A score is the cosine and a share of BM25's score relative to the best one, of the chunk and of its page. Against
    ranks, that keeps how far apart hits are: of a vague question all cosines are alike, and of a plain one the first
    stands out. Pages only weigh: what no search of chunks found is not there.
    """
    dense_ranks = {match.chunk.id: rank for rank, match in enumerate(dense, 1)}
    lexical_ranks = {match.chunk.id: rank for rank, match in enumerate(lexical, 1)}
    best = (lexical[0].bm25 if lexical else 0.0) or 1.0
    shares = {match.chunk.id: match.bm25 / best for match in lexical}
    hits = [
        Hit(
            match.chunk,
            match.cosine + _LEXICAL_WEIGHT * shares.get(chunk_id, 0.0),
            match.cosine,
            dense_ranks.get(chunk_id),
            lexical_ranks.get(chunk_id),
        )
        for chunk_id, match in {match.chunk.id: match for match in (*lexical, *dense)}.items()
    ]
    return sorted(_lifted(hits, pages or PageMatches()), key=lambda hit: (-hit.score, hit.chunk.id))


def _lifted(hits: Sequence[Hit], pages: PageMatches) -> list[Hit]:
    """Raise the hits of each page, so that the best of them has the soft maximum (log-sum-exp) of all their scores.

    A page of which several sections fit is likelier the right one than a page with a single stray match. What the page
    as a whole scores comes on top.
    """
    of_pages: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        of_pages[hit.chunk.page_key].append(hit)
    lifts = {page_key: _lift(found, pages) for page_key, found in of_pages.items()}
    return [replace(hit, score=hit.score + lifts[hit.chunk.page_key]) for hit in hits]


def _lift(found: Sequence[Hit], pages: PageMatches) -> float:
    """What all hits of one page gain."""
    scores = [hit.score for hit in found]
    best_section = max(hit.dense or 0.0 for hit in found)
    return _soft_maximum(scores) - max(scores) + pages.score(found[0].chunk.page_key, best_section)


def _soft_maximum(scores: Sequence[float]) -> float:
    top = max(scores)
    return top + _PAGE_TEMPERATURE * math.log(sum(math.exp((score - top) / _PAGE_TEMPERATURE) for score in scores))
