"""What moderators look at, read from a book in memory."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from statistics import median

from rag_core.answering.model import AnswerOutcome
from rag_core.errors import RecordsUnavailable
from rag_core.records.insight import Asked, Correction, Day, Figures, PageUse, Period, Rated, Recorded
from rag_core.records.model import Feedback, Rating
from tests.fakes.book import FakeBook

_PAGES = 5


@dataclass(slots=True)
class FakeInsight:
    """Implements `Insight` over what is in `book`. `solved`, `handed_over` and `corrections` are by question."""

    book: FakeBook
    corrections: dict[str, list[Correction]] = field(default_factory=dict)
    solved: dict[str, datetime] = field(default_factory=dict)
    handed_over: dict[str, datetime] = field(default_factory=dict)

    async def figures(self, guild_id: int, period: Period) -> Figures:
        asked = list(self._asked(guild_id, period))
        ends = [(each.asked_at.date(), each.answer.outcome if each.answer else None) for each in asked]
        times = [each.answer.times.total for each in asked if each.answer and each.answer.outcome == "answered"]
        rated = Counter(rating.rating for _, rating in self._rated(guild_id, period))
        return Figures(_days(ends), dict(rated), median(times) if times else None, tuple(_most(map(_cited, asked))))

    async def disliked_pages(self, guild_id: int, period: Period) -> list[PageUse]:
        disliked = {each.question.id: each for each, rating in self._rated(guild_id, period) if rating.rating == "down"}
        return _most(map(_cited, disliked.values()))

    async def refused(self, guild_id: int, period: Period, limit: int) -> list[Asked]:
        asked = self._asked(guild_id, period)
        found = [each for each in asked if _open(each) and each.answer and each.answer.outcome == "refused"]
        return [_entry(each) for each in _newest(found)][:limit]

    async def ratings(self, guild_id: int, period: Period, limit: int, rating: Rating | None = None) -> list[Rated]:
        rated = [pair for pair in self._rated(guild_id, period) if _open(pair[0])]
        found = [Rated(_entry(each), given) for each, given in rated if rating in {None, given.rating}]
        found.sort(key=lambda each: (each.question.id, each.feedback.user_id))
        return sorted(found, key=lambda each: each.feedback.at, reverse=True)[:limit]

    async def recorded(self, guild_id: int, period: Period) -> AsyncIterator[Recorded]:
        for each in _newest([each for each in self._asked(guild_id, period) if _open(each)]):
            yield replace(each, answer=replace(each.answer, passages=()) if each.answer else None)

    async def one(self, guild_id: int, question_id: str) -> Recorded | None:
        return next((each for each in self._all(guild_id) if each.question.id == question_id), None)

    def _all(self, guild_id: int) -> Iterator[Recorded]:
        if self.book.down:
            raise RecordsUnavailable("The fake database is down.")
        for question_id, origin in self.book.origins.items():
            if origin.guild_id == guild_id:
                yield self._recorded(question_id)

    def _asked(self, guild_id: int, period: Period) -> Iterator[Recorded]:
        return (each for each in self._all(guild_id) if period.since <= each.asked_at < period.until)

    def _rated(self, guild_id: int, period: Period) -> Iterator[tuple[Recorded, Feedback]]:
        pairs = ((each, rating) for each in self._all(guild_id) for rating in each.ratings)
        return (pair for pair in pairs if period.since <= pair[1].at < period.until)

    def _recorded(self, question_id: str) -> Recorded:
        ratings = [each for (rated, _), each in self.book.feedback.items() if rated == question_id]
        answer = self.book.answers.get(question_id)
        index = answer.index if answer else None
        return Recorded(
            self.book.questions[question_id],
            self.book.origins[question_id],
            self.book.asked_at[question_id],
            self.book.replies.get(question_id),
            replace(answer, index=index and replace(index, source="")) if answer else None,
            tuple(sorted(ratings, key=lambda each: (each.at, each.user_id))),
            tuple(self.corrections.get(question_id, ())),
            self.solved.get(question_id),
            self.handed_over.get(question_id),
        )


def _open(each: Recorded) -> bool:
    return not each.origin.private and each.question.text != ""


def _newest(found: list[Recorded]) -> list[Recorded]:
    return sorted(sorted(found, key=lambda each: each.question.id), key=lambda each: each.asked_at, reverse=True)


def _entry(each: Recorded) -> Asked:
    return Asked(each.question.id, each.asked_at, each.question.text, each.place)


def _days(ends: list[tuple[date, AnswerOutcome | None]]) -> tuple[Day, ...]:
    days: dict[date, Counter[AnswerOutcome | None]] = defaultdict(Counter)
    for day, outcome in ends:
        days[day][outcome] += 1
    return tuple(Day(day, dict(days[day])) for day in sorted(days))


def _cited(each: Recorded) -> dict[str, str]:
    """Titles by address."""
    if each.answer is None:
        return {}
    passages = {passage.number: passage for passage in each.answer.passages}
    found = [passages[citation.number] for citation in each.answer.citations if citation.number in passages]
    return {passage.url: passage.title for passage in found}


def _most(cited: Iterable[dict[str, str]]) -> list[PageUse]:
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for each in cited:
        counts.update(each.keys())
        titles |= {url: max(title, titles.get(url, "")) for url, title in each.items()}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [PageUse(url, titles[url], count) for url, count in ordered[:_PAGES]]
