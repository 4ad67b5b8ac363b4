"""What becomes of questions, on both databases, and the fake beside them."""

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from rag_core.answering.model import Answer, Question
from rag_core.records.audit import AuditTrail
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.book import QuestionBook
from rag_core.records.database import Database
from rag_core.records.follow_up_book import SqlFollowUpBook
from rag_core.records.follow_ups import FollowUpBook
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import CorrectionRow, FollowUpRow
from tests.fakes.audit import FakeAudit
from tests.fakes.book import FakeBook
from tests.fakes.follow_ups import FakeFollowUpBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW, ORIGIN, a_question, an_answer

HERE, THERE, MODERATOR, ADA, BOB = ORIGIN.guild_id or 0, 2, 3, 4, 5


@dataclass
class Kept:
    book: FollowUpBook
    questions: QuestionBook
    audit: AuditTrail

    async def answered(self, answer: Answer | None = None) -> Question:
        question = a_question()
        await self.questions.save_question(question, ORIGIN)
        await self.questions.save_answer(replace(answer or an_answer(question.id), question_id=question.id))
        return question


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "fake":
        questions, audit = FakeBook(), FakeAudit(now=NOW)
        return Kept(FakeFollowUpBook(questions, audit), questions, audit)
    database = request.getfixturevalue(f"{request.param}_database")
    questions_in_it = SqlQuestionBook(database, tmp_path / "spool")
    return Kept(SqlFollowUpBook(database, clock=lambda: NOW), questions_in_it, SqlAuditTrail(database))


async def test_a_case_is_a_question_with_its_answer_and_sources(kept: Kept) -> None:
    question = await kept.answered()
    case = await kept.book.case(HERE, question.id)
    assert case is not None
    assert (case.exchange.question, case.exchange.origin) == (question, ORIGIN)
    assert case.exchange.text == "It is the length of a list [1]."
    assert [(each.number, each.link) for each in case.sources] == [
        (2, "https://milvus.io/docs/hnsw.md#index-params"),
        (1, "https://milvus.io/docs/hnsw.md#index-params"),
    ]
    assert (case.solved, case.handed_over, case.corrected) == (False, False, False)


async def test_what_cites_nothing_has_all_passages_for_sources(kept: Kept) -> None:
    question = await kept.answered(replace(an_answer("x"), citations=()))
    case = await kept.book.case(HERE, question.id)
    assert case is not None
    assert [each.number for each in case.sources] == [1, 2]


async def test_another_server_sees_and_changes_nothing(kept: Kept) -> None:
    question = await kept.answered()
    assert await kept.book.case(THERE, question.id) is None
    assert await kept.book.solve(THERE, question.id, ADA) is None
    assert await kept.book.hand_over(THERE, question.id, ADA) is None
    assert await kept.book.correct(THERE, question.id, "No.", MODERATOR) is None
    case = await kept.book.case(HERE, question.id)
    assert case is not None
    assert (case.solved, case.handed_over, case.corrected, case.exchange.text[:2]) == (False, False, False, "It")


async def test_it_is_solved_once_and_handed_over_once_whoever_comes_first(kept: Kept) -> None:
    question = await kept.answered()
    assert await kept.book.solve(HERE, question.id, ADA)
    assert await kept.book.solve(HERE, question.id, ADA) is False
    claims = await asyncio.gather(*(kept.book.hand_over(HERE, question.id, each) for each in (ADA, BOB, MODERATOR)))
    assert sorted(map(bool, claims)) == [False, False, True]
    case = await kept.book.case(HERE, question.id)
    assert case is not None
    assert (case.solved, case.handed_over) == (True, True)


async def test_a_call_that_reached_nobody_can_be_made_again(kept: Kept) -> None:
    question = await kept.answered()
    assert await kept.book.hand_over(HERE, question.id, ADA)
    await kept.book.take_back_hand_over(THERE, question.id)
    assert await kept.book.hand_over(HERE, question.id, BOB) is False
    await kept.book.take_back_hand_over(HERE, question.id)
    assert await kept.book.hand_over(HERE, question.id, BOB)


async def test_a_corrected_answer_keeps_its_old_text_on_record_and_cites_what_it_says(kept: Kept) -> None:
    question = await kept.answered()
    now = await kept.book.correct(HERE, question.id, "It is M [2].\0", MODERATOR)
    assert now is not None
    assert now.corrected
    assert now.exchange.text.startswith("It is M [2].")
    assert now.cited == (2,)
    assert now == await kept.book.case(HERE, question.id)
    (entry,) = await kept.audit.entries(HERE)
    assert (entry.actor_id, entry.action, entry.subject) == (MODERATOR, "correct", f"question {question.id}")
    assert json.loads(entry.before) == {"text": "It is the length of a list [1]."}


async def test_what_has_no_answer_can_not_be_corrected_and_what_is_unknown_not_solved(kept: Kept) -> None:
    question = a_question()
    await kept.questions.save_question(question, ORIGIN)
    assert await kept.book.correct(HERE, question.id, "It is M.", MODERATOR) is None
    assert await kept.book.solve(HERE, "f" * 32, ADA) is None
    assert await kept.audit.entries(HERE) == []


async def test_the_tables_tell_who_did_what_when(database: Database, tmp_path: Path) -> None:
    book, questions = SqlFollowUpBook(database, clock=lambda: NOW), SqlQuestionBook(database, tmp_path / "spool")
    question = await Kept(book, questions, SqlAuditTrail(database)).answered()
    await book.solve(HERE, question.id, ADA)
    await book.hand_over(HERE, question.id, BOB)
    await book.correct(HERE, question.id, "It is M.", MODERATOR)
    async with database.reading() as session:
        after = (await session.scalars(select(FollowUpRow))).one()
        correction = (await session.scalars(select(CorrectionRow))).one()
    assert (after.solved_at, after.solved_by, after.handed_over_at, after.handed_over_by) == (NOW, ADA, NOW, BOB)
    assert (correction.at, correction.corrected_by, correction.after) == (NOW, MODERATOR, "It is M.")
    assert correction.before == "It is the length of a list [1]."
