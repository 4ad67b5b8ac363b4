"""How fast the last answers came."""

from dataclasses import dataclass
from statistics import median
from typing import Final, Protocol

from sqlalchemy import select

from rag_core.records.database import Database
from rag_core.records.tables import AnswerRow, QuestionRow

_LOOKED_AT: Final = 50


@dataclass(frozen=True, slots=True)
class Speeds:
    """Medians over the last `answers` that the engine wrote: seconds until the first text was shown, tokens a second.

    None where no answer tells.
    """

    answers: int = 0
    first_shown: float | None = None
    tokens_per_second: float | None = None


class SpeedBook(Protocol):
    """Tells them. May raise `RecordsUnavailable`."""

    async def speeds(self, guild_id: int | None) -> Speeds:
        """Of one server's answers; of all, for None."""


class SqlSpeedBook:
    """`SpeedBook` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def speeds(self, guild_id: int | None) -> Speeds:
        """Of one server's answers; of all, for None."""
        newest = (
            select(AnswerRow)
            .where(AnswerRow.outcome == "answered", AnswerRow.first_shown_seconds.is_not(None))
            .order_by(AnswerRow.answered_at.desc())
            .limit(_LOOKED_AT)
        )
        if guild_id is not None:
            asked_here = QuestionRow.guild_id == guild_id
            newest = newest.join(QuestionRow, QuestionRow.id == AnswerRow.question_id).where(asked_here)
        async with self._database.reading() as session:
            rows = list(await session.scalars(newest))
        shown = [row.first_shown_seconds for row in rows if row.first_shown_seconds is not None]
        rates = [rate for row in rows if (rate := _tokens_per_second(row)) is not None]
        return Speeds(len(rows), median(shown) if shown else None, median(rates) if rates else None)


def _tokens_per_second(row: AnswerRow) -> float | None:
    """From the engine's first token to the end; None for an answer of one token."""
    if row.first_token_seconds is None or row.completion_tokens < 2 or row.total_seconds <= row.first_token_seconds:
        return None
    return (row.completion_tokens - 1) / (row.total_seconds - row.first_token_seconds)
