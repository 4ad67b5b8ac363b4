"""Questions of which is known whether the documentation answers them, as precedents for new ones."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from rag_core.indexing.embedder import Embedder, Vectors

_NEAREST = 3
_SAME = 0.99
"""Cosine from which a precedent is the question itself: it may not vouch for itself where it is asked on trial."""


class Precedents:
    """Vectors of questions, each of shape (questions, dimension): those with an answer, and those without."""

    def __init__(self, answered: Vectors, unanswered: Vectors) -> None:
        self._answered = answered
        self._unanswered = unanswered

    @classmethod
    async def of(cls, answered: Sequence[str], unanswered: Sequence[str], embedder: Embedder) -> Self:
        """Embed the questions, which takes some seconds on a CPU. Raises as the embedder does."""
        vectors = await embedder.embed_passages([*answered, *unanswered])
        return cls(vectors[: len(answered)], vectors[len(answered) :])

    def leaning(self, question: Vectors) -> float:
        """How much nearer a question, of shape (dimension,), is to those with an answer than to those without.

        The difference of the mean cosines to the `_NEAREST` of each, between -2 and 2; 0 where one sort is missing.
        """
        with_answer, without = (_near(vectors @ question) for vectors in (self._answered, self._unanswered))
        if not (with_answer.size and without.size):
            return 0.0
        return float(with_answer.mean() - without.mean())


def _near(cosines: Vectors) -> Vectors:
    return np.sort(cosines[cosines < _SAME])[-_NEAREST:]
