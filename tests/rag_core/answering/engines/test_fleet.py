"""Several engines behind one port: the idlest is asked, another where one fails before its first text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing

import pytest
import pytest_asyncio

from rag_core.answering.engines import Engine, Fleet, Message, Request, ServerEngine
from rag_core.errors import EngineOverloaded, EngineUnavailable, PromptTooLong
from tests.fakes.chat_server import ChatServer
from tests.fakes.engine import Gate, ScriptedEngine

REQUEST = Request("q1", (Message("user", "What is HNSW?"),), max_tokens=10)


@pytest.fixture
def members() -> tuple[ScriptedEngine, ScriptedEngine]:
    return ScriptedEngine("From the first."), ScriptedEngine("From the second.", context_tokens=4096)


@pytest_asyncio.fixture
async def fleet(members: tuple[ScriptedEngine, ScriptedEngine]) -> AsyncIterator[Fleet]:
    fleet = Fleet(members, shortest_rest=0.01)
    await fleet.start()
    yield fleet
    await fleet.close()


async def text_of(engine: Engine, request: Request = REQUEST) -> str:
    return "".join([delta.text async for delta in engine.stream(request)])


async def until_back(member: ScriptedEngine, starts: int) -> None:
    async with asyncio.timeout(20):
        while member.started < starts:  # noqa: ASYNC110  (the fake tells nobody)
            await asyncio.sleep(0.005)
        await asyncio.sleep(0)


async def test_it_looks_like_one_engine(fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    port: Engine = fleet
    assert (port.model, port.writes, port.context_tokens) == ("scripted", True, 4096)
    assert port.count_tokens(REQUEST.messages) == 3
    await port.check()
    assert [member.started for member in members] == [1, 1]


async def test_idle_ones_take_turns(fleet: Fleet) -> None:
    assert [await text_of(fleet) for _ in range(4)] == ["From the first.", "From the second."] * 2


async def test_the_one_with_least_to_do_is_asked(fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    gate = Gate()
    members[0].reply("Slow.", gates={0: gate})
    slow = asyncio.create_task(text_of(fleet))
    await gate.reached.wait()
    assert [await text_of(fleet) for _ in range(3)] == ["From the second."] * 3
    gate.opened.set()
    assert await slow == "Slow."


@pytest.mark.parametrize("error", [EngineUnavailable("Gone."), EngineOverloaded("Busy.")])
async def test_what_fails_before_its_first_text_is_asked_of_another(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine], error: EngineUnavailable | EngineOverloaded
) -> None:
    members[0].fail(error)
    assert await text_of(fleet) == "From the second."


async def test_what_was_begun_is_not_begun_again(fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    members[0].fail(EngineUnavailable("Gone."), "From ")
    with pytest.raises(EngineUnavailable, match="Gone"):
        await text_of(fleet)
    assert members[1].requests == []


async def test_a_prompt_that_is_too_long_is_too_long_for_all(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]
) -> None:
    members[0].fail(PromptTooLong("Too long."))
    with pytest.raises(PromptTooLong):
        await text_of(fleet)
    assert members[1].requests == []


async def test_the_last_error_is_told_where_all_fail(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]
) -> None:
    members[0].fail(EngineUnavailable("Gone."))
    members[1].fail(EngineOverloaded("Busy."))
    with pytest.raises(EngineOverloaded, match="Busy"):
        await text_of(fleet)


async def test_one_that_failed_rests_until_it_is_back(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]
) -> None:
    members[0].unavailable = "Gone."
    assert [await text_of(fleet) for _ in range(3)] == ["From the second."] * 3
    assert len(members[0].requests) == 1
    await fleet.check()
    members[0].unavailable = ""
    await until_back(members[0], members[0].started + 1)
    assert {await text_of(fleet), await text_of(fleet)} == {"From the first.", "From the second."}


async def test_resting_ones_are_asked_where_all_rest(members: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    fleet = Fleet(members, shortest_rest=60)
    await fleet.start()
    for member in members:
        member.fail(EngineUnavailable("Gone."))
    with pytest.raises(EngineUnavailable):
        await text_of(fleet)
    assert await text_of(fleet) == "From the first."
    await fleet.close()
    assert [member.closed for member in members] == [1, 1]


async def test_a_silent_one_leaves_time_for_another(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]
) -> None:
    members[0].reply("Never.", gates={0: Gate()})
    assert await text_of(fleet, Request("q1", REQUEST.messages, max_tokens=10, timeout=2)) == "From the second."
    assert members[0].aborted == ["q1"]


async def test_it_starts_as_long_as_one_is_there(members: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    members[0].unavailable = "Gone."
    fleet = Fleet(members, shortest_rest=0.01)
    await fleet.start()
    assert await text_of(fleet) == "From the second."
    members[1].unavailable = "Gone too."
    with pytest.raises(EngineUnavailable):
        await fleet.check()
    await fleet.close()
    with pytest.raises(EngineUnavailable, match="Gone"):
        await Fleet(members).start()


async def test_closing_its_stream_closes_the_members(
    fleet: Fleet, members: tuple[ScriptedEngine, ScriptedEngine]
) -> None:
    async with aclosing(fleet.stream(REQUEST)) as deltas:
        await anext(deltas)
    assert members[0].aborted == ["q1"]


async def test_real_servers_one_of_which_goes_away() -> None:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(ChatServer().running()) for _ in range(2)]
        for server in servers:
            server.say("A graph.")
        fleet = Fleet([ServerEngine(server.url, "large") for server in servers])
        await fleet.start()
        servers[0].status = 503
        assert [await text_of(fleet) for _ in range(4)] == ["A graph."] * 4
        servers[0].frames, servers[0].cut, servers[0].status = [], True, 200
        assert [await text_of(fleet) for _ in range(4)] == ["A graph."] * 4
        await fleet.close()
