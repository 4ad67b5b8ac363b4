"""The port to everything that is on record about one person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion took away. `curated` are those answers of servers that were made of the person's messages."""

    questions: int
    ratings: int
    curated: tuple[tuple[int, str], ...]
    """Server and id of each."""


class PersonalData(Protocol):
    """Finds what is on record about a person, whether under their id or under the number that stands for them.

    Any call may raise `RecordsUnavailable`.
    """

    async def export(self, user_id: int) -> bytes:
        """All of it, as JSON: by table, its rows. Other people who occur in it are left out."""

    async def delete(self, user_id: int) -> Deleted:
        """Delete all of it, but for blocks and changes, in which a number stands for the person from now on."""

    async def delete_older(self, than: datetime) -> int:
        """Delete questions with all that hangs on them; returns how many."""
