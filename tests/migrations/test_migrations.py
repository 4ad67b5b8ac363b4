"""Every step, up and down, on both databases; and the steps against the models."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from rag_core.records.address import parse_address
from rag_core.records.database import Database
from rag_core.records.engine import single_engine
from rag_core.records.migrate import load_scripts, run_steps
from rag_core.records.tables import Base, FeedbackRow, QuestionRow, RunRow

pytestmark = pytest.mark.real
T = TypeVar("T")
ROOT = Path(__file__).parents[2]

TABLES = {
    "base": set(),
    "0001": {"questions", "answers", "answer_passages", "answer_citations"},
    "0002": {"replies", "feedback"},
    "0003": {"pages", "index_runs"},
    "0004": set(),
    "0005": {"servers"},
    "0006": {"channels"},
    "0007": {"limits"},
    "0008": {"audit_entries"},
    "0009": {"blocks", "choices"},
    "0010": {"curated_answers"},
    "0011": set(),
    "0012": {"follow_ups", "corrections"},
    "0013": set(),
    "0014": {"added_sources", "bot_state"},
    "0015": set(),
    "0019": {"digests"},
}
STEPS = list(TABLES)[1:]


@pytest_asyncio.fixture
async def engine(empty_database_url: str, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    (tmp_path / "records").mkdir()
    opened = single_engine(parse_address(empty_database_url))
    yield opened
    await opened.dispose()


async def _in_transaction(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    async with engine.begin() as connection:
        return await connection.run_sync(work)


async def _up(engine: AsyncEngine, target: str) -> None:
    scripts = await asyncio.to_thread(load_scripts)
    await _in_transaction(engine, partial(run_steps, scripts=scripts, plan=partial(scripts._upgrade_revs, target)))


async def _down(engine: AsyncEngine, target: str) -> None:
    scripts = await asyncio.to_thread(load_scripts)
    await _in_transaction(engine, partial(run_steps, scripts=scripts, plan=partial(scripts._downgrade_revs, target)))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _difference(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_every_step_is_listed_here() -> None:
    assert [step.revision for step in load_scripts().walk_revisions("base", "heads")] == STEPS[::-1]


async def test_each_step_goes_up_and_down_and_up_again(engine: AsyncEngine) -> None:
    expected: set[str] = set()
    for step, below in zip(STEPS, TABLES, strict=False):
        for _ in range(2):
            await _up(engine, step)
            assert await _in_transaction(engine, _tables) == expected | TABLES[step]
            await _down(engine, below)
            assert await _in_transaction(engine, _tables) == expected
        await _up(engine, step)
        expected |= TABLES[step]


async def test_runs_from_before_the_gate_have_no_scores(engine: AsyncEngine) -> None:
    await _up(engine, "0003")
    old = (
        "INSERT INTO index_runs (id, generation_id, source, started_at, status, new, changed, unchanged, gone, failed, "
        "chunks_total, chunks_embedded, chunks_deleted, seconds, note, failures) VALUES "
        "('r1', 'g1', 's', '2026-11-22 00:00:00', 'finished', 1, 0, 0, 0, 0, 1, 1, 0, 2.5, '', '[]')"
    )
    await _in_transaction(engine, lambda connection: connection.execute(text(old)))
    await _up(engine, "head")
    columns = select(RunRow.gate_score, RunRow.gate_live_score, RunRow.gate_scores)
    found = await _in_transaction(engine, lambda connection: connection.execute(columns).all())
    assert [tuple(row) for row in found] == [(None, None, {})]


async def test_questions_and_ratings_from_before_are_public_and_without_reason(engine: AsyncEngine) -> None:
    await _up(engine, "0010")
    asked = (
        "INSERT INTO questions (id, asked_at, platform, text, history, language) VALUES "
        "('q1', '2026-11-22 00:00:00', 'discord', '?', '[]', 'en')"
    )
    rated = "INSERT INTO feedback (question_id, user_id, rating, at) VALUES ('q1', 1, 'down', '2026-11-22 00:00:00')"
    for old in (asked, rated):
        await _in_transaction(engine, partial(Connection.execute, statement=text(old)))
    await _up(engine, "head")
    columns = select(QuestionRow.private, FeedbackRow.reason, FeedbackRow.comment).join_from(FeedbackRow, QuestionRow)
    found = await _in_transaction(engine, lambda connection: connection.execute(columns).all())
    assert [tuple(row) for row in found] == [(False, None, "")]


async def test_all_the_way_down_leaves_nothing(engine: AsyncEngine) -> None:
    await _up(engine, "head")
    await _down(engine, "base")
    assert await _in_transaction(engine, _tables) == set()


async def test_the_models_and_the_last_step_are_the_same(engine: AsyncEngine) -> None:
    await _up(engine, "head")
    assert await _in_transaction(engine, _difference) == []


async def test_names_of_indexes_and_keys_are_the_same(engine: AsyncEngine) -> None:
    await _up(engine, "head")
    await _in_transaction(engine, _hold_names)


def _hold_names(connection: Connection) -> None:
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        assert inspector.get_pk_constraint(table.name)["name"] == table.primary_key.name
        assert {key["name"] for key in inspector.get_foreign_keys(table.name)} == {
            key.name for key in table.foreign_key_constraints
        }
        for key in inspector.get_foreign_keys(table.name):
            assert key["options"] == {"ondelete": "CASCADE"}


def test_the_bot_goes_on_where_the_command_line_stopped(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    done = _alembic("-x", f"url={empty_database_url}", "upgrade", "+2")
    assert done.returncode == 0, done.stderr
    asyncio.run(_start(empty_database_url))


async def _start(url: str) -> None:
    database = Database(url)
    await database.start(30)
    await database.close()


def test_the_command_line_asks_for_an_address() -> None:
    done = _alembic("upgrade", "head")
    assert done.returncode != 0
    assert "Name the database" in done.stdout + done.stderr


def _alembic(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
