"""Reads an asynchronous iterator ahead of its reader, so that crawling goes on while chunks are embedded."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None = None


async def ahead(items: AsyncIterator[_Item], depth: int) -> AsyncGenerator[_Item, None]:
    """The same items in the same order, up to `depth` of them read before they are asked for.

    An error of `items` is raised after the items before it. Close this generator to end the reading.
    """
    waiting: asyncio.Queue[_Item | _End] = asyncio.Queue(depth)

    async def read() -> None:
        try:
            async for item in items:
                await waiting.put(item)
        except Exception as error:  # noqa: BLE001  # the task's border: raised below, where somebody reads
            await waiting.put(_End(error))
        else:
            await waiting.put(_End())

    reader = asyncio.create_task(read())
    try:
        while not isinstance(item := await waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
