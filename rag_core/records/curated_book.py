"""Curated answers in a database."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry, snapshot
from rag_core.records.audit_trail import put_on_record
from rag_core.records.curated import Consent, CuratedAnswer
from rag_core.records.database import Database
from rag_core.records.entries import storable
from rag_core.records.opted_out import kept_as
from rag_core.records.tables import CuratedRow
from rag_core.records.writing import table_of, upsert

_FIELDS = tuple(field.name for field in fields(CuratedAnswer))


def _now() -> datetime:
    return datetime.now(UTC)


class SqlCuratedBook:
    """`CuratedBook` over a `Database`; `clock` tells the time, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def add(self, answer: CuratedAnswer) -> None:
        """Keep a new one; `added_by` is who does it."""
        async with self._database.writing() as session:
            author, added = await kept_as(session, answer.author_id), await kept_as(session, answer.added_by)
            clean = storable(replace(answer, author_id=author, added_by=added))
            await session.execute(table_of(CuratedRow).insert(), [asdict(clean)])
            await self._record(session, "faq add", clean, clean.added_by, None, clean)

    async def edit(self, guild_id: int, answer_id: str, question: str, answer: str, by: int) -> CuratedAnswer | None:
        """Write it anew; None where that server has no such answer."""

        def anew(old: CuratedAnswer) -> CuratedAnswer:
            return replace(old, question=question, answer=answer)

        return await self._change(guild_id, answer_id, "faq edit", by, anew)

    async def decide(self, guild_id: int, answer_id: str, consent: Consent, by: int) -> CuratedAnswer | None:
        """Keep what its author says; None as above."""
        return await self._change(guild_id, answer_id, "faq consent", by, lambda old: replace(old, consent=consent))

    async def remove(self, guild_id: int, answer_id: str, by: int) -> CuratedAnswer | None:
        """Delete it; what it was, or None as above."""
        table = table_of(CuratedRow)
        async with self._database.writing() as session:
            old = await _get(session, guild_id, answer_id)
            if old is not None:
                await session.execute(delete(table).where(table.c.id == answer_id))
                await self._record(session, "faq remove", old, by, old, None)
        return old

    async def get(self, guild_id: int, answer_id: str) -> CuratedAnswer | None:
        """One answer, or None as above."""
        async with self._database.reading() as session:
            return await _get(session, guild_id, answer_id)

    async def answers(self, guild_id: int) -> list[CuratedAnswer]:
        """All of a server, newest first, whether or not they may be shown."""
        own = select(CuratedRow).where(CuratedRow.guild_id == guild_id)
        async with self._database.reading() as session:
            rows = await session.scalars(own.order_by(CuratedRow.created_at.desc(), CuratedRow.id))
            return [_answer(row) for row in rows]

    async def showable(self) -> list[CuratedAnswer]:
        """Those of all servers that may be shown."""
        allowed = select(CuratedRow).where(CuratedRow.consent.in_(("own", "given"))).order_by(CuratedRow.id)
        async with self._database.reading() as session:
            return [_answer(row) for row in await session.scalars(allowed)]

    async def _change(
        self, guild_id: int, answer_id: str, action: str, by: int, anew: Callable[[CuratedAnswer], CuratedAnswer]
    ) -> CuratedAnswer | None:
        async with self._database.writing() as session:
            old = await _get(session, guild_id, answer_id)
            if old is None:
                return None
            new = storable(replace(anew(old), changed_at=self._clock()))
            await upsert(session, CuratedRow, [asdict(new)])
            await self._record(session, action, new, by, old, new)
        return new

    async def _record(
        self,
        session: AsyncSession,
        action: str,
        answer: CuratedAnswer,
        by: int,
        before: CuratedAnswer | None,
        after: CuratedAnswer | None,
    ) -> None:
        subject = f"curated answer {answer.id}"
        made = (snapshot(before), snapshot(after), self._clock())
        await put_on_record(session, AuditEntry(answer.guild_id, by, action, subject, *made))


async def _get(session: AsyncSession, guild_id: int, answer_id: str) -> CuratedAnswer | None:
    own = select(CuratedRow).where(CuratedRow.guild_id == guild_id, CuratedRow.id == answer_id)
    row = await session.scalar(own)
    return _answer(row) if row else None


def _answer(row: CuratedRow) -> CuratedAnswer:
    return CuratedAnswer(**{name: getattr(row, name) for name in _FIELDS})
