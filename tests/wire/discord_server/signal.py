"""How a test waits for what the server sees, without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds after which a test gives up waiting for something: so many that only a defect takes as long."""


class Signal:
    """Wakes those who wait whenever anything on the server changed."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def notify(self) -> None:
        """Something changed."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, look: Callable[[], T | None], what: str, within: float) -> T:
        """The first truthy value of `look`, which is asked again after each change.

        Raises:
            AssertionError: it did not come within `within` seconds; `what` names it.
        """
        try:
            async with asyncio.timeout(within):
                while not (value := look()):
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"Waited {within:g} s in vain for {what}.") from None
        return value
