"""The port to the vectors of curated answers. They are apart from the generations of the index, and outlive them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag_core.indexing.embedder import Vectors


@dataclass(frozen=True, slots=True)
class CuratedEntry:
    """What is kept of an answer beside its vector; `digest` tells whether the vector is of its question as it is."""

    id: str
    community_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Near:
    """An answer that was found, and the cosine between its question and what was asked."""

    id: str
    cosine: float


class CuratedIndex(Protocol):
    """Vectors of all communities, searched in one at a time. Any call may raise what `VectorStore` does.

    All but `open` raise `NoIndex` where the vectors are gone.
    """

    async def open(self, model: str, dimension: int) -> None:
        """Make it ready for vectors of this model; those of another model are dropped."""

    async def held(self) -> Mapping[str, str]:
        """Digests of all there are, by id."""

    async def put(self, entries: Sequence[CuratedEntry], vectors: Vectors) -> None:
        """Write entries with their vectors, shape (len(entries), dimension)."""

    async def remove(self, ids: Sequence[str]) -> None:
        """Delete entries; unknown ids are no error."""

    async def nearest(self, community_id: int, vector: Vectors, limit: int) -> list[Near]:
        """Those of one community that are nearest, best first."""
