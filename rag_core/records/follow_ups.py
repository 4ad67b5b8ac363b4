"""The port to what becomes of a question after its answer: solved, handed over to a person, corrected."""

from dataclasses import dataclass
from typing import Protocol

from rag_core.answering.model import Citation
from rag_core.records.book import Exchange


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its answer and what became of it.

    `passages` are all that the answer could rely on, by number; `cited` are the numbers of those it cites, in order.
    """

    exchange: Exchange
    passages: tuple[Citation, ...] = ()
    cited: tuple[int, ...] = ()
    solved: bool = False
    handed_over: bool = False
    corrected: bool = False

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The passages that the answer cites; all of them where it cites none."""
        by_number = {each.number: each for each in self.passages}
        return tuple(by_number[number] for number in self.cited if number in by_number) or self.passages


class FollowUpBook(Protocol):
    """Keeps what becomes of questions, each server's apart: whoever names another server's question finds nothing.

    Any call may raise `RecordsUnavailable`.
    """

    async def case(self, guild_id: int, question_id: str) -> Case | None:
        """All of one question, or None where that server has none with this id."""

    async def solve(self, guild_id: int, question_id: str, by: int) -> bool | None:
        """Keep that it is solved; False where it was already, None as above."""

    async def hand_over(self, guild_id: int, question_id: str, by: int) -> bool | None:
        """Claim the one call for a person; False where somebody was called already, None as above."""

    async def take_back_hand_over(self, guild_id: int, question_id: str) -> None:
        """Give the claim back, since nobody could be called."""

    async def correct(self, guild_id: int, question_id: str, text: str, by: int) -> Case | None:
        """Replace the text of its answer and what it cites, the old text on record, and the change too.

        Returns what it is now; None as above, or where there is no answer yet.
        """
