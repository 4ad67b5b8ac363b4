"""What a whole page is about: searched beside its chunks, since a section alone seldom tells which page is meant."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors


@dataclass(frozen=True, slots=True)
class PageCard:
    """One page as a whole.

    `summary` is the page's own, empty where it has none. `text` is everything that BM25 takes the page's terms from; it
    only goes in, so cards that come from the store lack it.
    """

    page_key: str
    page_id: str
    version: str
    language: str
    latest: bool
    title: str
    summary: str
    text: str = field(default="", compare=False)

    @property
    def about(self) -> str:
        """What the page says of itself; embedded as it stands."""
        return "\n".join(filter(None, (self.title, self.summary)))


def card_of(chunks: Sequence[Chunk]) -> PageCard:
    """The card of the page that consists of these chunks; there must be one at least."""
    first = chunks[0]
    parts = (f"{chunk.heading}\n{chunk.text}" for chunk in plain(chunks))
    return PageCard(
        page_key=first.page_key,
        page_id=first.page_id,
        version=first.version,
        language=first.language,
        latest=first.latest,
        title=first.title,
        summary=first.summary,
        text="\n".join((first.title, first.summary, *parts)),
    )


def plain(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Those that speak for the page: code tabs say the same in several languages. All, where there are only tabs."""
    return [chunk for chunk in chunks if not chunk.code_language] or list(chunks)


def card_vector(chunks: Vectors, about: Vectors) -> Vectors:
    """Shape (dimension,), of length 1: what a page says, shape (chunks, dimension), and what it says of itself.

    Both halves weigh the same. A question that is worded unlike every section is often still near to the page.
    """
    mean = chunks.mean(axis=0)
    both = mean / np.linalg.norm(mean) + about
    return np.asarray(both / np.linalg.norm(both), dtype=np.float32)
