"""Brings a database's tables to this code's version, whoever else tries the same at the same time."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

import migrations
from rag_core.errors import SchemaMismatch
from rag_core.records.address import Address
from rag_core.records.engine import single_engine
from rag_core.records.faults import translated
from rag_core.records.locks import lock_key

_SCRIPTS = Path(migrations.__file__).parent


async def migrate(address: Address) -> None:
    """Run every missing step in one transaction: all of them count, or none.

    Alembic is synchronous, so it gets a thread with an event loop of its own.

    Raises:
        SchemaMismatch: the database was migrated by newer code.
        RecordsUnavailable: it does not answer.
    """
    await asyncio.to_thread(lambda: asyncio.run(_migrate(address)))


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def _migrate(address: Address) -> None:
    engine = single_engine(address)
    try:
        with translated(address):
            if address.path is not None:
                # Nothing else runs on this loop, so it may wait for the disk.
                address.path.parent.mkdir(parents=True, exist_ok=True)
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade, address)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, address: Address) -> None:
    if connection.dialect.name == "postgresql":
        # SQLite's transaction is exclusive by itself.
        connection.execute(select(func.pg_advisory_xact_lock(lock_key("migrate"))))
    config = alembic_config(connection)
    _refuse_newer(connection, ScriptDirectory.from_config(config), address)
    command.upgrade(config, "head")


def _refuse_newer(connection: Connection, scripts: ScriptDirectory, address: Address) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise SchemaMismatch(
            f"The database at {address.shown} was written by a newer version of this program "
            f"(its revision {', '.join(sorted(unknown))} is unknown here): update the program, or use another database."
        )
