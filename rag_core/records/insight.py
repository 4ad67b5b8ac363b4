"""The port through which moderators look at what was asked in their server: figures, lists, single questions."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from rag_core.answering.model import Answer, AnswerOutcome, Question
from rag_core.records.model import Feedback, Origin, Rating, Reply


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, and before `until`; both aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions of one day (in UTC) ended how; those without an answer on record count as None."""

    day: date
    outcomes: Mapping[AnswerOutcome | None, int]

    @property
    def questions(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class PageUse:
    """A page of the documentation, and how many questions it is counted for."""

    url: str
    title: str
    questions: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a period comes to.

    `days` are those with questions, in order. `ratings` were given in the period, to whichever answers.
    `median_seconds` is that of the times to a complete answer. `pages` are those cited most, most cited first.
    """

    days: tuple[Day, ...] = ()
    ratings: Mapping[Rating, int] = field(default_factory=dict)
    median_seconds: float | None = None
    pages: tuple[PageUse, ...] = ()

    @property
    def questions(self) -> int:
        """All that were asked."""
        return sum(day.questions for day in self.days)

    def ended(self, *outcomes: AnswerOutcome) -> int:
        """How many ended in one of these ways."""
        return sum(day.outcomes.get(outcome, 0) for day in self.days for outcome in outcomes)

    @property
    def liked(self) -> float | None:
        """The share of 👍 among the ratings, from 0 to 1; None without ratings."""
        rated = sum(self.ratings.values())
        return self.ratings.get("up", 0) / rated if rated else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question is to be seen: the message that carries its answer or, without one, that asked it.

    Either id is None where it is not known.
    """

    channel_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a list."""

    id: str
    asked_at: datetime
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating in a list, with the question whose answer it is about."""

    question: Asked
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Correction:
    """A moderator replaced the text of an answer."""

    at: datetime
    by: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One question with everything that is on record; `ratings` and `corrections` oldest first.

    `answer` is None while it is being answered; its notices and the engine's own times are not kept.
    """

    question: Question
    origin: Origin
    asked_at: datetime
    reply: Reply | None = None
    answer: Answer | None = None
    ratings: tuple[Feedback, ...] = ()
    corrections: tuple[Correction, ...] = ()
    solved_at: datetime | None = None
    handed_over_at: datetime | None = None

    @property
    def place(self) -> Place:
        """Where it is to be seen."""
        if self.reply:
            return Place(self.reply.channel_id, self.reply.message_id)
        return Place(self.origin.channel_id, self.origin.message_id)


class Insight(Protocol):
    """Reads what is on record of one server, and never of another.

    All questions count in the figures. Those that were asked privately, and those whose text is not kept since the
    asker does not want it, are in no list. Any call may raise `RecordsUnavailable`.
    """

    async def figures(self, guild_id: int, period: Period) -> Figures:
        """What the period comes to."""

    async def disliked_pages(self, guild_id: int, period: Period) -> list[PageUse]:
        """Pages cited in answers that got a 👎 in the period, those with most first."""

    async def refused(self, guild_id: int, period: Period, limit: int) -> list[Asked]:
        """Questions that the documentation does not answer, newest first, at most `limit`."""

    async def ratings(self, guild_id: int, period: Period, limit: int, rating: Rating | None = None) -> list[Rated]:
        """Ratings given in the period, of one kind or both, newest first, at most `limit`."""

    def recorded(self, guild_id: int, period: Period) -> AsyncIterator[Recorded]:
        """Every question, newest first; without the passages of its answer."""

    async def one(self, guild_id: int, question_id: str) -> Recorded | None:
        """One question, a private one too; None where this server has none with this id."""
