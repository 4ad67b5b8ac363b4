"""Decides from the search alone whether the documentation may hold an answer.

The rule is thin on purpose: it lets in whatever the engine might answer, and turns away what is about something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.model import Passage
from rag_core.answering.wording import words

# Coarse: all-MiniLM-L6-v2, best cosine over 483 chunks of the 57 pages that answer 56 questions: these .31 to .84,
# everyday questions about something else .08 to .25. Questions close to the subject that nothing answers reach .28 to
# .57 and mostly pass. Chosen after seeing these figures, not validated on others; other models have other scales.
_LEAST_COSINE = 0.3
_LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    `cosine` is the best of a passage to the query, None where no passage came from the dense search; `overlap` the
    best share of the query's content words that one passage has.
    """

    cosine: float | None
    overlap: float

    @property
    def sufficient(self) -> bool:
        """Whether it is worth asking the engine."""
        if self.cosine is None:
            return self.overlap >= _LEAST_OVERLAP
        return self.cosine >= _LEAST_COSINE


def weigh(query: str, passages: Sequence[Passage]) -> Evidence:
    """Gather the evidence for an answer in the passages."""
    asked = words(query)
    cosines = [passage.dense for passage in passages if passage.dense is not None]
    overlaps = [
        len(asked & words(f"{passage.heading} {passage.text}")) / len(asked) if asked else 0.0 for passage in passages
    ]
    return Evidence(max(cosines, default=None), max(overlaps, default=0.0))
