"""What operators set for all servers at once, in a database."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry, snapshot
from rag_core.records.audit_trail import put_on_record
from rag_core.records.database import Database
from rag_core.records.operating import AddedSource, BotState
from rag_core.records.tables import AddedSourceRow, BotStateRow
from rag_core.records.writing import table_of, upsert

_ONLY: Final = 1
"""The id of the one row that holds the state."""


def _now() -> datetime:
    return datetime.now(UTC)


class SqlOperatingBook:
    """`OperatingBook` over a `Database`; `clock` tells the time, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def state(self) -> BotState:
        """What holds now."""
        async with self._database.reading() as session:
            return await _state(session)

    async def set_paused(self, by: int, *, paused: bool) -> BotState:
        """Take no questions any more, or again."""
        return await self._change("pause" if paused else "resume", lambda old: replace(old, paused=paused), by)

    async def set_cron(self, cron: str, by: int) -> BotState:
        """When the documentation is crawled again."""
        return await self._change("schedule", lambda old: replace(old, recrawl_cron=cron), by)

    async def sources(self) -> Sequence[AddedSource]:
        """Those that were added, by name."""
        async with self._database.reading() as session:
            return [_source(row) for row in await session.scalars(select(AddedSourceRow).order_by(AddedSourceRow.name))]

    async def add_source(self, name: str, address: str, by: int) -> bool:
        """Add one; False where there is one of that name already."""
        source = AddedSource(name, address, by, self._clock())
        async with self._database.writing() as session:
            if await session.get(AddedSourceRow, name) is not None:
                return False
            await upsert(session, AddedSourceRow, [asdict(source)])
            await put_on_record(session, self._entry("sources add", name, by, "", snapshot(source)))
        return True

    async def remove_source(self, name: str, by: int) -> bool:
        """Remove one; False where there is none."""
        table = table_of(AddedSourceRow)
        async with self._database.writing() as session:
            row = await session.get(AddedSourceRow, name)
            if row is None:
                return False
            before = snapshot(_source(row))
            await session.execute(delete(table).where(table.c.name == name))
            await put_on_record(session, self._entry("sources remove", name, by, before, ""))
        return True

    async def _change(self, action: str, change: Callable[[BotState], BotState], by: int) -> BotState:
        async with self._database.writing() as session:
            before = await _state(session)
            after = change(before)
            if after != before:
                await upsert(session, BotStateRow, [{"id": _ONLY, **asdict(after)}])
                await put_on_record(session, self._entry(action, "bot", by, snapshot(before), snapshot(after)))
            return after

    def _entry(self, action: str, subject: str, by: int, before: str, after: str) -> AuditEntry:
        return AuditEntry(None, by, action, subject, before, after, self._clock())


async def _state(session: AsyncSession) -> BotState:
    row = await session.get(BotStateRow, _ONLY)
    return BotState(row.paused, row.recrawl_cron) if row else BotState()


def _source(row: AddedSourceRow) -> AddedSource:
    return AddedSource(row.name, row.address, row.added_by, row.at)
