"""All that is on record about a person: found, given out, deleted; and who wants nothing kept."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import BigInteger, func, select
from structlog.testing import capture_logs

from rag_core.answering.model import Turn
from rag_core.records.audit import AuditEntry
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.curated import CuratedAnswer
from rag_core.records.curated_book import SqlCuratedBook
from rag_core.records.database import Database
from rag_core.records.fates import FATES
from rag_core.records.hiding import person_columns
from rag_core.records.model import Feedback, Origin, Reply
from rag_core.records.people_book import SqlPeopleBook
from rag_core.records.person_id import PersonId
from rag_core.records.personal import Deleted, PersonalData
from rag_core.records.personal_data import SqlPersonalData
from rag_core.records.pseudonyms import Pseudonyms
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.tables import AddedSourceRow, Base, CorrectionRow, FollowUpRow, QuestionRow
from rag_core.records.writing import table_of
from tests.fakes.book import FakeBook
from tests.fakes.personal import FakePersonalData
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW, a_question, an_answer

ADA, BOB, MONA = 2**62 + 17, 2**62 + 23, 2**61 + 19
HERE, THERE = 2**61 + 1, 2**61 + 2
KEY = b"a key for tests"
PLACES = {
    "guild_id",
    "channel_id",
    "message_id",
    "interaction_id",
    "helper_role_id",
    "digest_channel_id",
    "target_id",  # of a limit: a role or a channel; one for a person holds for everybody
}
NUMBERS = {"number", "position", "lexical_rank", "prompt_tokens", "completion_tokens", "cached_tokens", "misses"}
NUMBERS |= {"chunks", "new", "changed", "unchanged", "gone", "failed", "chunks_total", "chunks_embedded"}
NUMBERS |= {"chunks_deleted", "questions", "seconds", "bot_state.id"}


@dataclass
class Kept:
    database: Database
    questions: SqlQuestionBook
    people: SqlPeopleBook
    curated: SqlCuratedBook
    audit: SqlAuditTrail
    personal: SqlPersonalData
    spool: Path

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = json.loads(await self.personal.export(user_id))
        return found

    async def rows(self, model: type[Base]) -> list[dict[str, Any]]:
        async with self.database.reading() as session:
            return [dict(row) for row in (await session.execute(select(table_of(model)))).mappings()]


def kept_in(database: Database, folder: Path) -> Kept:
    questions = SqlQuestionBook(database, folder / "spool", clock=lambda: NOW)
    return Kept(
        database,
        questions,
        SqlPeopleBook(database, clock=lambda: NOW),
        SqlCuratedBook(database, clock=lambda: NOW),
        SqlAuditTrail(database),
        SqlPersonalData(database, questions, clock=lambda: NOW),
        folder / "spool",
    )


@pytest_asyncio.fixture(params=[False, True], ids=["naming", "hiding"])
async def kept(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    database = Database(database_url, Pseudonyms(KEY, everybody=request.param))
    await database.start(30)
    opened = kept_in(database, tmp_path)
    yield opened
    await opened.questions.close()
    await database.close()


def origin(user_id: int, guild_id: int = HERE) -> Origin:
    return Origin("discord", user_id, guild_id, 3, None, 4)


async def ask(kept: Kept, user_id: int, words: str, guild_id: int = HERE) -> str:
    question = replace(a_question(words), history=(Turn(f"before {words}", "A graph."),))
    await kept.questions.save_question(question, origin(user_id, guild_id))
    await kept.questions.save_answer(an_answer(question.id, f"answer to {words}"))
    await kept.questions.save_reply(question.id, Reply(5, 6))
    return question.id


async def fill(kept: Kept) -> tuple[str, str]:
    """Something of Ada's in every table, beside something of Bob's."""
    own, other = await ask(kept, ADA, "adas words", THERE), await ask(kept, BOB, "bobs words")
    for question_id, user_id in ((own, ADA), (own, BOB), (other, ADA)):
        await kept.questions.save_feedback(Feedback(question_id, user_id, "down", NOW, "wrong", f"by {user_id % 100}"))
    async with kept.database.writing() as session:
        session.add(FollowUpRow(question_id=own, solved_at=NOW, solved_by=BOB, handed_over_at=NOW, handed_over_by=ADA))
        session.add(FollowUpRow(question_id=other, solved_at=NOW, solved_by=ADA))
        session.add(CorrectionRow(id="k1", question_id=own, at=NOW, corrected_by=MONA, before="b", after="a"))
        session.add(CorrectionRow(id="k2", question_id=other, at=NOW, corrected_by=ADA, before="b", after="a"))
        session.add(AddedSourceRow(name="s", address="https://a", added_by=ADA, at=NOW))
    await kept.people.block(HERE, ADA, "spam", MONA)
    await kept.people.block(THERE, BOB, "spam", ADA)
    await kept.people.opt_out(ADA, out=False)
    for answer_id, author, by, consent in (
        ("c1", ADA, MONA, "given"),
        ("c2", ADA, ADA, "own"),
        ("c3", BOB, ADA, "own"),
    ):
        words = f"curated {answer_id}"
        await kept.curated.add(CuratedAnswer(answer_id, HERE, "q", words, author, by, consent, NOW, NOW))  # type: ignore[arg-type]
    return own, other


def test_is_the_port(kept: Kept) -> None:
    port: PersonalData = kept.personal
    assert port is kept.personal


@pytest.mark.parametrize("column", person_columns(), ids=str)
def test_every_column_that_says_who_has_its_fate(column: Any) -> None:
    assert str(column) in FATES


def test_no_fate_is_of_a_column_that_is_not_there() -> None:
    assert set(FATES) == set(map(str, person_columns()))


def test_every_column_with_a_number_is_known_to_say_who_or_not_to() -> None:
    """A new table whose column holds somebody's id fails here until the column is a `PersonId`."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, BigInteger) and column.name not in PLACES | NUMBERS:
                assert str(column) in NUMBERS, f"{column}: does it say who? Then make it a PersonId."


async def test_each_table_that_says_who_is_in_the_export(kept: Kept) -> None:
    await fill(kept)
    assert {column.table.name for column in person_columns()} <= set(await kept.export(ADA))


async def test_the_export_has_all_of_the_person_and_nothing_of_others(kept: Kept) -> None:
    own, other = await fill(kept)
    found = await kept.export(ADA)
    ada = kept.database.pseudonyms.on_record(ADA)
    assert [(row["id"], row["text"], row["user_id"]) for row in found["questions"]] == [(own, "adas words", ada)]
    assert [row["text"] for row in found["answers"]] == ["answer to adas words"]
    assert len(found["answer_passages"]) == len(found["answer_citations"]) == 2
    assert [row["message_id"] for row in found["replies"]] == [6]
    assert {row["question_id"] for row in found["feedback"]} == {own, other}
    assert [row["user_id"] for row in found["feedback"]] == [ada, ada]
    assert {(row["solved_by"], row["handed_over_by"]) for row in found["follow_ups"]} == {(None, ada), (ada, None)}
    assert {row["reason"] for row in found["blocks"]} == {"spam"}
    written = json.dumps(found)
    for somebody in (BOB, MONA):
        assert str(somebody) not in written
        assert str(kept.database.pseudonyms.hidden(somebody)) not in written
    assert "bobs words" not in written


async def test_who_is_not_on_record_gets_an_empty_export(kept: Kept) -> None:
    await fill(kept)
    assert await kept.export(2**60) == {}


async def test_a_deletion_leaves_hashes_in_blocks_and_changes_alone(kept: Kept) -> None:
    _, other = await fill(kept)
    deleted = await kept.personal.delete(ADA)
    assert deleted == Deleted(1, 1, ((HERE, "c1"),))
    found, hidden = await kept.export(ADA), kept.database.pseudonyms.hidden(ADA)
    assert set(found) == {"blocks", "audit_entries"}
    assert {row["user_id"] or row["blocked_by"] for row in found["blocks"]} == {hidden}
    everything = {table.name: await _all(kept, table) for table in Base.metadata.sorted_tables}
    written = json.dumps(everything, default=str)
    assert str(ADA) not in written
    assert "adas words" not in written
    assert "curated c1" not in written
    assert [row["id"] for row in everything["questions"]] == [other]
    assert {row["id"]: row["author_id"] for row in everything["curated_answers"]}["c2"] == 0
    assert {row["id"]: row["corrected_by"] for row in everything["corrections"]} == {"k2": 0}


async def _all(kept: Kept, table: Any) -> list[dict[str, Any]]:
    async with kept.database.reading() as session:
        return [dict(row) for row in (await session.execute(select(table))).mappings()]


async def test_a_block_outlasts_the_deletion(kept: Kept) -> None:
    await fill(kept)
    await kept.personal.delete(ADA)
    block = await kept.people.block_of(HERE, ADA)
    assert block is not None
    assert block.user_id == kept.database.pseudonyms.hidden(ADA)
    await kept.people.block(HERE, ADA, "again", MONA)
    assert [each.reason for each in await kept.people.blocks(HERE)] == ["again"]
    assert await kept.people.unblock(HERE, ADA, MONA)
    assert await kept.people.block_of(HERE, ADA) is None


async def test_the_withdrawal_of_a_curated_answer_is_on_record_without_its_words(kept: Kept) -> None:
    await fill(kept)
    await kept.personal.delete(ADA)
    entries: list[AuditEntry] = [each for each in await kept.audit.entries(HERE) if each.subject.endswith("c1")]
    assert sorted(each.action for each in entries) == ["faq add", "faq withdraw"]
    assert all('"answer": "curated' not in each.after for each in entries)
    assert all(str(ADA) not in each.after for each in entries)


async def test_others_keep_theirs(kept: Kept) -> None:
    await fill(kept)
    before = await kept.export(BOB)
    await kept.personal.delete(ADA)
    after = await kept.export(BOB)
    assert after["questions"] == before["questions"]
    assert after["answers"] == before["answers"]
    assert [row["consent"] for row in after["curated_answers"]] == ["own"]


async def test_an_opt_out_outlasts_the_deletion_as_a_hash(kept: Kept) -> None:
    await kept.people.opt_out(ADA, out=True)
    await kept.personal.delete(ADA)
    assert await kept.people.opted_out(ADA)
    [row] = (await kept.export(ADA))["choices"]
    assert row["user_id"] == kept.database.pseudonyms.hidden(ADA)


async def test_what_waits_in_the_file_is_exported_and_deleted_too(kept: Kept) -> None:
    away = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/records", kept.database.pseudonyms), kept.spool)
    own, other = a_question("adas words"), a_question("bobs words")
    for question, user_id in ((own, ADA), (other, BOB)):
        await away.save_question(question, origin(user_id))
        await away.save_answer(an_answer(question.id, f"answer to {question.text}"))
    await away.close()
    [question_line, answer_line] = (await kept.export(ADA))["waiting"]
    assert (question_line["question"]["id"], answer_line["answer"]["question_id"]) == (own.id, own.id)
    rejected = kept.spool.with_name("spool.rejected")
    rejected.write_bytes(kept.spool.read_bytes() + b'{"torn by a crash, %d' % kept.database.pseudonyms.on_record(ADA))
    await kept.personal.delete(ADA)
    for path in (kept.spool, rejected):
        left = path.read_text()
        assert left.count("\n") == 2
        assert "adas words" not in left
        assert "torn" not in left
        assert "bobs words" in left
    assert await kept.questions.flush_spool() == 2
    assert [row["text"] for row in await kept.rows(QuestionRow)] == ["bobs words"]


async def test_an_answer_that_comes_after_the_deletion_is_not_kept(kept: Kept) -> None:
    question = a_question("adas words")
    await kept.questions.save_question(question, origin(ADA))
    await kept.personal.delete(ADA)
    await kept.questions.save_answer(an_answer(question.id))
    await kept.questions.save_reply(question.id, Reply(5, 6))
    await kept.questions.save_feedback(Feedback(question.id, BOB, "up", NOW))
    assert not kept.spool.exists()
    assert await kept.export(BOB) == {}


async def test_of_who_opted_out_nothing_is_kept(kept: Kept) -> None:
    await kept.people.opt_out(ADA, out=True)
    with capture_logs() as logs:
        own = await ask(kept, ADA, "adas words")
        other = await ask(kept, BOB, "bobs words")
        await kept.questions.save_feedback(Feedback(other, ADA, "up", NOW))
        await kept.questions.save_feedback(Feedback(own, BOB, "up", NOW))
    assert (kept.questions.is_kept(own), kept.questions.is_kept(other)) == (False, True)
    assert not kept.spool.exists()
    assert set(await kept.export(ADA)) == {"choices"}
    assert "feedback" not in await kept.export(BOB)
    assert logs == []
    await kept.people.opt_out(ADA, out=False)
    await ask(kept, ADA, "kept again")
    assert [row["text"] for row in (await kept.export(ADA))["questions"]] == ["kept again"]


async def test_a_question_is_kept_unless_one_of_those_whom_it_quotes_opted_out(kept: Kept) -> None:
    await kept.people.opt_out(ADA, out=True)
    for quoted, is_kept in (((MONA, ADA), False), ((MONA,), True)):
        question = a_question()
        await kept.questions.save_question(question, replace(origin(BOB), quoted=quoted))
        assert kept.questions.is_kept(question.id) == is_kept


async def test_who_opted_out_is_hidden_in_what_stays_and_in_what_comes(kept: Kept) -> None:
    await kept.people.block(HERE, ADA, "before", MONA)
    await kept.people.block(HERE, BOB, "by her", ADA)
    await kept.people.opt_out(ADA, out=True)
    await kept.people.block(THERE, ADA, "after", MONA)
    rows = [*await _all(kept, Base.metadata.tables["blocks"]), *await _all(kept, Base.metadata.tables["audit_entries"])]
    assert str(ADA) not in json.dumps(rows, default=str)
    assert await kept.people.block_of(HERE, ADA) is not None
    assert await kept.people.block_of(THERE, ADA) is not None


async def test_who_opts_out_while_the_database_is_away_is_heeded_when_it_is_back(kept: Kept) -> None:
    away = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/records", kept.database.pseudonyms), kept.spool)
    question = a_question("adas words")
    await away.save_question(question, origin(ADA))
    await away.save_answer(an_answer(question.id))
    await away.close()
    await kept.people.opt_out(ADA, out=True)
    await kept.questions.flush_spool()
    assert set(await kept.export(ADA)) == {"choices"}
    assert not kept.spool.with_name("spool.rejected").exists()


async def test_who_opted_out_before_the_database_went_away_is_known(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url, Pseudonyms(KEY))
    await database.start(30)
    kept = kept_in(database, tmp_path)
    await kept.people.opt_out(ADA, out=True)
    await kept.questions.flush_spool()
    database._engine = Database("postgresql://nobody@127.0.0.1:1/records")._engine
    database._sessions.configure(bind=database._engine)
    await kept.questions.save_question(a_question("adas words"), origin(ADA))
    await kept.questions.save_question(a_question("of adas words"), replace(origin(BOB), quoted=(MONA, ADA)))
    assert not kept.spool.exists()
    await kept.questions.close()


@pytest.fixture(params=["fake", *BOTH])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, PersonalData]:
    if request.param == "fake":
        book = FakeBook(now=NOW)
        return book, FakePersonalData(book)
    opened = kept_in(request.getfixturevalue(f"{request.param}_database"), tmp_path)
    return opened.questions, opened.personal


async def test_the_fake_does_what_the_real_one_does(both: tuple[Any, PersonalData]) -> None:
    book, personal = both
    own, other = a_question("adas words"), a_question("bobs words")
    await book.save_question(own, origin(ADA))
    await book.save_question(other, origin(BOB))
    await book.save_feedback(Feedback(other.id, ADA, "up", NOW))
    found = json.loads(await personal.export(ADA))
    assert [row["text"] for row in found["questions"]] == ["adas words"]
    assert [row["rating"] for row in found["feedback"]] == ["up"]
    assert await personal.delete(ADA) == Deleted(1, 1, ())
    assert json.loads(await personal.export(ADA)) == {}
    assert await personal.delete_older(NOW) == 0
    assert await personal.delete_older(NOW + timedelta(seconds=1)) == 1
    assert json.loads(await personal.export(BOB)) == {}


async def test_old_questions_go_with_all_of_theirs_batch_by_batch(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_core.records.personal_data._BATCH", 2)
    moments = [NOW - timedelta(days=days) for days in (9, 8, 7, 6, 5, 1)]
    for number, moment in enumerate(moments):
        questions = SqlQuestionBook(database, tmp_path / "spool", clock=lambda at=moment: at)  # type: ignore[misc]
        question = a_question(f"question {number}")
        await questions.save_question(question, origin(ADA))
        await questions.save_answer(an_answer(question.id))
    kept = kept_in(database, tmp_path)
    await kept.people.block(HERE, ADA, "spam", MONA)
    assert await kept.personal.delete_older(NOW - timedelta(days=5)) == 4
    assert [row["text"] for row in await kept.rows(QuestionRow)] == ["question 4", "question 5"]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Base.metadata.tables["answer_passages"])) == 4
    assert await kept.people.block_of(HERE, ADA) is not None


async def test_old_records_that_were_set_aside_go_too(database: Database, tmp_path: Path) -> None:
    kept = kept_in(database, tmp_path)
    old = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/r"), kept.spool, clock=lambda: NOW - timedelta(9))
    new = SqlQuestionBook(Database("postgresql://nobody@127.0.0.1:1/r"), kept.spool, clock=lambda: NOW)
    await old.save_question(a_question("old words"), origin(ADA))
    await new.save_question(a_question("new words"), origin(ADA))
    await old.close()
    await new.close()
    kept.spool.rename(kept.spool.with_name("spool.rejected"))
    await kept.personal.delete_older(NOW - timedelta(days=5))
    left = kept.spool.with_name("spool.rejected").read_text()
    assert "new words" in left
    assert "old words" not in left


def test_a_person_is_told_from_a_place_by_the_type() -> None:
    assert all(isinstance(column.type, PersonId) for column in person_columns())
