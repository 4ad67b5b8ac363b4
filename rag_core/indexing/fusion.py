"""Reciprocal rank fusion, and the way back from a fused score to the two ranks it was made of."""

import numpy as np
import numpy.typing as npt

from rag_core.indexing.embedder import Vectors

RRF_K = 60
"""The constant of reciprocal rank fusion. Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms
Condorcet and individual Rank Learning Methods", SIGIR 2009."""

_FLOAT32_ERROR = 1e-8
"""Fused scores are below 1/30, where neighbouring float32 numbers are 2e-9 apart."""

Ranks = tuple[int | None, int | None]


def reciprocal(rank: int) -> float:
    """What a rank, from 1, adds to the fused score."""
    return 1 / (RRF_K + rank)


def ranks_of(fused: Vectors, cosines: Vectors, depth: int) -> list[Ranks]:
    """The dense and the lexical rank, each from 1 or None, behind each fused score.

    Milvus returns of a hybrid search only the sum 1/(k+dense rank) + 1/(k+lexical rank). Both lists are `depth` long,
    so few pairs of ranks give one sum; of those, the pair whose dense rank fits the order of the cosines is taken.
    Both arguments have shape (hits,) and hold all hits of both searches.
    """
    shares = np.concatenate(([0.0], 1 / (RRF_K + np.arange(1, depth + 1))))
    sums = shares[:, None] + shares[None, :]
    sums[0, 0] = np.inf  # in neither list: no hit
    by_cosine = np.empty(len(cosines), dtype=np.int64)
    by_cosine[np.argsort(-cosines, kind="stable")] = np.arange(1, len(cosines) + 1)
    return [_likeliest(np.abs(sums - score), int(rank), depth) for score, rank in zip(fused, by_cosine, strict=True)]


def _likeliest(errors: npt.NDArray[np.float64], dense_by_cosine: int, depth: int) -> Ranks:
    candidates = np.argwhere(errors <= errors.min() + _FLOAT32_ERROR)
    beyond = depth + 1  # where a hit stands that the dense search did not find
    dense = np.where(candidates[:, 0] == 0, beyond, candidates[:, 0])
    best = candidates[np.argmin(np.abs(dense - min(dense_by_cosine, beyond)))]
    return int(best[0]) or None, int(best[1]) or None
