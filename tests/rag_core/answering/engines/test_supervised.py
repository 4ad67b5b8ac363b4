"""An engine that dies is replaced; what was under way goes on, once, behind what its reader has."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
import pytest_asyncio

from rag_core.answering.engines import Delta, Engine, Message, Request, SupervisedEngine
from rag_core.errors import EngineUnavailable
from tests.fakes.engine import Gate, ScriptedEngine

REQUEST = Request("q1", (Message("user", "What is HNSW?"),), max_tokens=10)


class MortalEngine(ScriptedEngine):
    """A scripted engine that `die` ends; `start` revives it, once `grave` lets it."""

    def __init__(self, *pieces: str) -> None:
        super().__init__(*pieces)
        self.grave = asyncio.Event()
        self.grave.set()
        self.failing_starts = 0

    def die(self) -> None:
        self.unavailable = "The engine's process has died."

    async def start(self) -> None:
        await self.grave.wait()
        self.unavailable = ""
        if self.failing_starts:
            self.failing_starts -= 1
            self.started += 1
            raise RuntimeError("CUDA out of memory.")
        await super().start()


@pytest_asyncio.fixture
async def mortal() -> MortalEngine:
    return MortalEngine("A graph. ", "Fast.")


@pytest_asyncio.fixture
async def engine(mortal: MortalEngine) -> AsyncIterator[SupervisedEngine]:
    supervised = SupervisedEngine(mortal, look_every=0.01, shortest_pause=0.01)
    await supervised.start()
    yield supervised
    await supervised.close()


def died(mortal: MortalEngine, *pieces: str) -> None:
    """Queue an answer that the engine's death cuts off."""
    gate = Gate()
    gate.opened.set()
    mortal.fail(EngineUnavailable("The engine's process has died."), *pieces)


async def text_of(engine: Engine, request: Request = REQUEST) -> str:
    return "".join([delta.text async for delta in engine.stream(request)])


async def until_there(engine: Engine, *, there: bool) -> None:
    async with asyncio.timeout(20):
        while there != await _is_there(engine):  # noqa: ASYNC110  (the port tells nobody)
            await asyncio.sleep(0.005)


async def _is_there(engine: Engine) -> bool:
    try:
        await engine.check()
    except EngineUnavailable:
        return False
    return True


async def test_it_looks_like_the_engine_in_it(mortal: MortalEngine, engine: SupervisedEngine) -> None:
    port: Engine = engine
    assert (port.model, port.writes, port.context_tokens) == (mortal.model, True, mortal.context_tokens)
    assert port.count_tokens(REQUEST.messages) == 3
    assert await text_of(engine) == "A graph. Fast."


async def test_one_that_dies_idle_is_replaced_before_anybody_asks(
    mortal: MortalEngine, engine: SupervisedEngine
) -> None:
    mortal.grave.clear()
    mortal.die()
    await until_there(engine, there=False)
    with pytest.raises(EngineUnavailable):
        await text_of(engine)
    mortal.grave.set()
    await until_there(engine, there=True)
    assert (mortal.started, mortal.closed) == (2, 1)
    assert await text_of(engine) == "A graph. Fast."


async def test_one_that_does_not_come_up_is_tried_again(mortal: MortalEngine, engine: SupervisedEngine) -> None:
    mortal.failing_starts = 3
    mortal.die()
    await until_there(engine, there=False)
    await until_there(engine, there=True)
    assert (mortal.started, mortal.closed) == (5, 4)


async def test_a_running_answer_goes_on_behind_what_its_reader_has(
    mortal: MortalEngine, engine: SupervisedEngine
) -> None:
    class DyingEngine(MortalEngine):
        async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
            self.requests.append(request)
            yield Delta("A graph. ")
            if not request.begun:
                self.die()
                raise EngineUnavailable("The engine's process has died.")
            yield Delta("Fast.", "stop")

    dying = DyingEngine()
    supervised = SupervisedEngine(dying, shortest_pause=0.01)
    await supervised.start()
    deltas = [delta.text async for delta in supervised.stream(REQUEST)]
    assert deltas == ["A graph. ", "A graph. ", "Fast."]
    assert [request.begun for request in dying.requests] == ["", "A graph. "]
    assert 0 < dying.requests[1].timeout < REQUEST.timeout
    await supervised.close()


async def test_what_fails_while_the_engine_lives_is_the_requests_own_fault(
    mortal: MortalEngine, engine: SupervisedEngine
) -> None:
    died(mortal, "A graph. ")
    with pytest.raises(EngineUnavailable):
        await text_of(engine)
    assert (len(mortal.requests), mortal.started) == (1, 1)


class DeadlyEngine(MortalEngine):
    """It dies of every request."""

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        self.die()
        raise EngineUnavailable("The engine's process has died.")
        yield Delta("")


async def test_what_the_engine_dies_of_twice_is_not_tried_again() -> None:
    deadly = DeadlyEngine()
    engine = SupervisedEngine(deadly, shortest_pause=0.01)
    await engine.start()
    with pytest.raises(EngineUnavailable):
        await text_of(engine)
    assert len(deadly.requests) == 2
    await engine.close()


async def test_the_deadline_goes_on_while_a_request_waits_for_the_new_engine() -> None:
    deadly = DeadlyEngine()
    engine = SupervisedEngine(deadly)
    await engine.start()
    deadly.grave.clear()
    with pytest.raises(EngineUnavailable, match="has died"):
        await text_of(engine, Request("q1", REQUEST.messages, timeout=0.05))
    assert len(deadly.requests) == 1
    deadly.grave.set()
    await engine.close()


async def test_closing_it_ends_the_wait_for_a_new_engine() -> None:
    deadly = DeadlyEngine()
    engine = SupervisedEngine(deadly)
    await engine.start()
    deadly.grave.clear()
    asking = asyncio.create_task(text_of(engine))
    await until_there(engine, there=False)
    await asyncio.wait_for(engine.close(), 10)
    with pytest.raises(EngineUnavailable):
        await asyncio.wait_for(asking, 10)
