"""The port to the answers that moderators of a server wrote, or chose from what somebody else wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Consent = Literal["own", "asked", "given", "refused"]
"""Whether the author lets it be used: "own" is what the moderator wrote, and needs nobody's word.

Only "own" and "given" may be shown."""


@dataclass(frozen=True, slots=True)
class CuratedAnswer:
    """One answer of one server. `channel_id` and `message_id` are where its author wrote it, if in a message."""

    id: str
    guild_id: int
    question: str
    answer: str
    author_id: int
    added_by: int
    consent: Consent
    created_at: datetime
    changed_at: datetime
    channel_id: int | None = None
    message_id: int | None = None


def may_be_shown(answer: CuratedAnswer) -> bool:
    """Whether its author lets it be shown."""
    return answer.consent in {"own", "given"}


class CuratedBook(Protocol):
    """Keeps curated answers, each server's apart: whoever names another server's answer finds nothing.

    Every write is put on record with the change. Any call may raise `RecordsUnavailable`.
    """

    async def add(self, answer: CuratedAnswer) -> None:
        """Keep a new one; `added_by` is who does it."""

    async def edit(self, guild_id: int, answer_id: str, question: str, answer: str, by: int) -> CuratedAnswer | None:
        """Write it anew; None where that server has no such answer."""

    async def decide(self, guild_id: int, answer_id: str, consent: Consent, by: int) -> CuratedAnswer | None:
        """Keep what its author says; None as above."""

    async def remove(self, guild_id: int, answer_id: str, by: int) -> CuratedAnswer | None:
        """Delete it; what it was, or None as above."""

    async def get(self, guild_id: int, answer_id: str) -> CuratedAnswer | None:
        """One answer, or None as above."""

    async def answers(self, guild_id: int) -> list[CuratedAnswer]:
        """All of a server, newest first, whether or not they may be shown."""

    async def showable(self) -> list[CuratedAnswer]:
        """Those of all servers that may be shown: for the search index, which keeps servers apart by itself."""
