"""People hidden behind numbers: everywhere alike, later too, and still found by who asks for them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest_asyncio
from sqlalchemy import BigInteger, select, text, type_coerce

from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.curated import CuratedAnswer
from rag_core.records.curated_book import SqlCuratedBook
from rag_core.records.database import Database
from rag_core.records.hiding import hide_stored_people, person_columns
from rag_core.records.model import Feedback, Origin
from rag_core.records.people_book import SqlPeopleBook
from rag_core.records.pseudonyms import Pseudonyms
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import FeedbackRow, QuestionRow
from tests.rag_core.records.samples import NOW, a_question, an_answer

ADA, MONA, HERE = 2**62 + 17, 2**61 + 19, 5
KEY = b"a key for tests"
NAMING, HIDING = Pseudonyms(KEY), Pseudonyms(KEY, everybody=True)
ORIGIN = Origin("discord", ADA, HERE, 3, None, 4)


@dataclass
class Books:
    database: Database
    questions: SqlQuestionBook
    people: SqlPeopleBook
    curated: SqlCuratedBook
    audit: SqlAuditTrail


def _books(database: Database, folder: Path) -> Books:
    return Books(
        database,
        SqlQuestionBook(database, folder / "spool", clock=lambda: NOW),
        SqlPeopleBook(database, clock=lambda: NOW),
        SqlCuratedBook(database, clock=lambda: NOW),
        SqlAuditTrail(database),
    )


@pytest_asyncio.fixture
async def naming(database_url: str, tmp_path: Path) -> AsyncIterator[Books]:
    database = Database(database_url, NAMING)
    await database.start(30)
    yield _books(database, tmp_path)
    await database.close()


@pytest_asyncio.fixture
async def hiding(naming: Books, database_url: str, tmp_path: Path) -> AsyncIterator[Books]:
    """The same database after HASH_USERS was turned on."""
    database = Database(database_url, HIDING)
    yield _books(database, tmp_path)
    await database.close()


async def _fill(books: Books) -> str:
    question = a_question()
    await books.questions.save_question(question, ORIGIN)
    await books.questions.save_answer(an_answer(question.id))
    await books.questions.save_feedback(Feedback(question.id, ADA, "up", NOW))
    await books.people.block(HERE, ADA, "spam", MONA)
    await books.curated.add(CuratedAnswer("c1", HERE, "q", "a", ADA, MONA, "given", NOW, NOW))
    return question.id


async def _ids_anywhere(database: Database) -> list[str]:
    """Where in the whole database somebody's id can be read."""
    found = []
    async with database.reading() as session:
        for column in person_columns():
            raw = await session.scalars(select(type_coerce(column, BigInteger)).where(column > 0))
            found += [f"{column.table.name}.{column.name}"] * len(list(raw))
        for subject, before, after in await session.execute(text("SELECT subject, before, after FROM audit_entries")):
            found += [entry for entry in (subject, before, after) if str(ADA) in entry or str(MONA) in entry]
    return found


async def test_no_id_is_kept_anywhere(hiding: Books) -> None:
    await _fill(hiding)
    assert await _ids_anywhere(hiding.database) == []


async def test_who_is_hidden_is_still_told_from_others(hiding: Books) -> None:
    question_id = await _fill(hiding)
    origin = await hiding.questions.asker(question_id)
    assert origin == replace(ORIGIN, user_id=HIDING.hidden(ADA))
    block = await hiding.people.block_of(HERE, ADA)
    assert block is not None
    assert (block.user_id, block.blocked_by) == (HIDING.hidden(ADA), HIDING.hidden(MONA))
    assert await hiding.people.block_of(HERE, MONA) is None
    await hiding.questions.save_feedback(Feedback(question_id, ADA, "down", NOW))
    async with hiding.database.reading() as session:
        of_ada = select(QuestionRow.id).where(QuestionRow.user_id == ADA)
        assert list(await session.scalars(of_ada)) == [question_id]
        assert list(await session.scalars(select(FeedbackRow.rating))) == ["down"]
    assert await hiding.people.unblock(HERE, ADA, MONA)
    assert await hiding.people.block_of(HERE, ADA) is None


async def test_what_waits_in_a_file_names_nobody(tmp_path: Path) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/records", HIDING)
    book = SqlQuestionBook(away, tmp_path / "spool")
    question = a_question()
    await book.save_question(question, ORIGIN)
    await book.save_feedback(Feedback(question.id, MONA, "up", NOW))
    await book.close()
    waiting = (tmp_path / "spool").read_text()
    assert waiting.count("\n") == 2
    assert str(ADA) not in waiting
    assert str(MONA) not in waiting
    assert str(HIDING.hidden(MONA)) in waiting


async def test_turned_on_later_it_hides_all_who_are_there(naming: Books, hiding: Books) -> None:
    question_id = await _fill(naming)
    assert len(await _ids_anywhere(naming.database)) > 5
    assert await hide_stored_people(hiding.database) > 5
    assert await _ids_anywhere(hiding.database) == []
    assert await hiding.questions.asker(question_id) == replace(ORIGIN, user_id=HIDING.hidden(ADA))
    assert await hiding.people.block_of(HERE, ADA) is not None
    [change, *_] = [each for each in await hiding.audit.entries(HERE) if each.action == "block"]
    assert (change.actor_id, change.subject) == (HIDING.hidden(MONA), f"person {HIDING.hidden(ADA)}")
    assert await hide_stored_people(hiding.database) == 0


async def test_turned_off_and_on_the_last_rating_counts(naming: Books, hiding: Books) -> None:
    question_id = await _fill(hiding)
    await naming.questions.save_feedback(Feedback(question_id, ADA, "down", NOW))
    await hide_stored_people(hiding.database)
    async with hiding.database.reading() as session:
        rows = list(await session.scalars(select(FeedbackRow)))
    assert [(row.user_id, row.rating) for row in rows] == [(HIDING.hidden(ADA), "down")]


async def test_turned_off_again_blocks_still_hold(naming: Books, hiding: Books) -> None:
    await _fill(hiding)
    assert await naming.people.block_of(HERE, ADA) is not None
    assert await naming.people.unblock(HERE, ADA, MONA)
    assert await hiding.people.block_of(HERE, ADA) is None
