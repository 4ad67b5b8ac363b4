"""Everything about one person, in a database and in the spool."""

import json
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import Column, ColumnElement, CursorResult, Table, delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.database import Database
from rag_core.records.fates import FATES, NOBODY
from rag_core.records.hiding import entries_naming, entry_of, hide_what_stays, people_in, person_columns, renamed
from rag_core.records.person_id import PersonId
from rag_core.records.personal import Deleted
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import AnswerRow, AuditRow, Base, ChoiceRow, FeedbackRow, QuestionRow
from rag_core.records.withdrawal import withdraw_curated
from rag_core.records.writing import table_of

_BATCH: Final = 500
"""Questions deleted in one transaction, so that nobody waits long for the next."""


def _now() -> datetime:
    return datetime.now(UTC)


class SqlPersonalData:
    """`PersonalData` over a `Database`; `questions` has the records that wait for it, `clock` tells the time, aware."""

    def __init__(self, database: Database, questions: SqlQuestionBook, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._questions = questions
        self._clock = clock

    async def export(self, user_id: int) -> bytes:
        """All that is on record about a person, as JSON."""
        people = self._database.pseudonyms.all_of(user_id)
        async with self._database.reading() as session:
            own = await _question_ids(session, people)
            tables = {table.name: await _rows(session, table, people) for table in Base.metadata.sorted_tables}
            tables[AuditRow.__tablename__] = await _changes(session, people)
        waiting = [json.loads(line) for line in await self._questions.waiting_for(people, own)]
        found = {name: rows for name, rows in tables.items() if rows} | ({"waiting": waiting} if waiting else {})
        return json.dumps(found, ensure_ascii=False, indent=2, default=_plain).encode()

    async def delete(self, user_id: int) -> Deleted:
        """Delete all that is on record about a person, but for what `FATES` keeps."""
        people = self._database.pseudonyms.all_of(user_id)
        number = self._database.pseudonyms.hidden(user_id)
        async with self._database.reading() as session:
            unanswered = await _question_ids(session, people, unanswered=True)
        # First what waits, since it would otherwise be written after all the rest is gone.
        await self._questions.forget(people, unanswered)
        async with self._database.writing() as session:
            questions = await _delete_rows(session, table_of(QuestionRow).c.user_id, people)
            ratings = await _delete_rows(session, table_of(FeedbackRow).c.user_id, people)
            curated = await withdraw_curated(session, people, number, self._clock())
            for column in person_columns():
                if FATES[f"{column.table.name}.{column.name}"] == "forget":
                    await _forget(session, column, people)
            await session.execute(delete(ChoiceRow).where(ChoiceRow.user_id.in_(people), ~ChoiceRow.opted_out))
            await hide_what_stays(session, user_id)
        return Deleted(questions, ratings, curated)

    async def delete_older(self, than: datetime) -> int:
        """Delete questions with all that hangs on them, a batch at a time; returns how many."""
        await self._questions.forget_older(than)
        table, count = table_of(QuestionRow), 0
        oldest = select(table.c.id).where(table.c.asked_at < than).order_by(table.c.asked_at).limit(_BATCH)
        while True:
            async with self._database.writing() as session:
                ids = list(await session.scalars(oldest))
                await session.execute(delete(table).where(table.c.id.in_(ids)))
            count += len(ids)
            if len(ids) < _BATCH:
                return count


async def _question_ids(session: AsyncSession, people: Collection[int], *, unanswered: bool = False) -> list[str]:
    own = select(QuestionRow.id).where(QuestionRow.user_id.in_(people))
    if unanswered:
        own = own.where(~select(AnswerRow).where(AnswerRow.question_id == QuestionRow.id).exists())
    return list(await session.scalars(own))


async def _rows(session: AsyncSession, table: Table, people: Collection[int]) -> list[dict[str, Any]]:
    """What a table holds of people or of their questions; another's rating of their answer is that other's."""
    said_who = [column for column in table.columns if isinstance(column.type, PersonId)]
    wanted: list[ColumnElement[bool]] = [column.in_(people) for column in said_who]
    if "question_id" in table.c and table.name != FeedbackRow.__tablename__:
        wanted.append(table.c.question_id.in_(select(QuestionRow.id).where(QuestionRow.user_id.in_(people))))
    found = await session.execute(select(table).where(or_(false(), *wanted)))
    return [_without_others(dict(row), said_who, people) for row in found.mappings()]


def _without_others(row: dict[str, Any], said_who: list[Column[Any]], people: Collection[int]) -> dict[str, Any]:
    others = {column.name: None for column in said_who if row[column.name] not in people}
    return {**row, **others}


async def _changes(session: AsyncSession, people: Collection[int]) -> list[dict[str, Any]]:
    """Changes that people made, or that concern them."""
    entries = [entry_of(row) for row in await entries_naming(session, people)]
    return [asdict(renamed(entry, dict.fromkeys(people_in(entry) - set(people), NOBODY))) for entry in entries]


async def _delete_rows(session: AsyncSession, column: Column[Any], people: Collection[int]) -> int:
    done = await session.execute(delete(column.table).where(column.in_(people)))
    return cast("CursorResult[Any]", done).rowcount


async def _forget(session: AsyncSession, column: Column[Any], people: Collection[int]) -> None:
    anew = {column.name: None if column.nullable else NOBODY}
    await session.execute(update(column.table).where(column.in_(people)).values(anew))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
