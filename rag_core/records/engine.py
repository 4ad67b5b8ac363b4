"""SQLAlchemy engines for an address, with what each database needs to be dependable."""

from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from rag_core.records.address import Address

_PATIENCE = 3.0
"""Seconds to wait for a connection, for SQLite's write lock, or for a place in the pool."""
_STATEMENT_PATIENCE = 15.0
"""Seconds for one statement in PostgreSQL. Ours take milliseconds; a longer one waits for a dead network."""


def serving_engine(address: Address) -> AsyncEngine:
    """The engine for the bot's own reads and writes: pooled, foreign keys enforced."""
    if address.path is None:
        return _postgresql(address, command_timeout=_STATEMENT_PATIENCE)
    engine = _sqlite(address, mode="rw")
    event.listen(engine.sync_engine, "connect", _serve_sqlite)
    return engine


def single_engine(address: Address) -> AsyncEngine:
    """The engine for a migration or a lock: every connection is new, and takes as long as it takes.

    On SQLite a transaction is exclusive from its first moment, and foreign keys are not enforced, since changing a
    table means to drop it there, which would cascade.
    """
    if address.path is None:
        return _postgresql(address, poolclass=NullPool)
    engine = _sqlite(address, mode="rwc", poolclass=NullPool)
    event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _postgresql(address: Address, *, command_timeout: float | None = None, **options: Any) -> AsyncEngine:
    arguments = {"timeout": _PATIENCE, "command_timeout": command_timeout}
    if "poolclass" not in options:
        options |= {"pool_timeout": _PATIENCE, "pool_pre_ping": True}
    return create_async_engine(address.url, connect_args=arguments, hide_parameters=True, **options)


def _sqlite(address: Address, *, mode: str, **options: Any) -> AsyncEngine:
    url = address.url.update_query_dict({"mode": mode})  # whether a missing file is made
    return create_async_engine(url, connect_args={"timeout": _PATIENCE}, hide_parameters=True, **options)


def _serve_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What was deleted is gone from the file too, and not only from its table of contents.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _leave_transactions_to_us(connection: Any, _: ConnectionPoolEntry) -> None:
    # Python's sqlite3 opens no transaction before DDL: a migration that fails would stay half done.
    connection.isolation_level = None


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
