"""The bot as its own process, as `python -m bot run` starts it, against the servers on loopback."""

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.wire.discord_server import DiscordServer
from tests.wire.discord_server.signal import PATIENCE, Signal

ROOT = Path(__file__).parents[2]

_START_SECONDS = 500.0
_STOP_SECONDS = 120.0
_TAIL = 60


class BotProcess:
    """The bot. As a context manager it starts, waits until its commands are registered and it is online, and ends.

    `environment` goes over the settings that point it to `server`; its data lies in `folder`, which is also where it
    runs, so that no `.env` of a developer is read.
    """

    def __init__(self, server: DiscordServer, folder: Path, environment: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self._server = server
        self._folder = folder
        self._environment = _environment(server, folder) | dict(environment)
        self._signal = Signal()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        try:
            await self.online()
        except BaseException:
            await self.kill()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(self.tail())
        if self.running:
            await self.stop()

    async def start(self) -> None:
        """Start it, in a process group of its own, without waiting for anything."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run"),
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=1 << 20,
        )
        self._server.hub.clock.allow_for(self._process.pid)
        self._reader = asyncio.create_task(self._read(self._process))

    async def online(self) -> None:
        """Wait until it is connected with its commands registered.

        Raises:
            AssertionError: it ended before, or took too long; its last lines are in the note.
        """
        ready: asyncio.Future[Any] = asyncio.gather(
            self._server.connected(within=_START_SECONDS), self._server.registered(within=_START_SECONDS)
        )
        ended: asyncio.Future[Any] = asyncio.ensure_future(self.ended())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            assert self.running, f"The bot ended with {self.exit_code} before it was online."
            await ready
        except AssertionError as error:
            error.add_note(self.tail())
            raise
        finally:
            for waiting in (ready, ended):
                waiting.cancel()
                with suppress(asyncio.CancelledError, AssertionError):
                    await waiting

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.returncode if self._process else None

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        assert self._reader is not None
        code = await self._process.wait()
        await self._reader
        return code

    async def stop(self) -> int:
        """Ask it to end, as an init system does; the exit code.

        Raises:
            AssertionError: it did not end in time, and was killed.
        """
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                return await self.ended()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"The bot did not end within {_STOP_SECONDS:g} s of SIGTERM.\n{self.tail()}") from None

    async def kill(self) -> None:
        """End the process, and no other, without a warning: its children are its own watcher's to end."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._reader is not None:
            self._reader.cancel()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log lines with this event, in order."""
        return [event for event in map(_parsed, self.lines) if event.get("event") == name]

    async def logged(self, name: str, times: int = 1, within: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait for so many log lines with this event."""

        def look() -> list[dict[str, Any]] | None:
            found = self.events(name)
            return found if len(found) >= times else None

        return await self._signal.until(look, f"{times} log lines {name!r}", within)

    def tail(self) -> str:
        """Its last log lines, for the report of a failed test."""
        return "The bot's last lines:\n" + "\n".join(deque(self.lines, _TAIL))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._signal.notify()


def _parsed(line: str) -> dict[str, Any]:
    with suppress(ValueError):
        event = json.loads(line)
        if isinstance(event, dict):
            return event
    return {}


def _environment(server: DiscordServer, folder: Path) -> dict[str, str]:
    """A machine without a model hub, and with the sample pages as all of the documentation."""
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "HF_HUB_OFFLINE": "1",
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        "DATA_DIR": str(folder / "data"),
        "DOCS_SOURCE": str(ROOT / "bot" / "sample_pages"),
        "RECRAWL_CRON": "off",
        "LOG_FORMAT": "json",
    }
