"""Milvus Lite as a child process on the loopback address.

Its loops are written in Python, so it lives in a process of its own. One process at a time may open its directory;
a file beside the directory says which, so that a second process of this project (`index` beside `run`) talks to the
server that is there instead of failing.
"""

import asyncio
import json
import os
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil
import structlog

from rag_core import children
from rag_core.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

_HOST = "127.0.0.1"
_LOCKED = b"DataDirLockedError"
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class _Running:
    pid: int
    port: int

    @property
    def uri(self) -> str:
        return f"http://{_HOST}:{self.port}"


class LiteServer:
    """The server of one directory: ours, or that of another process of this project.

    `start_timeout` is in seconds and covers waiting for a predecessor that still holds the directory.
    """

    def __init__(self, folder: Path, *, start_timeout: float = 60.0) -> None:
        self._folder = folder.absolute()
        self._note = folder.with_name(folder.name + ".server.json")
        self._log_file = folder.with_name(folder.name + ".log")
        self._start_timeout = start_timeout
        self._child: Process | None = None
        self._current: _Running | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Process id of the server that answered last, whoever started it."""
        return self._current.pid if self._current else None

    async def is_running(self) -> bool:
        """Whether the server that answered last is still there."""
        if self._current is None:
            return False
        running = await asyncio.to_thread(self._serves_our_folder, self._current)
        if self._child is not None and not running:
            await self._child.wait()  # it is dead, but asyncio may not have heard of it yet
        return running

    async def uri(self) -> str:
        """Where the server answers. Starts it if it is not there, or not there any more.

        Raises:
            StoreUnavailable: it does not start.
        """
        async with self._starting:
            ours = self._child is not None and self._child.returncode is None  # the cheap test, before every call
            if self._current is None or not (ours or await self.is_running()):
                self._current = await self._found_or_started()
            return self._current.uri

    async def close(self) -> None:
        """End the server if it is ours."""
        async with self._starting:
            child, self._child, self._current = self._child, None, None
            if child is not None:
                await children.end(child)
                await asyncio.to_thread(self._note.unlink, missing_ok=True)

    async def _found_or_started(self) -> _Running:
        deadline = time.monotonic() + self._start_timeout
        was_locked = False
        while time.monotonic() < deadline:
            if running := await asyncio.to_thread(self._neighbour):
                self._child = None
                return running
            if running := await self._start(deadline, was_locked=was_locked):
                return running
            was_locked = True
            await asyncio.sleep(_PAUSE)  # somebody holds the directory: starting up, or about to be gone
        raise StoreUnavailable(
            f"Milvus Lite could not open {self._folder} within {self._start_timeout:.0f} s, since another process "
            f"holds it: end that process, or see {self._log_file}."
        )

    def _neighbour(self) -> _Running | None:
        """The server that another process of this project has started, if it lives."""
        try:
            running = _Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return running if self._serves_our_folder(running) else None

    def _serves_our_folder(self, running: _Running) -> bool:
        # A process id may have been given to another program since.
        with suppress(psutil.Error):
            process = psutil.Process(running.pid)
            return process.status() != psutil.STATUS_ZOMBIE and str(self._folder) in process.cmdline()
        return False

    async def _start(self, deadline: float, *, was_locked: bool) -> _Running | None:
        """A new server that answers, or None where the directory is locked, as it may have been before."""
        log, port = await asyncio.to_thread(self._open_log), _free_port()
        with log:
            logged = log.tell()
            child = await self._spawn(port, log)
        try:
            answers = await _answers(child, port, deadline)
        except asyncio.CancelledError:
            child.kill()  # it would hold the directory until this process ends
            raise
        if not answers:
            await children.end(child)
            return await asyncio.to_thread(self._judge, logged, was_locked)
        self._child = child
        running = _Running(child.pid, port)
        await asyncio.to_thread(self._write_note, running)
        _log.info("Milvus Lite started", pid=child.pid, port=port)
        return running

    async def _spawn(self, port: int, log: IO[bytes]) -> Process:
        children.guard()
        command = ("-m", "milvus_lite", "server", "--data-dir", str(self._folder), "--host", _HOST, "--port", str(port))
        # A session of its own: Ctrl-C in the terminal must not end it before those who still write to it.
        return await asyncio.create_subprocess_exec(
            sys.executable, *command, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True
        )

    def _open_log(self) -> IO[bytes]:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        log = self._log_file.open("ab")
        log.seek(0, os.SEEK_END)
        return log

    def _judge(self, logged: int, was_locked: bool) -> None:  # noqa: FBT001 - for `to_thread`
        """Return where the directory was locked; else raise what the server wrote after byte `logged` of its log.

        A last attempt that the deadline cut off before it wrote anything met what the one before it met.
        """
        output = self._log_file.read_bytes()[logged:]
        if _LOCKED not in output and not (was_locked and not output.strip()):
            lines = output.decode(errors="replace").strip().splitlines() or ["it did not answer in time"]
            raise StoreUnavailable(f"Milvus Lite did not start on {self._folder} ({lines[-1]}): see {self._log_file}.")

    def _write_note(self, running: _Running) -> None:
        draft = self._note.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(running)))
        draft.replace(self._note)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


async def _answers(child: Process, port: int, deadline: float) -> bool:
    """Wait until the port takes connections; False where the child ended or the deadline passed before."""
    while child.returncode is None and time.monotonic() < deadline:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(_HOST, port)
            writer.close()
            return child.returncode is None
        await asyncio.sleep(_PAUSE)
    return False
