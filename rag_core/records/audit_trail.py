"""The record of changes in a database."""

from dataclasses import asdict
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry
from rag_core.records.database import Database
from rag_core.records.entries import storable
from rag_core.records.hiding import discreet_entry, entry_of
from rag_core.records.tables import AuditRow
from rag_core.records.writing import table_of


class SqlAuditTrail:
    """`AuditTrail` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Put a change on record that no other part puts there by itself."""
        async with self._database.writing() as session:
            await put_on_record(session, entry)

    async def entries(self, guild_id: int | None, limit: int = 50) -> list[AuditEntry]:
        """Those of one server, or of what concerns all of them; newest first."""
        newest = select(AuditRow).where(AuditRow.guild_id == guild_id).order_by(AuditRow.at.desc(), AuditRow.id)
        async with self._database.reading() as session:
            return [entry_of(row) for row in await session.scalars(newest.limit(limit))]


async def put_on_record(session: AsyncSession, entry: AuditEntry) -> None:
    """Write an entry within the transaction of the change, so that neither is there without the other."""
    row = {"id": uuid4().hex, **asdict(storable(await discreet_entry(session, entry)))}
    await session.execute(table_of(AuditRow).insert(), [row])
