"""What a search found."""

from dataclasses import dataclass, field

from rag_core.answering.evidence import Evidence
from rag_core.answering.model import Passage
from rag_core.indexing.store import Hit


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found: the passages for the prompt, numbered from 1, and all hits, best first.

    `translated` is the query in English where it is in another language; `embedding_model` made the cosines; `leaning`
    is that of `Precedents`, 0 without any. `curated` is the moderators' own answer, if one fits; it is
    also the first of the passages. `evidence` speaks for an answer in what was found.
    """

    query: str
    passages: tuple[Passage, ...]
    hits: tuple[Hit, ...]
    translated: str = ""
    embedding_model: str = ""
    leaning: float = 0.0
    curated: Passage | None = None
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of the pages found, best first, each once."""
        return tuple(dict.fromkeys(hit.chunk.page_id for hit in self.hits))
