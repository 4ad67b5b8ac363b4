import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from rag_core.indexing.ahead import ahead


async def numbers(read: list[int], error: Exception | None = None) -> AsyncIterator[int]:
    for number in range(5):
        read.append(number)
        yield number
    if error is not None:
        raise error


async def test_items_come_in_order() -> None:
    assert [number async for number in ahead(numbers([]), 2)] == [0, 1, 2, 3, 4]


async def test_items_are_read_before_they_are_asked_for_up_to_the_depth() -> None:
    read: list[int] = []
    async with aclosing(ahead(numbers(read), 2)) as items:
        assert await anext(items) == 0
        for _ in range(10):
            await asyncio.sleep(0)
        assert read == [0, 1, 2, 3]  # one given, two waiting, one in hand


async def test_an_error_comes_after_the_items_before_it() -> None:
    items = ahead(numbers([], ValueError("broken")), 2)
    assert [await anext(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="broken"):
        await anext(items)


async def test_closing_ends_the_reading() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    async with aclosing(ahead(endless(), 2)) as items:
        await anext(items)
    assert len(asyncio.all_tasks()) == 1
    await asyncio.wait_for(ended.wait(), 5)
