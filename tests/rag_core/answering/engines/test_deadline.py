import asyncio
from collections.abc import AsyncGenerator

import pytest

from rag_core.answering.engines._deadline import within
from rag_core.errors import EngineOverloaded


class Source:
    """Gives two items, then waits for ever; knows how it ended."""

    def __init__(self) -> None:
        self.ended = ""

    async def items(self) -> AsyncGenerator[int, None]:
        try:
            yield 1
            yield 2
            await asyncio.Event().wait()
        except (GeneratorExit, asyncio.CancelledError) as error:
            self.ended = type(error).__name__
            raise


async def test_passes_items_on_and_ends_with_them() -> None:
    async def three() -> AsyncGenerator[int, None]:
        for number in range(3):
            yield number

    assert [item async for item in within(60, three())] == [0, 1, 2]


async def test_an_item_that_does_not_come_in_time_is_an_overload() -> None:
    source = Source()
    items = within(0.01, source.items())
    assert [await anext(items), await anext(items)] == [1, 2]
    with pytest.raises(EngineOverloaded, match=r"within 0\.01 seconds"):
        await anext(items)
    assert source.ended == "CancelledError"


async def test_closing_it_closes_its_source() -> None:
    source = Source()
    items = within(60, source.items())
    assert await anext(items) == 1
    await items.aclose()
    assert source.ended == "GeneratorExit"


async def test_the_time_that_a_reader_takes_is_never_interrupted() -> None:
    items = within(0.001, Source().items())
    await anext(items)
    loop = asyncio.get_running_loop()
    passed = loop.create_future()
    loop.call_later(0.01, passed.set_result, None)
    await passed
    assert await anext(items) == 2
    with pytest.raises(EngineOverloaded):
        await anext(items)
