"""What moderators look at, on both databases, and the fake beside them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.answering.model import Answer, AnswerOutcome, Citation, Question, Times
from rag_core.records.book import QuestionBook
from rag_core.records.database import Database
from rag_core.records.insight import Asked, Correction, Day, Figures, Insight, PageUse, Period, Place, Rated
from rag_core.records.insight_reader import SqlInsight
from rag_core.records.model import Feedback, Origin, Rating, Reply
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import CorrectionRow, FollowUpRow
from rag_core.records.writing import upsert
from tests.fakes.book import FakeBook
from tests.fakes.insight import FakeInsight
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW, a_passage, a_question, an_answer

HERE, THERE, ADA, CHANNEL = 2**62 + 2, 2**62 + 3, 2**62 + 1, 2**62 + 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARCH = Period(NOW - 7 * DAY, NOW + DAY)


class Changes(Protocol):
    """What other parts put on record beside questions."""

    async def __call__(self, question_id: str, correction: Correction, solved: datetime, handed: datetime) -> None: ...


@dataclass
class Kept:
    """A book that can be told the time, and what is read of it."""

    insight: Insight
    book: QuestionBook
    set_clock: Callable[[datetime], None]
    change: Changes

    async def ask(
        self,
        text: str = "How?",
        outcome: AnswerOutcome | None = "answered",
        at: datetime = NOW,
        *,
        guild_id: int | None = HERE,
        private: bool = False,
        seconds: float = 2.0,
        sources: tuple[str, ...] = (),
    ) -> Question:
        """A question, with its answer unless `outcome` is None."""
        question = replace(a_question(text), history=())
        self.set_clock(at)
        await self.book.save_question(question, Origin("discord", ADA, guild_id, CHANNEL, private=private))
        if outcome:
            await self.book.save_answer(_answer(question.id, outcome, seconds, sources))
        return question

    async def rate(self, question: Question, rating: Rating, user: int = ADA, at: datetime = NOW) -> Feedback:
        feedback = Feedback(question.id, user, rating, at, "wrong" if rating == "down" else None, "Hm.")
        await self.book.save_feedback(feedback)
        return feedback


def _answer(question_id: str, outcome: AnswerOutcome, seconds: float, sources: tuple[str, ...]) -> Answer:
    passages = tuple(replace(a_passage(n), url=f"u/{page}", title=page) for n, page in enumerate(sources, 1))
    citations = tuple(Citation(each.number, each.page_id, each.link, each.heading) for each in passages)
    return Answer(question_id, outcome, "", "", citations, passages, times=Times(total=seconds))


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "fake":
        return _fake()
    return _real(request.getfixturevalue(f"{request.param}_database"), tmp_path)


def _fake() -> Kept:
    book = FakeBook()
    insight = FakeInsight(book)

    async def change(question_id: str, correction: Correction, solved: datetime, handed: datetime) -> None:
        insight.corrections.setdefault(question_id, []).append(correction)
        insight.solved[question_id], insight.handed_over[question_id] = solved, handed

    return Kept(insight, book, lambda now: setattr(book, "now", now), change)


def _real(database: Database, folder: Path) -> Kept:
    clock = [NOW]

    async def change(question_id: str, correction: Correction, solved: datetime, handed: datetime) -> None:
        who = {"solved_by": ADA, "handed_over_by": ADA}
        after = {"question_id": question_id, "solved_at": solved, "handed_over_at": handed, **who}
        row = {"id": correction.before, "question_id": question_id, "at": correction.at, "corrected_by": correction.by}
        async with database.writing() as session:
            await upsert(session, FollowUpRow, [after])
            await upsert(session, CorrectionRow, [{**row, "before": correction.before, "after": correction.after}])

    book = SqlQuestionBook(database, folder / "spool", clock=lambda: clock[0])
    return Kept(SqlInsight(database), book, lambda now: clock.__setitem__(0, now), change)


async def test_without_questions_all_is_empty(kept: Kept) -> None:
    figures = await kept.insight.figures(HERE, MARCH)
    assert figures == Figures()
    assert (figures.questions, figures.ended("answered"), figures.liked) == (0, 0, None)


async def test_questions_are_counted_by_day_and_end(kept: Kept) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    asked: list[tuple[AnswerOutcome | None, datetime]] = [
        ("answered", midnight),
        ("answered", midnight + 23 * HOUR),
        ("refused", midnight - HOUR),
        (None, midnight - HOUR),
        ("failed", MARCH.since),
        ("answered", MARCH.since - timedelta(microseconds=1)),
        ("answered", MARCH.until),
    ]
    for outcome, at in asked:
        await kept.ask(outcome=outcome, at=at)
    figures = await kept.insight.figures(HERE, MARCH)
    assert figures.days == (
        Day(MARCH.since.date(), {"failed": 1}),
        Day(NOW.date() - DAY, {"refused": 1, None: 1}),
        Day(NOW.date(), {"answered": 2}),
    )
    assert (figures.questions, figures.ended("answered", "refused")) == (5, 3)


async def test_no_server_counts_for_another_nor_do_direct_messages(kept: Kept) -> None:
    elsewhere = [await kept.ask(guild_id=guild, outcome="refused", sources=("p",)) for guild in (THERE, None)]
    for question in elsewhere:
        await kept.rate(question, "down")
    assert await kept.insight.figures(HERE, MARCH) == Figures()
    assert await kept.insight.disliked_pages(HERE, MARCH) == []
    assert await kept.insight.refused(HERE, MARCH, 9) == []
    assert await kept.insight.ratings(HERE, MARCH, 9) == []
    assert [each async for each in kept.insight.recorded(HERE, MARCH)] == []
    assert await kept.insight.one(HERE, elsewhere[0].id) is None
    assert (await kept.insight.figures(THERE, MARCH)).questions == 1


@pytest.mark.parametrize(("times", "middle"), [([3.0], 3.0), ([9.0, 1.0], 5.0), ([9.0, 1.0, 2.0], 2.0)])
async def test_the_median_is_that_of_answers(kept: Kept, times: list[float], middle: float) -> None:
    for seconds in times:
        await kept.ask(seconds=seconds)
    await kept.ask(outcome="failed", seconds=100)
    assert (await kept.insight.figures(HERE, MARCH)).median_seconds == middle


async def test_ratings_count_when_they_are_given(kept: Kept) -> None:
    old, new = await kept.ask(at=MARCH.since - DAY), await kept.ask()
    for user, question in enumerate((old, new, new)):
        await kept.rate(question, "up", user)
    await kept.rate(new, "down")
    await kept.rate(old, "down", at=MARCH.until)
    figures = await kept.insight.figures(HERE, MARCH)
    assert figures.ratings == {"up": 3, "down": 1}
    assert figures.liked == 0.75


async def test_pages_are_counted_once_a_question_most_cited_first(kept: Kept) -> None:
    for sources in (("b", "a", "a"), ("b",), ("c",), ("d",), ("e",), ("f",)):
        await kept.ask(sources=sources)
    pages = (await kept.insight.figures(HERE, MARCH)).pages
    assert pages == (PageUse("u/b", "b", 2), *(PageUse(f"u/{page}", page, 1) for page in "acde"))


async def test_disliked_pages_are_counted_once_a_question(kept: Kept) -> None:
    liked, disliked = await kept.ask(sources=("a",)), await kept.ask(sources=("b", "a"))
    await kept.rate(liked, "up")
    for user in (1, 2):
        await kept.rate(disliked, "down", user)
    assert await kept.insight.disliked_pages(HERE, MARCH) == [PageUse("u/a", "a", 1), PageUse("u/b", "b", 1)]


async def test_refused_questions_come_newest_first_with_their_places(kept: Kept) -> None:
    first, second = await kept.ask("first", "refused"), await kept.ask("second", "refused", NOW + HOUR)
    await kept.ask("answered")
    await kept.book.save_reply(first.id, Reply(7, 8))
    old = Asked(first.id, NOW, "first", Place(7, 8))
    new = Asked(second.id, NOW + HOUR, "second", Place(CHANNEL, None))
    assert await kept.insight.refused(HERE, MARCH, 9) == [new, old]
    assert await kept.insight.refused(HERE, MARCH, 1) == [new]


async def test_ratings_come_newest_first_and_of_one_kind(kept: Kept) -> None:
    question = await kept.ask("rated")
    up, down = await kept.rate(question, "up", 1), await kept.rate(question, "down", 2, NOW + HOUR)
    asked = Asked(question.id, NOW, "rated", Place(CHANNEL, None))
    assert await kept.insight.ratings(HERE, MARCH, 9) == [Rated(asked, down), Rated(asked, up)]
    assert await kept.insight.ratings(HERE, MARCH, 1) == [Rated(asked, down)]
    assert await kept.insight.ratings(HERE, MARCH, 9, "up") == [Rated(asked, up)]


@pytest.mark.parametrize(("text", "private"), [("secret", True), ("", False)])
async def test_what_is_private_or_not_kept_counts_but_is_in_no_list(kept: Kept, text: str, private: bool) -> None:
    question = await kept.ask(text, "refused", private=private, sources=("p",))
    await kept.rate(question, "down")
    figures = await kept.insight.figures(HERE, MARCH)
    assert (figures.questions, figures.ratings, len(figures.pages)) == (1, {"down": 1}, 1)
    assert await kept.insight.refused(HERE, MARCH, 9) == []
    assert await kept.insight.ratings(HERE, MARCH, 9) == []
    assert [each async for each in kept.insight.recorded(HERE, MARCH)] == []
    found = await kept.insight.one(HERE, question.id)
    assert found is not None
    assert found.origin.private == private


async def test_one_question_comes_with_everything_on_record(kept: Kept) -> None:
    question, origin = a_question(), Origin("discord", ADA, HERE, CHANNEL, 5, None)
    answer = an_answer(question.id)
    kept.set_clock(NOW)
    await kept.book.save_question(question, origin)
    await kept.book.save_answer(answer)
    await kept.book.save_reply(question.id, Reply(CHANNEL, 6))
    later, sooner = await kept.rate(question, "down", 1, NOW + HOUR), await kept.rate(question, "up", 2)
    corrections = [Correction(NOW, ADA, "wrong", "right"), Correction(NOW + HOUR, ADA, "right", "better")]
    for correction in corrections:
        await kept.change(question.id, correction, NOW, NOW + HOUR)
    found = await kept.insight.one(HERE, question.id)
    assert found is not None
    assert answer.index is not None
    assert (found.question, found.origin, found.asked_at, found.reply) == (question, origin, NOW, Reply(CHANNEL, 6))
    assert found.answer == replace(answer, index=replace(answer.index, source=""))
    assert (found.ratings, found.corrections) == ((sooner, later), tuple(corrections))
    assert (found.solved_at, found.handed_over_at) == (NOW, NOW + HOUR)


async def test_a_question_that_is_being_answered_is_found_too(kept: Kept) -> None:
    question = await kept.ask(outcome=None)
    found = await kept.insight.one(HERE, question.id)
    assert found is not None
    assert (found.answer, found.ratings, found.place) == (None, (), Place(CHANNEL, None))
    assert await kept.insight.one(HERE, "0" * 32) is None


async def test_everything_comes_newest_first_however_much_it_is(kept: Kept) -> None:
    asked = [await kept.ask(f"{n}", at=NOW - n // 3 * HOUR / 100, sources=("p",)) for n in range(403)]
    found = [each async for each in kept.insight.recorded(HERE, MARCH)]
    moments = [each.asked_at for each in found]
    assert moments == sorted(moments, reverse=True)
    assert sorted(each.question.id for each in found) == sorted(each.id for each in asked)
    assert all(each.answer and each.answer.citations and not each.answer.passages for each in found)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends=st.lists(st.sampled_from(["answered", "refused", "quoted", None]), max_size=12), private=st.booleans())
async def test_every_question_counts_exactly_once(ends: list[AnswerOutcome | None], private: bool) -> None:
    kept = _fake()
    for number, outcome in enumerate(ends):
        await kept.ask(outcome=outcome, at=NOW - number * HOUR, private=private)
    figures = await kept.insight.figures(HERE, MARCH)
    assert figures.questions == len(ends)
    assert figures.ended("answered", "refused", "quoted") == len(ends) - ends.count(None)
