"""Indexing steps aside for answers."""

import asyncio

from rag_core.right_of_way import RightOfWay


async def test_others_wait_until_the_last_taker_is_done() -> None:
    way = RightOfWay()
    with way.taken():
        with way.taken():
            waiting = asyncio.create_task(way.free())
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    await way.free()


async def test_patience_ends() -> None:
    way = RightOfWay(patience=0)
    with way.taken():
        await way.free()
        assert way._takers == 1
