"""Lets work that can wait step aside for people who do.

On a machine without a GPU, the model that writes answers and the one that embeds pages want the same cores, and their
threads wait for each other actively: side by side on two cores an answer took several times as long as alone.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PATIENCE = 20.0
"""Seconds after which the other work takes a turn all the same, so that a busy bot's index is finished too."""


class RightOfWay:
    """Answers take it; indexing waits until it is free."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._takers = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Somebody waits for what happens in the block."""
        self._takers += 1
        self._free.clear()
        try:
            yield
        finally:
            self._takers -= 1
            if not self._takers:
                self._free.set()

    async def free(self) -> None:
        """Wait until nobody has it, or until patience ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._free.wait()
