"""The port to the weekly digests: which server gets one, where, and when it got the last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DigestPlace:
    """Where a server wants its digest; `language` is None for the server's own locale."""

    guild_id: int
    channel_id: int
    language: str | None = None


class Digests(Protocol):
    """Any call may raise `RecordsUnavailable`."""

    async def due(self, since: datetime) -> list[DigestPlace]:
        """Servers that want a digest and have got none since then, as it is on record now, by id."""

    async def posted(self, guild_id: int, at: datetime) -> None:
        """Keep that a server got one; or that it wants the next only, where it has just chosen a channel."""
