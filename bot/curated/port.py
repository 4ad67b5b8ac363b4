"""The part of `CuratedAnswers` that Discord needs."""

from typing import Protocol

from rag_core.answering.curated import CuratedMatch
from rag_core.records.curated import CuratedAnswer


class Curates(Protocol):
    """Lets questions find curated answers."""

    async def keep_up(self, answer: CuratedAnswer) -> bool:
        """Let searches find an answer as it is now, or no longer; False where that has to wait."""

    async def forget(self, answer_id: str) -> None:
        """An answer was removed."""

    async def search(self, community_id: int, query: str, limit: int) -> list[CuratedMatch]:
        """Those nearest to a question, best first. Raises what store and database do."""
