"""Acknowledgements come first."""

import asyncio

import pytest

from bot.asking._arrivals import Arrivals


async def test_nobody_goes_on_before_all_are_acknowledged() -> None:
    arrivals = Arrivals()
    last_may = asyncio.Event()
    order: list[str] = []

    async def arrive(name: str, may: asyncio.Event | None = None) -> None:
        async with arrivals.one():
            if may is not None:
                await may.wait()
            order.append(f"{name} acknowledged")
        order.append(f"{name} goes on")

    async with asyncio.TaskGroup() as group:
        group.create_task(arrive("last", last_may))
        first = group.create_task(arrive("first"))
        await asyncio.sleep(0)
        assert not first.done()
        last_may.set()
    assert order[:2] == ["first acknowledged", "last acknowledged"]


async def test_a_failed_acknowledgement_holds_nobody_up() -> None:
    arrivals = Arrivals()
    with pytest.raises(ConnectionError):
        async with arrivals.one():
            raise ConnectionError
    async with asyncio.timeout(1), arrivals.one():
        passed = True
    assert passed
