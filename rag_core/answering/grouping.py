"""Groups questions that ask the same in other words, so that moderators see what many people miss."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from rag_core.indexing.embedder import Embedder, Vectors

_AS_LIKE: Final = 0.9998
"""The share of pairs of golden questions, which ask different things, that are less alike than what a group holds.

One pair in 5,000 is more alike: with all-MiniLM-L6-v2 those from a cosine of .68, and most of these do ask the same.
Forty golden questions put into other words (tests/golden/alike.jsonl) all find what they were.
"""


class Groups(Protocol):
    """Sorts questions into groups."""

    async def of(self, questions: Sequence[str]) -> list[list[int]]:
        """Indexes into `questions`, a list for each group; groups and members in the order of the questions."""


class LikenessGroups:
    """`Groups` by the cosines of an embedding model.

    Args:
        embedder: started.
        unlike: many questions that ask different things. They tell which cosine means much for this model, since some
            models put everything close together. They are embedded once, with the first questions to be grouped.
    """

    def __init__(self, embedder: Embedder, unlike: Sequence[str]) -> None:
        self._embedder = embedder
        self._unlike = unlike
        self._threshold: float | None = None
        self._measuring = asyncio.Lock()

    async def of(self, questions: Sequence[str]) -> list[list[int]]:
        """Indexes into `questions`, a list for each group. Raises as the embedder does."""
        if len(questions) < 2:
            return [[index] for index in range(len(questions))]
        threshold = await self.threshold()
        vectors = await self._embedder.embed_passages(questions)
        return await asyncio.to_thread(group, vectors, threshold)

    async def threshold(self) -> float:
        """The cosine from which two questions are taken for the same."""
        async with self._measuring:
            if self._threshold is None:
                vectors = await self._embedder.embed_passages(self._unlike)
                self._threshold = await asyncio.to_thread(_threshold, vectors)
        return self._threshold


def group(vectors: Vectors, threshold: float) -> list[list[int]]:
    """Put each vector (rows of shape (questions, dimension)) to the first of the group that is nearest, or start one.

    Groups are held together by their first member alone: no chain leads from one thing to quite another.
    """
    groups: list[list[int]] = []
    firsts = np.empty_like(vectors)
    for index, vector in enumerate(vectors):
        cosines = firsts[: len(groups)] @ vector
        nearest = int(cosines.argmax()) if groups else -1
        if groups and cosines[nearest] >= threshold:
            groups[nearest].append(index)
        else:
            firsts[len(groups)] = vector
            groups.append([index])
    return groups


def _threshold(vectors: Vectors) -> float:
    above = np.triu_indices(len(vectors), 1)
    return float(np.quantile((vectors @ vectors.T)[above], _AS_LIKE))
