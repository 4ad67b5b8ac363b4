"""The port to the vector database: generations of the index, and searches in them.

A generation is one complete build of the index, a collection of its own (`docs_<id>`). Searches go to the alias, which
points to one generation; a new one is built beside it and goes live by moving the alias.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rag_core.indexing.card import PageCard
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors


@dataclass(frozen=True, slots=True)
class Generation:
    """One build of the index, as its collection describes itself.

    `chunking` and `schema` are version numbers of the code that built it: where they or `embedding_model` differ from
    today's, a new generation is due. `sample` tells that it holds the pages shipped with the project.
    """

    id: str
    embedding_model: str
    dimension: int
    chunking: int
    schema: int
    source: str
    created_at: datetime
    sample: bool = False

    @property
    def collection(self) -> str:
        """Its name in Milvus."""
        return f"docs_{self.id}"

    @property
    def card_collection(self) -> str:
        """The name of the collection beside it, of the cards of its pages."""
        return f"pages_{self.id}"


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Static fields that every hit must match; None matches all.

    `version` None means the latest. `code_languages` names the SDKs whose code tabs may be found, as `SDK_TABS` does;
    what is in no tab, or in one of no SDK, matches always.
    """

    version: str | None = None
    languages: tuple[str, ...] = ("en",)
    code_languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A found chunk.

    `score` is the fused score (see `fusion.fuse`; higher is better, on no fixed scale), `dense` the cosine between
    query and chunk. `dense_rank` and `lexical_rank` are its ranks from 1 in the two searches of chunks, None where that
    one did not find it.
    """

    chunk: Chunk
    score: float
    dense: float | None
    dense_rank: int | None
    lexical_rank: int | None


class VectorStore(Protocol):
    """Milvus, as this project uses it. Any call may raise `StoreUnavailable` or `StoreRejected`."""

    async def start(self) -> None:
        """Connect, and start the embedded server where there is one."""

    async def close(self) -> None:
        """Disconnect, and end the embedded server."""

    async def server_version(self) -> str:
        """As the server says it."""

    async def live(self) -> Generation | None:
        """The generation that the alias points to."""

    async def generations(self) -> list[Generation]:
        """All there are, oldest first."""

    async def create(self, generation: Generation) -> None:
        """Make its empty collection, with its indexes."""

    async def activate(self, generation_id: str) -> None:
        """Move the alias."""

    async def drop(self, generation_id: str) -> None:
        """Delete a generation that is not live."""

    async def upsert(self, generation_id: str, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Write chunks with their vectors, shape (len(chunks), dimension)."""

    async def delete(self, generation_id: str, chunk_ids: Sequence[str]) -> None:
        """Delete chunks; unknown ids are no error."""

    async def chunks_of(self, generation_id: str, page_key: str) -> list[Chunk]:
        """All chunks of one page, in their order on the page."""

    async def vectors_of(self, generation_id: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors, each of shape (dimension,), of those ids that exist."""

    async def chunk_ids(self, generation_id: str) -> set[str]:
        """Ids of everything in a generation."""

    async def upsert_cards(self, generation_id: str, cards: Sequence[PageCard], vectors: Vectors) -> None:
        """Write the cards of pages with their vectors, shape (len(cards), dimension)."""

    async def delete_cards(self, generation_id: str, page_keys: Sequence[str]) -> None:
        """Delete cards; unknown keys are no error."""

    async def summary_of(self, generation_id: str, page_key: str) -> str:
        """The summary on a page's card; empty where there is no card."""

    async def cards(self, where: SearchFilter) -> list[PageCard]:
        """The cards of the pages of the live generation that match, by title; SDKs are not looked at.

        None in a generation of an earlier schema, which has no cards.

        Raises:
            NoIndex: no generation is live.
        """

    async def seal(self, generation_id: str) -> None:
        """Make what was written quick to search (flush, release, load)."""

    async def search(
        self, text: str, vector: Vectors, where: SearchFilter, limit: int, *, generation_id: str | None = None
    ) -> list[Hit]:
        """Hybrid search, best first; dense alone where the server has no BM25.

        `limit` is the most that each of the searches, by meaning and by wording, brings. It goes to the live generation
        unless another one is named.

        Raises:
            NoIndex: no generation is live, or there is none of that name.
        """

    async def neighbours(
        self, page_key: str, ordinals: Sequence[int], *, generation_id: str | None = None
    ) -> list[Chunk]:
        """Chunks at these positions of one page, in order; of the live generation unless another one is named.

        Raises:
            NoIndex: as `search` does.
        """
