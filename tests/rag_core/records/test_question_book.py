"""The book on both databases: what goes in comes out, whole, once, and late where the database was away."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from rag_core.answering.model import Answer, Question, Turn
from rag_core.errors import RecordsUnavailable
from rag_core.records.book import Exchange, QuestionBook
from rag_core.records.database import Database
from rag_core.records.model import Feedback, Origin, Reply
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import AnswerRow, Base, CitationRow, FeedbackRow, PassageRow, QuestionRow, ReplyRow
from tests.fixtures.postgres import PostgresServer
from tests.rag_core.records.samples import NOW, ORIGIN, a_question, an_answer

ANY_TEXT = st.text(st.characters())  # all of Unicode, halves of surrogate pairs and NUL too


@pytest_asyncio.fixture
async def book(database: Database, tmp_path: Path) -> AsyncIterator[SqlQuestionBook]:
    opened = SqlQuestionBook(database, tmp_path / "spool.jsonl", clock=lambda: NOW)
    yield opened
    await opened.close()


async def _count(database: Database, model: type[Base]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def _answer_row(database: Database, question: Question) -> AnswerRow:
    async with database.reading() as session:
        row = await session.get(AnswerRow, question.id)
        assert row is not None
        return row


def test_is_a_question_book(book: SqlQuestionBook) -> None:
    port: QuestionBook = book
    assert port is book


async def test_a_question_comes_back_as_it_was(book: SqlQuestionBook) -> None:
    question = a_question()
    await book.save_question(question, ORIGIN)
    await book.save_reply(question.id, Reply(2**62, 2**61))
    [found] = await book.open_questions()
    assert (found.question, found.origin, found.asked_at) == (question, ORIGIN, NOW)
    assert found.reply == Reply(2**62, 2**61)
    assert await book.asker(question.id) == ORIGIN
    assert await book.asker("nobody") is None


async def test_an_exchange_is_found_by_its_question_and_by_the_messages_around_it(book: SqlQuestionBook) -> None:
    question, answer = a_question(), an_answer("")
    await book.save_question(question, ORIGIN)
    assert await book.exchange(question.id) == Exchange(question, ORIGIN, None, None, "")
    reply = Reply(7, 8, (9, 10))
    await book.save_reply(question.id, reply)
    await book.save_answer(replace(answer, question_id=question.id))
    whole = Exchange(question, ORIGIN, reply, answer.outcome, answer.text)
    assert await book.exchange(question.id) == whole
    assert await book.exchange_at(8) == whole
    assert whole.turns == (*question.history, Turn(question.text, answer.text))
    assert await book.exchange("nobody") is None
    assert await book.exchange_at(9) is None


async def test_of_several_questions_of_one_message_the_latest_is_found(database: Database, tmp_path: Path) -> None:
    times = iter([NOW, NOW + timedelta(minutes=1)])
    book = SqlQuestionBook(database, tmp_path / "spool.jsonl", clock=lambda: next(times))
    asked = [replace(a_question(), id=letter * 32, text=letter) for letter in "ba"]
    for question in asked:
        await book.save_question(question, replace(ORIGIN, message_id=5))
        await book.save_reply(question.id, Reply(7, 8))
    for message_id in (5, 8):
        found = await book.exchange_at(message_id)
        assert found is not None
        assert found.question.text == "a"
    await book.close()


async def test_the_terminal_has_no_ids(book: SqlQuestionBook) -> None:
    await book.save_question(question := a_question(), Origin("terminal"))
    assert await book.asker(question.id) == Origin("terminal")


async def test_everything_of_an_answer_is_on_record(book: SqlQuestionBook, database: Database) -> None:
    question = a_question()
    answer = an_answer(question.id)
    await book.save_question(question, ORIGIN)
    await book.save_answer(answer)
    row = await _answer_row(database, question)
    assert (row.outcome, row.note, row.text, row.query) == ("answered", "", answer.text, answer.query)
    assert row.held_back == ["It makes coffee."]
    times = (row.retrieved_seconds, row.first_token_seconds, row.first_shown_seconds, row.total_seconds)
    assert times == (0.08, 0.4, 0.6, 2.5)
    assert (row.prompt_tokens, row.completion_tokens, row.cached_tokens, row.model) == (1800, 200, 1500, "llm")
    assert (row.generation_id, row.index_version, row.index_refreshed_at) == ("g1", "v3.0.x", NOW)
    assert row.answered_at == NOW
    await _holds_sources(database, answer)


async def _holds_sources(database: Database, answer: Answer) -> None:
    async with database.reading() as session:
        passages = list(await session.scalars(select(PassageRow).order_by(PassageRow.number)))
        citations = list(await session.scalars(select(CitationRow).order_by(CitationRow.position)))
    assert [(row.number, row.text, row.score, row.dense, row.lexical_rank) for row in passages] == [
        (p.number, p.text, p.score, p.dense, p.lexical_rank) for p in answer.passages
    ]
    first, wanted = passages[0], answer.passages[0]
    assert (tuple(first.chunk_ids), tuple(first.path)) == (wanted.chunk_ids, wanted.path)
    assert (first.page_id, first.page_key, first.url) == (wanted.page_id, wanted.page_key, wanted.url)
    assert (first.anchor, first.title) == (wanted.anchor, wanted.title)
    assert (first.version, first.language) == (wanted.version, wanted.language)
    assert [(row.number, row.page_id, row.link, row.heading) for row in citations] == [
        (c.number, c.page_id, c.link, c.heading) for c in answer.citations
    ]


async def test_a_bare_answer_is_enough(book: SqlQuestionBook, database: Database) -> None:
    await book.save_question(question := a_question(), ORIGIN)
    await book.save_answer(Answer(question.id, "failed", "Sorry.", "", note="error"))
    row = await _answer_row(database, question)
    assert (row.outcome, row.note, row.generation_id, row.index_refreshed_at) == ("failed", "error", None, None)


async def test_a_second_answer_replaces_the_first_with_its_sources(book: SqlQuestionBook, database: Database) -> None:
    await book.save_question(question := a_question(), ORIGIN)
    await book.save_answer(an_answer(question.id))
    second = replace(an_answer(question.id, "Better [1]."), passages=an_answer(question.id).passages[:1], citations=())
    await book.save_answer(second)
    assert (await _answer_row(database, question)).text == "Better [1]."
    await _holds_sources(database, second)


async def test_the_same_question_twice_is_one_question(book: SqlQuestionBook, database: Database) -> None:
    question = a_question()
    await book.save_question(question, ORIGIN)
    await book.save_answer(an_answer(question.id))
    await book.save_question(replace(question, text="changed on the way"), Origin("terminal"))
    assert await book.asker(question.id) == ORIGIN
    assert await _count(database, QuestionRow) == await _count(database, AnswerRow) == 1


async def test_feedback_is_one_rating_a_person(book: SqlQuestionBook, database: Database) -> None:
    await book.save_question(question := a_question(), ORIGIN)
    for user, rating in ((1, "up"), (2, "up"), (1, "down")):
        at = NOW.astimezone(timezone(timedelta(hours=8)))
        await book.save_feedback(Feedback(question.id, user, "down" if rating == "down" else "up", at))
    async with database.reading() as session:
        rows = list(await session.scalars(select(FeedbackRow).order_by(FeedbackRow.user_id)))
    assert [(row.user_id, row.rating, row.at) for row in rows] == [(1, "down", NOW), (2, "up", NOW)]
    assert all(row.at.utcoffset() == timedelta(0) for row in rows)


async def test_open_questions_are_those_without_answer_oldest_first(database: Database, tmp_path: Path) -> None:
    moments = iter([NOW + timedelta(hours=2), NOW, NOW + timedelta(hours=1), NOW])
    book = SqlQuestionBook(database, tmp_path / "spool", clock=lambda: next(moments))
    late, early, answered = a_question("late"), a_question("early"), a_question("answered")
    for question in (late, early, answered):
        await book.save_question(question, ORIGIN)
    await book.save_answer(an_answer(answered.id))
    assert [entry.question.text for entry in await book.open_questions()] == ["early", "late"]


async def test_who_deletes_a_question_deletes_all_of_it(book: SqlQuestionBook, database: Database) -> None:
    await book.save_question(question := a_question(), ORIGIN)
    await book.save_answer(an_answer(question.id))
    await book.save_reply(question.id, Reply(1, 2))
    await book.save_feedback(Feedback(question.id, 1, "up", NOW))
    async with database.writing() as session:
        await session.execute(text("DELETE FROM questions"))
    for model in (AnswerRow, PassageRow, CitationRow, ReplyRow, FeedbackRow):
        assert await _count(database, model) == 0


async def test_fifty_at_once(book: SqlQuestionBook, database: Database) -> None:
    async def one(number: int) -> None:
        question = a_question(f"Question {number}")
        await book.save_question(question, ORIGIN)
        await book.save_reply(question.id, Reply(1, number))
        await book.save_answer(an_answer(question.id))
        assert await book.asker(question.id) == ORIGIN

    with capture_logs() as logs:
        await asyncio.gather(*(one(number) for number in range(50)))
    assert logs == []
    assert await _count(database, AnswerRow) == 50
    assert await _count(database, PassageRow) == 100


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=ANY_TEXT)
async def test_any_text_survives_but_for_what_no_database_holds(
    book: SqlQuestionBook, database: Database, words: str
) -> None:
    question = replace(a_question(words), history=(Turn(words, words),), version=words, language=words)
    answer = replace(an_answer(question.id, words), held_back=(words,), query=words)
    await book.save_question(question, ORIGIN)
    await book.save_answer(answer)
    kept = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in words)
    async with database.reading() as session:
        asked, row = await session.get_one(QuestionRow, question.id), await session.get_one(AnswerRow, question.id)
    assert (asked.text, asked.version, asked.language, row.text, row.query) == (kept,) * 5
    assert asked.history == [{"question": kept, "answer": kept}]
    assert row.held_back == [kept]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=ANY_TEXT)
async def test_any_text_survives_the_spool(database: Database, tmp_path: Path, words: str) -> None:
    spool = tmp_path / "spool.jsonl"
    away = Database("postgresql://nobody@127.0.0.1:1/records")
    question = a_question(words)
    waiting = SqlQuestionBook(away, spool)
    await waiting.save_question(question, ORIGIN)
    await waiting.close()
    assert await SqlQuestionBook(database, spool).flush_spool() == 1
    async with database.reading() as session:
        asked = await session.get_one(QuestionRow, question.id)
    assert asked.text == "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in words)


@pytest.mark.real
async def test_a_server_that_goes_and_comes_back_loses_nothing(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    database = Database(postgres_url)
    await database.start(30)
    book = SqlQuestionBook(database, tmp_path / "spool.jsonl")
    before, during, after = a_question("before"), a_question("during"), a_question("after")
    await book.save_question(before, ORIGIN)
    with postgres_server.stopped():
        await book.save_answer(an_answer(before.id))
        await book.save_question(during, ORIGIN)
        with pytest.raises(RecordsUnavailable):
            await book.asker(before.id)
        assert await book.flush_spool() == 0
        await book.close()
    await book.save_answer(an_answer(during.id))
    await book.close()
    await book.save_question(after, ORIGIN)
    assert [entry.question.text for entry in await book.open_questions()] == ["after"]
    assert await _count(database, AnswerRow) == 2
    assert (tmp_path / "spool.jsonl").read_bytes() == b""
    await database.close()


@pytest.mark.real
async def test_a_locked_sqlite_file_is_waited_for_in_the_spool(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    await database.start(30)
    book = SqlQuestionBook(database, tmp_path / "spool.jsonl")
    other = sqlite3.connect(tmp_path / "records" / "records.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    await book.save_question(a_question("first"), ORIGIN)
    await book.save_question(a_question("second"), ORIGIN)
    other.close()
    await book.close()
    await book.flush_spool()
    assert [entry.question.text for entry in await book.open_questions()] == ["first", "second"]
    await database.close()


@pytest.mark.real
async def test_an_sqlite_folder_that_vanished_is_written_after_the_next_start(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    await database.start(30)
    book = SqlQuestionBook(database, tmp_path / "spool.jsonl")
    await book.save_question(a_question("lost with the folder"), ORIGIN)
    shutil.rmtree(tmp_path / "records")
    await book.save_question(question := a_question("kept"), ORIGIN)
    await book.save_answer(an_answer(question.id))
    await book.close()
    await database.start(30)
    assert await book.flush_spool() == 2
    assert await _count(database, QuestionRow) == await _count(database, AnswerRow) == 1
    await database.close()


async def test_what_the_database_refuses_is_set_aside_and_holds_nobody_up(
    book: SqlQuestionBook, database: Database, tmp_path: Path
) -> None:
    await book.save_answer(an_answer("a question that nobody asked"))
    await book.save_question(replace(a_question(), id="too large"), Origin("discord", user_id=2**63))
    await book.save_question(a_question("fine"), ORIGIN)
    await book.close()
    await book.flush_spool()
    assert [entry.question.text for entry in await book.open_questions()] == ["fine"]
    assert (tmp_path / "spool.jsonl.rejected").read_text().count("\n") == 2
    assert (tmp_path / "spool.jsonl").read_bytes() == b""


async def test_lines_that_a_crash_tore_are_set_aside(book: SqlQuestionBook, tmp_path: Path) -> None:
    (tmp_path / "spool.jsonl").write_bytes(b'{"kind":"question","questi')
    await book.save_question(a_question("whole"), ORIGIN)
    await book.close()
    assert [entry.question.text for entry in await book.open_questions()] == ["whole"]
    assert (tmp_path / "spool.jsonl.rejected").read_bytes() == b'{"kind":"question","questi\n'


async def test_an_answer_never_overtakes_its_question(database: Database, tmp_path: Path) -> None:
    spool = tmp_path / "spool.jsonl"
    away = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/records"), spool)
    await away.save_question(question := a_question(), ORIGIN)
    await away.close()
    book = SqlQuestionBook(database, spool)
    await book.save_answer(an_answer(question.id))
    await book.close()
    assert await _count(database, AnswerRow) == 1
    assert not (tmp_path / "spool.jsonl.rejected").exists()


async def test_what_waited_never_replaces_what_came_later(database: Database, tmp_path: Path) -> None:
    book = SqlQuestionBook(database, tmp_path / "spool")
    await book.save_question(question := a_question(), ORIGIN)
    away = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/records"), tmp_path / "spool")
    await away.save_answer(an_answer(question.id, "first"))
    await away.close()
    await book.save_answer(an_answer(question.id, "second"))
    await book.close()
    await book.flush_spool()
    assert (await _answer_row(database, question)).text == "second"


async def test_neither_database_nor_disk_still_lets_the_answer_go_out(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    book = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/records"), tmp_path / "a file" / "spool")
    with capture_logs() as logs:
        await book.save_question(a_question("secret words"), ORIGIN)
        await book.close()
    assert "A record is lost" in str(logs)
    assert "secret words" not in str(logs)
