"""What a period of one server's questions comes to, counted by the database."""

from collections import defaultdict
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.answering.model import AnswerOutcome
from rag_core.records.insight import Day, Figures, PageUse, Period
from rag_core.records.model import Rating
from rag_core.records.tables import AnswerRow, CitationRow, FeedbackRow, PassageRow, QuestionRow

_PAGES: Final = 5


def asked_in(guild_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the questions of one server."""
    asked = QuestionRow.asked_at
    return QuestionRow.guild_id == guild_id, asked >= period.since, asked < period.until


def rated_in(guild_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the ratings of one server, which come with their questions."""
    at = FeedbackRow.at
    return QuestionRow.guild_id == guild_id, at >= period.since, at < period.until


async def figures(session: AsyncSession, guild_id: int, period: Period) -> Figures:
    """Count."""
    ratings = await _ratings(session, guild_id, period)
    pages = [_page(row) for row in await session.execute(_cited().where(*asked_in(guild_id, period)).limit(_PAGES))]
    return Figures(
        await _days(session, guild_id, period), ratings, await _median(session, guild_id, period), tuple(pages)
    )


async def disliked_pages(session: AsyncSession, guild_id: int, period: Period) -> list[PageUse]:
    """Pages below answers that got a 👎."""
    rated = _cited().join(FeedbackRow, FeedbackRow.question_id == QuestionRow.id)
    wanted = rated.where(*rated_in(guild_id, period), FeedbackRow.rating == "down").limit(_PAGES)
    return [_page(row) for row in await session.execute(wanted)]


async def _days(session: AsyncSession, guild_id: int, period: Period) -> tuple[Day, ...]:
    day = _day_of(session)
    counted = (
        select(day, AnswerRow.outcome, func.count())
        .outerjoin(AnswerRow, AnswerRow.question_id == QuestionRow.id)
        .where(*asked_in(guild_id, period))
        .group_by(day, AnswerRow.outcome)
    )
    days: dict[str, dict[AnswerOutcome | None, int]] = defaultdict(dict)
    for when, outcome, count in await session.execute(counted.select_from(QuestionRow)):
        days[when][outcome] = count
    return tuple(Day(date.fromisoformat(when), days[when]) for when in sorted(days))


def _day_of(session: AsyncSession) -> ColumnElement[str]:
    """The day in UTC as text, such as 2026-03-01."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(QuestionRow.asked_at)
    return func.to_char(func.timezone("UTC", QuestionRow.asked_at), "YYYY-MM-DD")


async def _ratings(session: AsyncSession, guild_id: int, period: Period) -> dict[Rating, int]:
    counted = (
        select(FeedbackRow.rating, func.count())
        .join(QuestionRow, QuestionRow.id == FeedbackRow.question_id)
        .where(*rated_in(guild_id, period))
        .group_by(FeedbackRow.rating)
    )
    return dict((await session.execute(counted)).all())


async def _median(session: AsyncSession, guild_id: int, period: Period) -> float | None:
    """Of the times to a complete answer; SQLite has no function for it."""
    answered = (*asked_in(guild_id, period), AnswerRow.outcome == "answered")
    times = select(AnswerRow.total_seconds).join(QuestionRow, QuestionRow.id == AnswerRow.question_id).where(*answered)
    count = await session.scalar(select(func.count()).select_from(times.subquery())) or 0
    middle = times.order_by(AnswerRow.total_seconds).offset(max(count - 1, 0) // 2).limit(2 - count % 2)
    found = list(await session.scalars(middle))
    return sum(found) / len(found) if found else None


def _cited() -> Select[str, str, int]:
    """Address, title and number of questions of the pages that answers cite, most cited first."""
    questions = func.count(CitationRow.question_id.distinct())
    same = (PassageRow.question_id == CitationRow.question_id) & (PassageRow.number == CitationRow.number)
    return (
        select(PassageRow.url, func.max(PassageRow.title), questions)
        .select_from(CitationRow)
        .join(PassageRow, same)
        .join(QuestionRow, QuestionRow.id == CitationRow.question_id)
        .group_by(PassageRow.url)
        .order_by(questions.desc(), PassageRow.url)
    )


def _page(row: Any) -> PageUse:
    url, title, questions = row
    return PageUse(url, title, questions)
