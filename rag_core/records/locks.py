"""Locks that hold across processes: advisory ones in PostgreSQL, a locked file beside an SQLite database."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rag_core.errors import RecordsError
from rag_core.records.address import Address
from rag_core.records.engine import single_engine
from rag_core.records.faults import translated

_log = structlog.get_logger(__name__)


def lock_key(name: str) -> int:
    """The name as PostgreSQL wants it: a signed number of 64 bits."""
    return int.from_bytes(hashlib.sha256(f"milvus-support-bot/{name}".encode()).digest()[:8], signed=True)


@asynccontextmanager
async def advisory_lock(address: Address, name: str) -> AsyncIterator[bool]:
    """Try to take PostgreSQL's lock for as long as the block runs.

    It has a connection of its own, whose end gives the lock back, however the block or the process ends.

    Raises:
        RecordsUnavailable, RecordsError: on entering.
    """
    engine = single_engine(address)
    with translated(address):
        connection = await engine.connect()
    try:
        with translated(address):
            # Outside a transaction, which would otherwise stay open for as long as the lock is held.
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(await connection.scalar(select(func.pg_try_advisory_lock(lock_key(name)))))
        yield taken
    finally:
        await _release(connection, address, name)


async def _release(connection: AsyncConnection, address: Address, name: str) -> None:
    try:
        with translated(address):
            # The server notices a closed connection a moment later; unlocked, the next one need not wait for it.
            await connection.scalar(select(func.pg_advisory_unlock_all()))
    except RecordsError as error:
        _log.warning("A lock was lost before it was given back", lock=name, reason=str(error))
    finally:
        await connection.close()


@asynccontextmanager
async def file_lock(path: Path) -> AsyncIterator[bool]:
    """Try to take the lock for as long as the block runs; the end of the process gives it back."""
    handle = await asyncio.to_thread(_lock, path)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _lock(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
