"""The database: one object that connects, migrates, hands out sessions and locks."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import cast

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_exponential

from rag_core.errors import RecordsUnavailable
from rag_core.records.address import parse_address
from rag_core.records.engine import serving_engine
from rag_core.records.faults import translated
from rag_core.records.locks import advisory_lock, file_lock
from rag_core.records.migrate import migrate
from rag_core.records.person_id import hide_people
from rag_core.records.pseudonyms import Pseudonyms

_log = structlog.get_logger(__name__)
_PSEUDONYMS = "pseudonyms"


class Database:
    """SQLite or PostgreSQL, by address.

    Args:
        address: `sqlite:///…`, `postgresql://…` or `postgres://…`.
        pseudonyms: how people are hidden who are not to be named; without them, with a key that is never seen again.

    Raises:
        RecordsError: the address is none of these.
    """

    def __init__(self, address: str, pseudonyms: Pseudonyms | None = None) -> None:
        self._address = parse_address(address)
        self._engine = serving_engine(self._address)
        self.pseudonyms = pseudonyms or Pseudonyms(secrets.token_bytes())
        hide_people(self._engine.dialect, self.pseudonyms)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, info={_PSEUDONYMS: self.pseudonyms})
        self._writer = asyncio.Lock()
        self._inode: int | None = None

    def __str__(self) -> str:
        return self._address.shown

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    async def start(self, patience: float) -> None:
        """Wait for the database up to `patience` seconds, and bring its tables to this code's version.

        Raises:
            RecordsUnavailable: it did not answer in time.
            SchemaMismatch: it belongs to newer code.
            RecordsError: it does not let us in.
        """
        attempts = AsyncRetrying(
            stop=stop_after_delay(patience),
            wait=wait_exponential(multiplier=0.1, max=2),
            retry=retry_if_exception_type(RecordsUnavailable),
            before_sleep=self._log_wait,
            reraise=True,
        )
        try:
            await attempts(migrate, self._address)
        except RecordsUnavailable as error:
            raise RecordsUnavailable(
                f"{error} Waited {patience:g} s; see that it runs and that we may use it."
            ) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def check(self) -> None:
        """Cheap: does it answer?

        Raises:
            RecordsUnavailable: it does not.
            RecordsError: it does not let us in.
        """
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session to read with. Errors of the driver come out as those of `faults.translated`."""
        with translated(self._address):
            await self._notice_another_file()
            async with self._sessions() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction, committed at the end. Keep it short. Errors as in `reading`."""
        with translated(self._address):
            await self._notice_another_file()
            async with self._queue(), self._sessions.begin() as session:
                yield session

    def try_lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether the lock of that name, one for all processes that use this database, is ours in the block.

        Raises:
            RecordsUnavailable, RecordsError: on entering, from PostgreSQL.
            OSError: on entering, where the folder of the SQLite database is gone.
        """
        if self._address.path is None:
            return advisory_lock(self._address, name)
        return file_lock(self._address.path.with_name(f"{self._address.path.name}.{name}.lock"))

    async def _notice_another_file(self) -> None:
        # With a write-ahead log SQLite goes on writing into a file that was deleted or moved away, and all is lost.
        if self._address.path is None:
            return
        inode = await asyncio.to_thread(_inode, self._address.path)
        if self._inode not in {inode, None}:
            await self._engine.dispose()
        self._inode = inode

    def _queue(self) -> AbstractAsyncContextManager[None]:
        # SQLite has one writer. Waiting in line here is quicker and fairer than its own polling.
        return self._writer if self._address.path is not None else nullcontext()

    def _log_wait(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.warning("Waiting for the database", database=str(self), reason=str(error))


def pseudonyms_of(session: AsyncSession) -> Pseudonyms:
    """How the database of a session hides people."""
    return cast("Pseudonyms", session.info[_PSEUDONYMS])


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
