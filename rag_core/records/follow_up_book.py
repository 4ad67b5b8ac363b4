"""What becomes of questions, in a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.answering.claim import cited_numbers
from rag_core.answering.model import Citation
from rag_core.indexing.chunk import spoken_heading
from rag_core.records._reading import exchange_of
from rag_core.records.audit import AuditEntry, snapshot
from rag_core.records.audit_trail import put_on_record
from rag_core.records.database import Database
from rag_core.records.entries import storable
from rag_core.records.follow_ups import Case
from rag_core.records.opted_out import kept_as
from rag_core.records.tables import (
    AnswerRow,
    CitationRow,
    CorrectionRow,
    FollowUpRow,
    PassageRow,
    QuestionRow,
    ReplyRow,
)
from rag_core.records.writing import insert_missing, table_of


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Text:
    """What a correction changes, as the audit keeps it."""

    text: str


class SqlFollowUpBook:
    """`FollowUpBook` over a `Database`; `clock` tells the time, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def case(self, guild_id: int, question_id: str) -> Case | None:
        """All of one question, or None where that server has none with this id."""
        async with self._database.reading() as session:
            return await _case(session, guild_id, question_id)

    async def solve(self, guild_id: int, question_id: str, by: int) -> bool | None:
        """Keep that it is solved; False where it was already, None as above."""
        return await self._once(guild_id, question_id, "solved", by)

    async def hand_over(self, guild_id: int, question_id: str, by: int) -> bool | None:
        """Claim the one call for a person; False where somebody was called already, None as above."""
        return await self._once(guild_id, question_id, "handed_over", by)

    async def take_back_hand_over(self, guild_id: int, question_id: str) -> None:
        """Give the claim back, since nobody could be called."""
        table = table_of(FollowUpRow)
        async with self._database.writing() as session:
            if await _is_of(session, guild_id, question_id):
                nothing = {"handed_over_at": None, "handed_over_by": None}
                await session.execute(update(table).where(table.c.question_id == question_id).values(nothing))

    async def correct(self, guild_id: int, question_id: str, text: str, by: int) -> Case | None:
        """Replace the text of its answer and what it cites; None where there is no answer, or as above."""
        text = storable(text)
        async with self._database.writing() as session:
            before = await _case(session, guild_id, question_id)
            if before is None or before.exchange.outcome is None:
                return None
            answers = table_of(AnswerRow)
            await session.execute(update(answers).where(answers.c.question_id == question_id).values(text=text))
            await _cite(session, question_id, text, before.passages)
            await self._record(session, guild_id, before, text, by)
            session.expire_all()
            return await _case(session, guild_id, question_id)

    async def _once(self, guild_id: int, question_id: str, what: str, by: int) -> bool | None:
        """Set a moment and a person that may be set once; whether this call did."""
        table = table_of(FollowUpRow)
        at: Column[Any] = table.c[f"{what}_at"]
        async with self._database.writing() as session:
            if not await _is_of(session, guild_id, question_id):
                return None
            await insert_missing(session, FollowUpRow, [{"question_id": question_id}])
            wanted = (
                update(table).where(table.c.question_id == question_id, at.is_(None)).returning(table.c.question_id)
            )
            who = await kept_as(session, by)
            found = await session.execute(wanted.values({f"{what}_at": self._clock(), f"{what}_by": who}))
            return found.first() is not None

    async def _record(self, session: AsyncSession, guild_id: int, before: Case, text: str, by: int) -> None:
        exchange, now = before.exchange, self._clock()
        row = {
            "id": uuid4().hex,
            "question_id": exchange.question.id,
            "at": now,
            "corrected_by": await kept_as(session, by),
            "before": exchange.text,
            "after": text,
        }
        await session.execute(table_of(CorrectionRow).insert(), [row])
        subject, made = f"question {exchange.question.id}", (snapshot(_Text(exchange.text)), snapshot(_Text(text)), now)
        await put_on_record(session, AuditEntry(guild_id, by, "correct", subject, *made))


async def _is_of(session: AsyncSession, guild_id: int, question_id: str) -> bool:
    own = exists().where(QuestionRow.id == question_id, QuestionRow.guild_id == guild_id)
    return bool(await session.scalar(select(own)))


async def _case(session: AsyncSession, guild_id: int, question_id: str) -> Case | None:
    question = await session.get(QuestionRow, question_id)
    if question is None or question.guild_id != guild_id:
        return None
    reply, answer = await session.get(ReplyRow, question_id), await session.get(AnswerRow, question_id)
    after = await session.get(FollowUpRow, question_id)
    passages = select(PassageRow).where(PassageRow.question_id == question_id).order_by(PassageRow.number)
    cited = select(CitationRow.number).where(CitationRow.question_id == question_id).order_by(CitationRow.position)
    corrected = exists().where(CorrectionRow.question_id == question_id)
    return Case(
        exchange_of(question, reply, answer),
        tuple(map(_source, await session.scalars(passages))),
        tuple(await session.scalars(cited)),
        solved=bool(after and after.solved_at),
        handed_over=bool(after and after.handed_over_at),
        corrected=bool(await session.scalar(select(corrected))),
    )


def _source(row: PassageRow) -> Citation:
    link = f"{row.url}#{row.anchor}" if row.anchor else row.url
    return Citation(row.number, row.page_id, link, spoken_heading((row.title, *row.path)))


async def _cite(session: AsyncSession, question_id: str, text: str, passages: Sequence[Citation]) -> None:
    """Keep what a text cites of these, in place of what its answer cited before."""
    table, numbers = table_of(CitationRow), set(cited_numbers(text))
    await session.execute(delete(table).where(table.c.question_id == question_id))
    cited = [each for each in passages if each.number in numbers]
    rows = [
        {
            "question_id": question_id,
            "position": position,
            "number": each.number,
            "page_id": each.page_id,
            "link": each.link,
            "heading": each.heading,
        }
        for position, each in enumerate(cited)
    ]
    if rows:
        await session.execute(table.insert(), rows)
