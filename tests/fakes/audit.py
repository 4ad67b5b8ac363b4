"""An audit trail in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rag_core.errors import RecordsUnavailable
from rag_core.records.audit import AuditEntry, snapshot


@dataclass(slots=True)
class FakeAudit:
    """Implements `AuditTrail`. The other fakes write into one, as the real books do. With `down`, `add` raises."""

    kept: list[AuditEntry] = field(default_factory=list)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    down: bool = False

    async def add(self, entry: AuditEntry) -> None:
        if self.down:
            raise RecordsUnavailable("The fake database is down.")
        self.kept.append(entry)

    async def entries(self, guild_id: int | None, limit: int = 50) -> list[AuditEntry]:
        own = [entry for entry in reversed(self.kept) if entry.guild_id == guild_id]
        return sorted(own, key=lambda entry: entry.at, reverse=True)[:limit]

    def note(self, guild_id: int | None, by: int, action: str, subject: str, before: Any, after: Any) -> None:
        self.kept.append(AuditEntry(guild_id, by, action, subject, snapshot(before), snapshot(after), self.now))
