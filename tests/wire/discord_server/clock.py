"""What the deadlines of interactions are measured with."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Seconds that only grow."""

    def now(self) -> float:
        """Seconds since some fixed moment."""

    def allow_for(self, pid: int) -> None:
        """Take care that a process is not measured by what others do to it."""


class SystemClock:
    """The machine's monotonic clock, less the time in which the server or the bot was kept from running.

    What counts is the main thread, in which the event loop runs: while it could go on and every core is taken by some
    other process, the bot is not slow. Its own work and all that it waits for count in full. Where the kernel does not
    tell of such waits, there are none.
    """

    def __init__(self) -> None:
        self._waits = [_Wait(os.getpid())]
        self._latest = 0.0

    def now(self) -> float:
        # Both may have waited at once, which is subtracted twice: then it stands still, but it never goes back.
        self._latest = max(self._latest, time.monotonic() - sum(wait.seconds() for wait in self._waits))
        return self._latest

    def allow_for(self, pid: int) -> None:
        self._waits.append(_Wait(pid))


class _Wait:
    """For how long a process has been ready to run without a core, from now on and until it ends."""

    def __init__(self, pid: int) -> None:
        self._file = Path(f"/proc/{pid}/task/{pid}/schedstat")
        self._last = 0.0
        self._before = self._read()

    def seconds(self) -> float:
        return self._read() - self._before

    def _read(self) -> float:
        with suppress(OSError):
            self._last = int(self._file.read_text().split()[1]) / 1e9
        return self._last


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = 1000.0

    def now(self) -> float:
        return self._now

    def allow_for(self, pid: int) -> None:
        """There is nothing to allow for."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
