"""Second opinions on sentences that wording alone leaves undecided."""

from collections.abc import Sequence
from typing import Protocol

from rag_core.answering.entailment import Entailment
from rag_core.indexing.embedder import Embedder

_LIKE = 0.7
_FOLLOWS = 0.7


class Opinion(Protocol):
    """Says whether the evidence, a few short texts of the passages, supports a claim."""

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether it does."""


class Likeness:
    """By the embedding model: some text of the evidence must mean much the same (cosine of at least `_LIKE`).

    It sees what a sentence is about, not whether it is true: what it is asked of has passed all checks of numbers,
    names and denials.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether a text of the evidence is near the claim."""
        vectors = await self._embedder.embed_passages([claim, *evidence])
        return bool(len(evidence)) and float((vectors[1:] @ vectors[0]).max()) >= _LIKE


class Entailed:
    """By a model for natural-language inference: the claim must follow from the evidence."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether the claim follows from one text, or from all together."""
        premises = [*evidence, " ".join(evidence)] if len(evidence) > 1 else list(evidence)
        return max(await self._entailment.follows(premises, claim), default=0.0) >= _FOLLOWS
