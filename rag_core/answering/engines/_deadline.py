"""A stream that must end in time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from rag_core.errors import EngineOverloaded

Item = TypeVar("Item")


async def within(seconds: float, items: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
    """Pass items on, and close their generator when this one is closed or the time is over.

    The deadline stands around each step and not around the whole loop: a timeout that spans a `yield` would cancel
    whatever the reader is doing between two items.

    Raises:
        EngineOverloaded: the items did not end within `seconds`.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    async with aclosing(items):
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    item = await anext(items)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise EngineOverloaded(f"The engine did not finish within {seconds:g} seconds.") from error
            yield item
