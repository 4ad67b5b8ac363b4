import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing

import pytest

from rag_core.answering.engines._line import Line, told
from rag_core.errors import EngineOverloaded


def test_only_so_many_have_room() -> None:
    line = Line(1, 1)
    with ExitStack() as stack:
        stack.enter_context(line.joined(patient=False))
        stack.enter_context(line.joined(patient=True))
        with pytest.raises(EngineOverloaded, match="2 requests"):
            stack.enter_context(line.joined(patient=False))
    with line.joined(patient=False):
        pass


def test_what_was_begun_stays_and_people_come_before_the_patient() -> None:
    line = Line(1, 9)
    with ExitStack() as stack:
        begun, patient, person, later = (
            stack.enter_context(line.joined(patient=patient)) for patient in (True, True, False, False)
        )
        begun.begin()
        assert [place.ahead for place in (begun, patient, person, later)] == [0, 3, 1, 2]


class Steps:
    """Items that come when the test says so."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[str] = asyncio.Queue()
        self.ended = ""

    async def items(self) -> AsyncGenerator[str, None]:
        try:
            while item := await self.coming.get():
                yield item
        except (GeneratorExit, asyncio.CancelledError) as error:
            self.ended = type(error).__name__
            raise


async def test_who_waits_hears_each_change_and_then_the_items() -> None:
    line, steps = Line(1, 9), Steps()
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        second = stack.enter_context(ExitStack())
        first.enter_context(line.joined(patient=False))
        second.enter_context(line.joined(patient=False))
        mine = stack.enter_context(line.joined(patient=False))
        async with aclosing(steps.items()) as items, aclosing(told(mine, line, items)) as heard:
            assert await anext(heard) == 2
            asyncio.get_running_loop().call_soon(second.close)
            assert await anext(heard) == 1
            asyncio.get_running_loop().call_soon(first.close)
            for item in ("a", "b", ""):
                steps.coming.put_nowait(item)
            assert [item async for item in heard] == ["a", "b"]
            assert mine.order[0] is False


async def test_nobody_ahead_is_nothing_to_tell() -> None:
    line, steps = Line(1, 9), Steps()
    with line.joined(patient=False) as mine:
        for item in ("a", ""):
            steps.coming.put_nowait(item)
        assert [item async for item in told(mine, line, steps.items())] == ["a"]


@pytest.mark.parametrize("closes", [True, False])
async def test_leaving_while_one_waits_leaves_no_task(*, closes: bool) -> None:
    line, steps, tasks = Line(1, 9), Steps(), asyncio.all_tasks()
    with line.joined(patient=False), line.joined(patient=False) as mine:
        heard = told(mine, line, steps.items())
        assert await anext(heard) == 1
        await asyncio.sleep(0)  # for the items to begin
        if closes:
            await heard.aclose()
        else:
            waiting = asyncio.ensure_future(anext(heard))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
    assert (steps.ended, asyncio.all_tasks()) == ("CancelledError", tasks)
