"""The port to what concerns single people: who is shut out of a server, and what each chose about their own data.

A person is a number: Discord's id or, where ids are not to be kept, a negative one that was made of it with a key.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody who is not answered in a server."""

    guild_id: int
    user_id: int
    blocked_by: int
    reason: str
    at: datetime


class PeopleBook(Protocol):
    """Keeps blocks and choices.

    Blocking and unblocking are put on record with the change. Any call may raise `RecordsUnavailable`.
    """

    async def block(self, guild_id: int, user_id: int, reason: str, by: int) -> None:
        """Shut somebody out; again, it replaces the reason."""

    async def unblock(self, guild_id: int, user_id: int, by: int) -> bool:
        """Let somebody in again; False where they were not shut out."""

    async def block_of(self, guild_id: int, user_id: int) -> Block | None:
        """Why somebody is shut out of a server, or None."""

    async def blocks(self, guild_id: int) -> list[Block]:
        """Everybody who is shut out of a server, newest first."""

    def stands_for(self, number: int, user_id: int) -> bool:
        """Whether what is on record means this person: their id, or the number that stands for them."""

    async def opted_out(self, user_id: int) -> bool:
        """Whether this person wants nothing kept of what they ask."""

    async def opt_out(self, user_id: int, *, out: bool) -> None:
        """Keep what they want."""
