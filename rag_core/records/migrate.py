"""Brings a database's tables to this code's version, whoever else tries the same at the same time."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

import migrations
from rag_core.errors import SchemaMismatch
from rag_core.records.address import Address
from rag_core.records.engine import single_engine
from rag_core.records.faults import translated
from rag_core.records.locks import lock_key

Plan = Callable[[Any], Iterable[Any]]
"""Tells which of Alembic's steps follow on a revision."""


async def migrate(address: Address) -> None:
    """Run every missing step in one transaction: all of them count, or none.

    Raises:
        SchemaMismatch: the database was migrated by newer code.
        RecordsUnavailable: it does not answer.
        RecordsError: it does not let us in.
    """
    await asyncio.to_thread(_migrate_in_thread, address)


def load_scripts() -> ScriptDirectory:
    """Read all steps from the disk."""
    scripts = ScriptDirectory(Path(migrations.__file__).parent)
    list(scripts.walk_revisions())
    return scripts


def run_steps(connection: Connection, scripts: ScriptDirectory, plan: Plan) -> None:
    """Run the steps of `plan`, within the connection's transaction."""
    with EnvironmentContext(Config(), scripts, fn=lambda revision, _: plan(revision)) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _migrate_in_thread(address: Address) -> None:
    # Files first, while no event loop runs here; Alembic is synchronous, but the drivers need one.
    with translated(address):
        if address.path is not None:
            address.path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(_migrate(address, load_scripts()))


async def _migrate(address: Address, scripts: ScriptDirectory) -> None:
    engine = single_engine(address)
    try:
        with translated(address):
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade, address, scripts)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, address: Address, scripts: ScriptDirectory) -> None:
    if connection.dialect.name == "postgresql":
        # SQLite's transaction is exclusive by itself.
        connection.execute(select(func.pg_advisory_xact_lock(lock_key("migrate"))))
    _refuse_newer(connection, scripts, address)
    run_steps(connection, scripts, partial(scripts._upgrade_revs, "head"))


def _refuse_newer(connection: Connection, scripts: ScriptDirectory, address: Address) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise SchemaMismatch(
            f"The database at {address.shown} was written by a newer version of this program "
            f"(its revision {', '.join(sorted(unknown))} is unknown here): update the program, or use another database."
        )
