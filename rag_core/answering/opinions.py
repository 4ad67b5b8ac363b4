"""Second opinions on sentences: of those that wording alone leaves undecided, or of all that wording decides on."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from rag_core.answering.entailment import Entailment
from rag_core.indexing.embedder import Embedder

_LEAST_COSINE = {"all-MiniLM-L6-v2": 0.87}
"""By model, since each has a scale of its own; measured on sentences of `tests/golden/planted.jsonl`."""

_FOLLOWS = 0.7


class Opinion(Protocol):
    """Says whether the evidence, a few short texts of the passages, supports a claim.

    One that `reads` understands what it is asked: it goes before wording. Others are asked where wording is in doubt.
    """

    @property
    def reads(self) -> bool:
        """Whether it understands both texts."""

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether it does."""


class Likeness:
    """By the embedding model: some text of the evidence must mean much the same, with a cosine of at least `least`.

    It sees what a sentence is about, not whether it is true: what it is asked of has passed all checks of numbers,
    names and denials.
    """

    reads = False

    def __init__(self, embedder: Embedder, least: float) -> None:
        self._embedder = embedder
        self._least = least

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether a text of the evidence is near the claim."""
        # As queries, which go before the passages of a crawl: a reader waits for this sentence.
        own, *others = await asyncio.gather(*(self._embedder.embed_query(text) for text in (claim, *evidence)))
        return max((float(own @ other) for other in others), default=-1.0) >= self._least


def likeness_by(embedder: Embedder) -> Likeness | None:
    """The embedding model as an opinion, where its scale was measured."""
    least = _LEAST_COSINE.get(embedder.model.rpartition("/")[2])
    return None if least is None else Likeness(embedder, least)


class Entailed:
    """By a model for natural-language inference: the claim must follow from the evidence.

    None was measured, so it decides only what wording leaves undecided.
    """

    reads = False

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        """Whether the claim follows from one text, or from all together."""
        premises = [*evidence, " ".join(evidence)] if len(evidence) > 1 else list(evidence)
        return max(await self._entailment.follows(premises, claim), default=0.0) >= _FOLLOWS
