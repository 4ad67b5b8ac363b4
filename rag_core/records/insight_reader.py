"""What moderators look at, read from a database."""

from collections.abc import AsyncIterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records import _figures
from rag_core.records._reading import feedback_of
from rag_core.records._recorded import recorded_of
from rag_core.records.database import Database
from rag_core.records.insight import Asked, Figures, PageUse, Period, Place, Rated, Recorded
from rag_core.records.model import Rating
from rag_core.records.tables import AnswerRow, FeedbackRow, QuestionRow, ReplyRow

_AT_ONCE: Final = 200
"""Questions that are read in one go where all are read."""


class SqlInsight:
    """`Insight` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, guild_id: int, period: Period) -> Figures:
        """What the period comes to."""
        async with self._database.reading() as session:
            return await _figures.figures(session, guild_id, period)

    async def disliked_pages(self, guild_id: int, period: Period) -> list[PageUse]:
        """Pages cited in answers that got a 👎 in the period, those with most first."""
        async with self._database.reading() as session:
            return await _figures.disliked_pages(session, guild_id, period)

    async def refused(self, guild_id: int, period: Period, limit: int) -> list[Asked]:
        """Questions that the documentation does not answer, newest first, at most `limit`."""
        wanted = (
            select(QuestionRow, ReplyRow)
            .join(AnswerRow, AnswerRow.question_id == QuestionRow.id)
            .outerjoin(ReplyRow, ReplyRow.question_id == QuestionRow.id)
            .where(*_figures.asked_in(guild_id, period), *_open_to_all(), AnswerRow.outcome == "refused")
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.id)
        )
        async with self._database.reading() as session:
            return [_asked(*row) for row in await session.execute(wanted.limit(limit))]

    async def ratings(self, guild_id: int, period: Period, limit: int, rating: Rating | None = None) -> list[Rated]:
        """Ratings given in the period, of one kind or both, newest first, at most `limit`."""
        wanted = (
            select(FeedbackRow, QuestionRow, ReplyRow)
            .join(QuestionRow, QuestionRow.id == FeedbackRow.question_id)
            .outerjoin(ReplyRow, ReplyRow.question_id == QuestionRow.id)
            .where(*_figures.rated_in(guild_id, period), *_open_to_all())
            .order_by(FeedbackRow.at.desc(), FeedbackRow.question_id, FeedbackRow.user_id)
        )
        if rating:
            wanted = wanted.where(FeedbackRow.rating == rating)
        async with self._database.reading() as session:
            return [_rated(*row) for row in await session.execute(wanted.limit(limit))]

    async def recorded(self, guild_id: int, period: Period) -> AsyncIterator[Recorded]:
        """Every question, newest first; without the passages of its answer."""
        wanted = (
            select(QuestionRow)
            .where(*_figures.asked_in(guild_id, period), *_open_to_all())
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.id)
        )
        last: QuestionRow | None = None
        while True:
            async with self._database.reading() as session:
                rows = await _page(session, wanted if last is None else wanted.where(_behind(last)))
                found = await recorded_of(session, rows, passages=False)
            for each in found:
                yield each
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1]

    async def one(self, guild_id: int, question_id: str) -> Recorded | None:
        """One question, a private one too; None where this server has none with this id."""
        wanted = select(QuestionRow).where(QuestionRow.guild_id == guild_id, QuestionRow.id == question_id)
        async with self._database.reading() as session:
            found = await recorded_of(session, await _page(session, wanted), passages=True)
        return found[0] if found else None


def _open_to_all() -> tuple[ColumnElement[bool], ...]:
    """Neither asked privately nor by somebody of whom nothing is kept."""
    return QuestionRow.private == false(), QuestionRow.text != ""


def _behind(last: QuestionRow) -> ColumnElement[bool]:
    at = QuestionRow.asked_at
    return or_(at < last.asked_at, and_(at == last.asked_at, QuestionRow.id > last.id))


async def _page(session: AsyncSession, wanted: Select[QuestionRow]) -> list[QuestionRow]:
    return list(await session.scalars(wanted.limit(_AT_ONCE)))


def _asked(question: QuestionRow, reply: ReplyRow | None) -> Asked:
    where: Any = reply or question
    return Asked(question.id, question.asked_at, question.text, Place(where.channel_id, where.message_id))


def _rated(row: FeedbackRow, question: QuestionRow, reply: ReplyRow | None) -> Rated:
    return Rated(_asked(question, reply), feedback_of(row))
