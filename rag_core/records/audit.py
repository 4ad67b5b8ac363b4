"""The port to the record of changes: who did what, where, and what it was before."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change.

    `guild_id` is None for what concerns all servers. `action` is the command's name, such as "channel set", `subject`
    what it was done to. `before` and `after` are JSON as `snapshot` makes it, empty where there was nothing.
    """

    guild_id: int | None
    actor_id: int
    action: str
    subject: str
    before: str
    after: str
    at: datetime


class AuditTrail(Protocol):
    """Keeps changes for good. Any call may raise `RecordsUnavailable`."""

    async def add(self, entry: AuditEntry) -> None:
        """Put a change on record that no other part puts there by itself."""

    async def entries(self, guild_id: int | None, limit: int = 50) -> list[AuditEntry]:
        """Those of one server, or of what concerns all of them; newest first."""


def snapshot(value: Any) -> str:
    """A dataclass as an entry keeps it; empty for None."""
    return "" if value is None else json.dumps(asdict(value), ensure_ascii=False, default=str)
