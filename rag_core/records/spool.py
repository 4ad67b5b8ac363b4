"""Lines kept in a file until they can be written elsewhere, in the order in which they came.

Safe against a crash at any point (a line is on the disk when `append` returns; a torn one is set aside) and against
other processes with the same file. A line may be handed out twice after a crash, so handling it must bear repetition.
"""

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag_core.records.locks import file_lock

_BATCH = 1 << 20
"""Bytes read at once."""
_RETRY_SECONDS = 0.05


class Spool:
    """The file at `path`; beside it `*.rejected` for what can never be written, and two empty lock files."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rejected = path.with_name(f"{path.name}.rejected")
        self._lock = path.with_name(f"{path.name}.lock")
        self._draining = path.with_name(f"{path.name}.draining")

    async def pending(self) -> bool:
        """Whether anything waits."""
        return await asyncio.to_thread(self._size) > 0

    async def append(self, line: bytes) -> None:
        """Keep a line; it is on the disk when this returns.

        Raises:
            OSError: the disk does not take it.
        """
        await asyncio.to_thread(self._append, self._path, line)

    async def reject(self, line: bytes) -> None:
        """Set a line aside that can't be handled, for a person to look at.

        Raises:
            OSError: the disk does not take it.
        """
        await asyncio.to_thread(self._append, self._rejected, line)

    async def drain(self, handle: Callable[[bytes], Awaitable[None]]) -> int:
        """Hand out the lines in order and forget them; returns how many.

        The line at which `handle` raises stays, with all that follow, and the error passes through. Does nothing while
        another drain is under way.
        """
        if not await self.pending():
            return 0
        async with file_lock(self._draining) as mine:
            return await self._drain(handle) if mine else 0

    async def lines(self) -> list[bytes]:
        """All that waits or was set aside."""
        return await asyncio.to_thread(self._all_lines)

    async def remove(self, unwanted: Callable[[bytes], bool]) -> int:
        """Forget lines, also among those that were set aside; returns how many. Waits for a drain that is under way.

        Raises:
            OSError: the disk does not take it.
        """
        if not await self.lines():
            return 0
        while True:
            async with file_lock(self._draining) as mine:
                if mine:
                    return await asyncio.to_thread(self._remove, unwanted)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _drain(self, handle: Callable[[bytes], Awaitable[None]]) -> int:
        done, count = 0, 0
        try:
            while lines := await asyncio.to_thread(self._read, done):
                for line in lines:
                    await handle(line.rstrip(b"\n"))
                    done += len(line)
                    count += 1
        finally:
            await asyncio.to_thread(self._cut, done)
        return count

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:  # not there, or its folder is not
            return 0

    def _all_lines(self) -> list[bytes]:
        paths = [path for path in (self._path, self._rejected) if path.exists()]
        return [line for path in paths for line in _lines(path)]

    def _remove(self, unwanted: Callable[[bytes], bool]) -> int:
        count = 0
        with self._alone():
            for path in filter(Path.exists, (self._path, self._rejected)):
                lines = _lines(path)
                kept = [line for line in lines if not unwanted(line)]
                count += len(lines) - len(kept)
                self._replace(path, b"".join(line + b"\n" for line in kept))
        return count

    def _append(self, path: Path, line: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone(), os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+") as file:
            end = file.seek(0, os.SEEK_END)
            if end and file.seek(-1, os.SEEK_END) and file.read(1) != b"\n":
                line = b"\n" + line  # ends the line that a crash tore
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, start: int) -> list[bytes]:
        with self._alone(), self._path.open("rb") as file:
            file.seek(start)
            return file.readlines(_BATCH)

    def _cut(self, start: int) -> None:
        """Drop what stands before `start`, at once or not at all."""
        with self._alone():
            with self._path.open("rb") as file:
                file.seek(start)
                rest = file.read()
            self._replace(self._path, rest)

    def _replace(self, path: Path, content: bytes) -> None:
        fresh = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # A file of its own, since `_cut` replaces the other one under those who wait for it.
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _lines(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n") if line]
