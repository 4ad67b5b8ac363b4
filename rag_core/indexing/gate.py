"""The port to what decides whether a new generation may replace the live one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rag_core.indexing.store import Generation
from rag_core.progress import ProgressHandler


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found.

    `score` and `live_score` are the means, between 0 and 1, over the questions that were compared; None where nothing
    was. `scores` are all that the new generation reached, by the question's id: whoever comes after it may be compared
    to them when its model is no longer at hand. `note` is a sentence for the operator, empty where all is plain.
    """

    passed: bool
    note: str = ""
    score: float | None = None
    live_score: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)


class Gate(Protocol):
    """Asks golden questions of generations."""

    async def judge(self, new: Generation, live: Generation | None, progress: ProgressHandler) -> Verdict:
        """Compare a complete, sealed generation with the one that it would replace; both stay as they are.

        Raises:
            StoreUnavailable, StoreRejected, RecordsUnavailable: it can't be told now.
        """
