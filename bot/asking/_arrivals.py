"""Acknowledging comes before answering, for all questions that are there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_PATIENCE = 3.0
"""Seconds after which Discord has given up on an acknowledgement, so that nobody need wait for it any more."""


class Arrivals:
    """Holds answers back while any question still waits to be acknowledged.

    Discord drops a question that nobody acknowledges within 3 s, while an answer may start a moment later. In a rush
    the work for the first questions must not take the event loop from the acknowledgements of the last.
    """

    def __init__(self) -> None:
        self._waiting = 0
        self._none_waits = asyncio.Event()
        self._none_waits.set()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Acknowledge in the block; behind it everybody's acknowledgement is done, or too late."""
        self._waiting += 1
        self._none_waits.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._none_waits.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._none_waits.wait()
