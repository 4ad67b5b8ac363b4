"""How fast answers came, from both databases, and the fake beside them."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag_core.answering.model import AnswerOutcome, Times, Usage
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.speeds import SpeedBook, Speeds, SqlSpeedBook
from tests.fakes.book import FakeBook
from tests.fakes.speeds import FakeSpeedBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import ORIGIN, a_question, an_answer

HERE, THERE = 1, 2


class Kept:
    def __init__(self, book: FakeBook | SqlQuestionBook, speeds: SpeedBook) -> None:
        self.book = book
        self.speeds = speeds

    async def answered(
        self, guild_id: int, first_shown: float | None, tokens: int, *, outcome: AnswerOutcome = "answered"
    ) -> None:
        """An answer whose tokens took four seconds, after half a second."""
        question = a_question()
        await self.book.save_question(question, replace(ORIGIN, guild_id=guild_id))
        times = Times(0.1, 0.5, first_shown, 4.5)
        answer = replace(an_answer(question.id), outcome=outcome, times=times, usage=Usage(1800, tokens))
        await self.book.save_answer(answer)


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "fake":
        book = FakeBook()
        return Kept(book, FakeSpeedBook(book))
    database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlQuestionBook(database, tmp_path / "spool"), SqlSpeedBook(database))


async def test_without_answers_there_are_no_speeds(kept: Kept) -> None:
    assert await kept.speeds.speeds(None) == Speeds(0, None, None)


async def test_medians_of_one_servers_answers_or_of_all(kept: Kept) -> None:
    for first_shown, tokens in ((0.5, 41), (0.75, 81), (4.0, 401)):
        await kept.answered(HERE, first_shown, tokens)
    await kept.answered(THERE, 1.0, 161)
    assert await kept.speeds.speeds(HERE) == Speeds(3, 0.75, 20.0)
    assert await kept.speeds.speeds(THERE) == Speeds(1, 1.0, 40.0)
    assert await kept.speeds.speeds(None) == Speeds(4, 0.875, 30.0)


async def test_what_the_engine_did_not_write_does_not_count(kept: Kept) -> None:
    await kept.answered(HERE, 0.5, 41, outcome="quoted")
    await kept.answered(HERE, None, 41)
    assert await kept.speeds.speeds(HERE) == Speeds(0, None, None)


async def test_a_single_token_has_no_speed(kept: Kept) -> None:
    await kept.answered(HERE, 0.5, 1)
    assert await kept.speeds.speeds(HERE) == Speeds(1, 0.5, None)
