"""The port of a model that reads a query and a text together and says how well the text answers; and its use."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rag_core.indexing.store import Hit


class Reranker(Protocol):
    """A cross-encoder. Model calls run in a thread: the event loop stays free."""

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelError: the weights can't be had, or are of another kind of model.
        """

    async def close(self) -> None:
        """Let go of the weights."""

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """For each text how well it answers the query, from 0 to 1."""


async def rerank(reranker: Reranker, query: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits by what the reranker makes of them, which is their score from here on; best first."""
    scores = await reranker.relevance(query, [hit.chunk.embedding_text for hit in hits])
    scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)
