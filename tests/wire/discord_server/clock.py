"""What the deadlines of interactions are measured with."""

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only grow."""

    def now(self) -> float:
        """Seconds since some fixed moment."""


class SystemClock:
    """The machine's monotonic clock, the same for every process on it."""

    def now(self) -> float:
        return time.monotonic()


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = 1000.0

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
