"""The unit that is embedded, stored, searched and cited."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_SUMMARY_CHARACTERS = 2000


def spoken_heading(path: Iterable[str]) -> str:
    """A page's title and the headings below it, as a reader would say them: "HNSW > Index params"."""
    return " > ".join(path)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one section of one page.

    `id` is stable: the same text at the same place of the same page (`Page.key`) keeps its id in every crawl.
    `text` is what readers are shown and the engine reads; what is embedded is `embedding_text`, which carries title
    and headings too. `ordinal` is the position on the page, from 0. `code_language` is set where the chunk holds
    a code tab ("python", ...), else empty. `summary` is the page's own; it only goes into what BM25 counts, so chunks
    that come from the store lack it, and it says nothing of whether two chunks are the same.
    """

    id: str
    page_key: str
    page_id: str
    url: str
    anchor: str
    title: str
    path: tuple[str, ...]
    text: str
    ordinal: int
    version: str
    language: str
    latest: bool
    code_language: str = ""
    summary: str = field(default="", compare=False)

    @property
    def link(self) -> str:
        """The address of the heading that the chunk stands under."""
        return f"{self.url}#{self.anchor}" if self.anchor else self.url

    @property
    def heading(self) -> str:
        """Title and headings: "HNSW > Index params"."""
        return spoken_heading((self.title, *self.path))

    @property
    def embedding_text(self) -> str:
        """What the embedding model sees."""
        return f"{self.heading}\n{self.text}"

    @property
    def lexical_text(self) -> str:
        """What BM25 takes its terms from: a section seldom repeats the words that say what its page is about."""
        return f"{self.embedding_text}\n{self.summary[:_SUMMARY_CHARACTERS]}"
