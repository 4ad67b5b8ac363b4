"""The fake that other tests rely on keeps the port's promises."""

import asyncio
from contextlib import aclosing

import pytest

from rag_core.answering.engines.engine import Delta, Engine, Message, Request
from rag_core.answering.model import Usage
from rag_core.errors import EngineOverloaded, EngineUnavailable, PromptTooLong
from tests.fakes.engine import Gate, ScriptedEngine

REQUEST = Request("q1", (Message("user", "What is HNSW?"),), max_tokens=10)


async def read(engine: Engine, request: Request = REQUEST) -> list[Delta]:
    return [delta async for delta in engine.stream(request)]


async def test_says_its_pieces_then_usage() -> None:
    engine = ScriptedEngine("A graph. ", "Fast.")
    assert await read(engine) == [Delta("A graph. "), Delta("Fast."), Delta("", "stop", Usage(prompt=3, completion=2))]
    assert (engine.requests, engine.finished, engine.running) == ([REQUEST], ["q1"], [])


async def test_waits_at_a_gate_and_counts_a_cancelled_reader_as_aborted() -> None:
    engine, gate = ScriptedEngine(), Gate()
    engine.reply("First. ", "Second.", gates={1: gate})
    task = asyncio.create_task(read(engine))
    await gate.reached.wait()
    assert engine.running == ["q1"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (engine.aborted, engine.running) == (["q1"], [])


async def test_closing_the_iterator_aborts() -> None:
    engine = ScriptedEngine("First. ", "Second.")
    async with aclosing(engine.stream(REQUEST)) as deltas:
        assert (await anext(deltas)).text == "First. "
    assert (engine.aborted, engine.finished) == (["q1"], [])


async def test_raises_what_the_script_says_after_its_pieces() -> None:
    engine = ScriptedEngine("Fine.")
    engine.fail(EngineOverloaded("The queue is full."), "First. ")
    with pytest.raises(EngineOverloaded):
        await read(engine)
    assert (await read(engine))[0].text == "Fine."


async def test_unavailable_and_too_long() -> None:
    engine = ScriptedEngine("Fine.", context_tokens=5)
    with pytest.raises(PromptTooLong):
        await read(engine)
    engine.unavailable = "The engine died."
    with pytest.raises(EngineUnavailable):
        await read(engine)
