"""Blocks and people's choices in a database."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry, snapshot
from rag_core.records.audit_trail import put_on_record
from rag_core.records.database import Database, pseudonyms_of
from rag_core.records.entries import storable
from rag_core.records.hiding import hide_what_stays
from rag_core.records.opted_out import wants_nothing_kept
from rag_core.records.people import Block
from rag_core.records.tables import BlockRow, ChoiceRow
from rag_core.records.writing import table_of, upsert


def _now() -> datetime:
    return datetime.now(UTC)


class SqlPeopleBook:
    """`PeopleBook` over a `Database`; `clock` tells the time, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def block(self, guild_id: int, user_id: int, reason: str, by: int) -> None:
        """Shut somebody out; again, it replaces the reason."""
        async with self._database.writing() as session:
            before = await _block_of(session, guild_id, user_id)
            hidden = (before and before.user_id < 0) or await wants_nothing_kept(session, user_id)
            person = self._database.pseudonyms.hidden(user_id) if hidden else user_id
            block = storable(Block(guild_id, person, by, reason, self._clock()))
            await upsert(session, BlockRow, [asdict(block)])
            await put_on_record(session, self._entry("block", block, by, before, block))

    async def unblock(self, guild_id: int, user_id: int, by: int) -> bool:
        """Let somebody in again; False where they were not shut out."""
        table = table_of(BlockRow)
        async with self._database.writing() as session:
            before = await _block_of(session, guild_id, user_id)
            if before is not None:
                here = (table.c.guild_id == guild_id, table.c.user_id == before.user_id)
                await session.execute(delete(table).where(*here))
                await put_on_record(session, self._entry("unblock", before, by, before, None))
        return before is not None

    async def block_of(self, guild_id: int, user_id: int) -> Block | None:
        """Why somebody is shut out of a server, or None."""
        async with self._database.reading() as session:
            return await _block_of(session, guild_id, user_id)

    async def blocks(self, guild_id: int) -> list[Block]:
        """Everybody who is shut out of a server, newest first."""
        newest = select(BlockRow).where(BlockRow.guild_id == guild_id).order_by(BlockRow.at.desc(), BlockRow.user_id)
        async with self._database.reading() as session:
            return [_block(row) for row in await session.scalars(newest)]

    def stands_for(self, number: int, user_id: int) -> bool:
        """Whether what is on record means this person: their id, or the number that stands for them."""
        return number in self._database.pseudonyms.all_of(user_id)

    async def opted_out(self, user_id: int) -> bool:
        """Whether this person wants nothing kept of what they ask."""
        async with self._database.reading() as session:
            return await wants_nothing_kept(session, user_id)

    async def opt_out(self, user_id: int, *, out: bool) -> None:
        """Keep what they want, by the number that stands for them; who wants nothing kept is hidden everywhere."""
        number = self._database.pseudonyms.hidden(user_id)
        async with self._database.writing() as session:
            await upsert(session, ChoiceRow, [{"user_id": number, "opted_out": out, "at": self._clock()}])
            if out:
                await hide_what_stays(session, user_id)

    def _entry(self, action: str, block: Block, by: int, before: Block | None, after: Block | None) -> AuditEntry:
        subject = f"person {block.user_id}"
        return AuditEntry(block.guild_id, by, action, subject, snapshot(before), snapshot(after), self._clock())


async def _block_of(session: AsyncSession, guild_id: int, user_id: int) -> Block | None:
    people = pseudonyms_of(session).all_of(user_id)
    row = await session.scalar(select(BlockRow).where(BlockRow.guild_id == guild_id, BlockRow.user_id.in_(people)))
    return _block(row) if row else None


def _block(row: BlockRow) -> Block:
    return Block(row.guild_id, row.user_id, row.blocked_by, row.reason, row.at)
