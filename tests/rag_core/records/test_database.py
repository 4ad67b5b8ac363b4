"""Starting, checking and locking, on both databases."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

import migrations
from rag_core.errors import RecordsError, RecordsUnavailable, SchemaMismatch
from rag_core.records.database import Database
from tests.fixtures.postgres import PostgresServer

HEAD = max(path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/0*.py"))


async def _execute(database: Database, statement: str) -> None:
    async with database.writing() as session:
        await session.execute(text(statement))


async def test_starts_empty_and_again(empty_database_url: str) -> None:
    for _ in range(2):
        database = Database(empty_database_url)
        await database.start(30)
        await database.check()
        await database.close()


async def test_two_processes_may_start_at_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]
    await asyncio.gather(*(database.start(30) for database in databases))
    async with databases[0].reading() as session:
        assert (await session.scalars(text("SELECT version_num FROM alembic_version"))).all() == [HEAD]
    for database in databases:
        await database.close()


async def test_a_newer_database_is_refused_and_left_alone(database: Database, database_url: str) -> None:
    await _execute(database, "UPDATE alembic_version SET version_num = 'from_tomorrow'")
    with pytest.raises(SchemaMismatch, match="revision from_tomorrow is unknown here"):
        await Database(database_url).start(30)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "from_tomorrow"


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(RecordsError, match="does not take this record"):
        await _execute(database, "INSERT INTO replies (question_id, channel_id, message_id) VALUES ('nobody', 1, 2)")


async def test_one_lock_of_a_name_at_a_time(database: Database, database_url: str) -> None:
    other = Database(database_url)
    async with database.try_lock("a") as first, other.try_lock("a") as second, other.try_lock("b") as third:
        assert (first, second, third) == (True, False, True)
    async with other.try_lock("a") as again:
        assert again
    await other.close()


async def test_a_lock_is_given_back_when_its_block_fails(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.try_lock("a"):
            raise KeyError
    async with database.try_lock("a") as again:
        assert again


@pytest.mark.real
async def test_a_lock_whose_server_went_away_ends_quietly(postgres_server: PostgresServer, postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.try_lock("a") as taken:
        assert taken
        with postgres_server.stopped():
            pass
    async with database.try_lock("a") as again:
        assert again
    await database.close()


@pytest.mark.real
async def test_waits_for_a_server_that_comes_later(postgres_server: PostgresServer, empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    waiting = asyncio.Event()

    def notice(_: object, __: str, event: EventDict) -> EventDict:
        waiting.set()
        raise structlog.DropEvent

    with postgres_server.stopped(), capture_logs([notice]):
        with pytest.raises(RecordsUnavailable, match="does not answer"):
            await database.check()
        starting = asyncio.create_task(database.start(30))
        await waiting.wait()
    await starting
    await database.check()
    await database.close()


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:hunter2@127.0.0.1:1/records?sslmode=disable", "postgres://me:hunter2@127.0.0.1:1/records"],
)
async def test_says_in_one_sentence_what_is_away_and_keeps_the_password(address: str) -> None:
    database = Database(address)
    with pytest.raises(RecordsUnavailable) as caught:
        await database.start(0.2)
    said = str(caught.value)
    assert said.startswith("The database at postgresql://127.0.0.1:1/records does not answer: ")
    assert "Waited 0.2 s" in said
    error: BaseException | None = caught.value
    while error is not None:
        assert "hunter2" not in f"{error!s} {error!r}"
        error = error.__cause__ or error.__context__
    assert "hunter2" not in str(database)


@pytest.mark.real
async def test_a_missing_database_is_no_reason_to_wait(postgres_server: PostgresServer) -> None:
    with pytest.raises(RecordsError, match="does not let us in") as caught:
        await Database(postgres_server.url("nowhere")).start(600)
    assert not isinstance(caught.value, RecordsUnavailable)


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(RecordsUnavailable, match="not a database"):
        await Database(f"sqlite:///{tmp_path}/records.db").start(0.1)


async def test_an_sqlite_folder_that_vanished_is_noticed_and_made_again(empty_sqlite_url: str, tmp_path: Path) -> None:
    database = Database(empty_sqlite_url)
    await database.start(30)
    shutil.rmtree(tmp_path / "records")
    with pytest.raises(RecordsUnavailable):
        await database.check()
    await database.start(30)
    await database.check()
    await database.close()


async def test_sqlite_uses_a_write_ahead_log(empty_sqlite_url: str, tmp_path: Path) -> None:
    database = Database(empty_sqlite_url)
    await database.start(30)
    async with database.reading() as session:
        assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await session.scalar(text("PRAGMA foreign_keys")) == 1
    await database.close()


async def test_a_failing_step_leaves_nothing_behind(empty_sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    connection = sqlite3.connect(tmp_path / "records" / "records.db")
    connection.execute("CREATE TABLE feedback (mine TEXT)")
    connection.close()
    with pytest.raises(RecordsUnavailable, match="already exists"):
        await Database(empty_sqlite_url).start(0.1)
    connection = sqlite3.connect(tmp_path / "records" / "records.db")
    assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")] == [
        "feedback"
    ]
    connection.close()
