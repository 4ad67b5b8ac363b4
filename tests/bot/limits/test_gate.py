"""Which limit holds for whom, and that nothing slips through when many ask at once."""

import asyncio
import re
from collections.abc import AsyncGenerator

import pytest

from bot.asking import Asker
from bot.limits import Limits, Turns
from bot.limits.rules import DEFAULTS
from bot.texts import ENGLISH
from rag_core.answering.model import Answer, AnswerEvent, Finished, IndexInfo, Question, Searching
from rag_core.records.model import Origin
from rag_core.records.server_cache import Servers
from rag_core.records.servers import Limit
from tests.bot.limits.clock import SetClock
from tests.fakes.servers import FakeServerBook

HERE, THERE = 1, 2
TEXTS = ENGLISH.limits


class SlowDesk:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent, None]:
        yield Searching(question.text)
        await self.go.wait()
        yield Finished(Answer(question.id, "answered", "", question.text))

    def stop(self, question_id: str) -> bool:
        return question_id == "running"

    async def index_info(self) -> IndexInfo | None:
        return IndexInfo("g", "s", "v", None)


class Door:
    """The gate with what stands behind it."""

    def __init__(self) -> None:
        self.clock, self.desk = SetClock(), SlowDesk()
        self.servers = Servers(FakeServerBook())
        self.turns = Turns(self.desk, self.clock)
        self.gate = Limits(self.servers, self.turns, self.clock)

    async def set(self, *limits: Limit, guild_id: int = HERE) -> None:
        for limit in limits:
            await self.servers.save_limit(guild_id, limit, 9)

    async def ask(self, asker: Asker, *, answered: bool = True) -> str | None:
        """Ask, and be answered at once."""
        sentence = await self.gate.refusal(asker, ENGLISH)
        if answered:
            self.turns._arriving.clear()
        return sentence


def asker(
    user: int = 1,
    *,
    guild_id: int | None = HERE,
    channel_id: int = 10,
    parent_id: int | None = None,
    role_ids: frozenset[int] = frozenset(),
    manages: bool = False,
) -> Asker:
    return Asker(user, guild_id, channel_id, parent_id, role_ids, manages)


def kind(sentence: str | None) -> str:
    """Which limit a sentence is about."""
    stripped = re.sub(r"<t:\d+:R>", "{when}", sentence or "")
    return next((scope for scope, text in TEXTS.reached.items() if text == stripped), stripped)


async def test_by_itself_a_person_asks_ten_times_in_ten_minutes() -> None:
    door = Door()
    assert [await door.ask(asker()) for _ in range(10)] == [None] * 10
    assert kind(await door.ask(asker())) == "person"
    assert await door.ask(asker(2)) is None
    assert await door.ask(asker(guild_id=THERE)) is None, "what is asked elsewhere is not counted here"
    door.clock.now = 600.0
    assert await door.ask(asker()) is None


async def test_by_itself_a_server_is_not_taken_over_by_many() -> None:
    door = Door()
    assert [await door.ask(asker(user)) for user in range(300)] == [None] * 300
    assert kind(await door.ask(asker(1000))) == "server"
    assert await door.ask(asker(1000, guild_id=THERE)) is None
    assert await door.ask(asker(1000, guild_id=None)) is None
    assert DEFAULTS["server"].questions == 300


async def test_the_time_to_wait_is_discords_to_count_down() -> None:
    door = Door()
    await door.set(Limit("person", 1, 3600))
    await door.ask(asker())
    assert re.search(r"again <t:\d{10}:R>\.$", await door.ask(asker()) or "")


async def test_a_refused_question_is_not_counted() -> None:
    door = Door()
    await door.set(Limit("person", 1, 60), Limit("channel", 2, 60, 10))
    await door.ask(asker(1))
    for _ in range(5):
        assert kind(await door.ask(asker(1))) == "person"
    assert await door.ask(asker(2)) is None


async def test_a_roles_limit_stands_in_place_of_the_persons_and_the_most_generous_counts() -> None:
    door = Door()
    await door.set(Limit("person", 1, 60), Limit("role", 2, 60, 77), Limit("role", 3, 60, 78))
    one, both = asker(1, role_ids=frozenset({77, 5})), asker(2, role_ids=frozenset({77, 78}))
    assert [kind(await door.ask(one)) for _ in range(3)] == ["", "", "role"]
    assert [kind(await door.ask(both)) for _ in range(4)] == ["", "", "", "role"]
    assert [kind(await door.ask(asker(3))) for _ in range(2)] == ["", "person"]


async def test_a_channel_counts_with_its_threads() -> None:
    door = Door()
    await door.set(Limit("channel", 2, 60, 10))
    assert await door.ask(asker(1)) is None
    assert await door.ask(asker(2, channel_id=500, parent_id=10)) is None
    assert kind(await door.ask(asker(3, channel_id=501, parent_id=10))) == "channel"
    assert await door.ask(asker(3, channel_id=11)) is None


async def test_moderators_have_no_limit_of_their_own_but_those_of_all() -> None:
    door = Door()
    await door.set(Limit("person", 1, 60), Limit("server", 3, 60))
    moderator = asker(manages=True)
    assert [kind(await door.ask(moderator)) for _ in range(4)] == ["", "", "", "server"]


async def test_in_direct_messages_the_persons_limit_holds() -> None:
    door = Door()
    direct = asker(guild_id=None)
    assert [kind(await door.ask(direct)) for _ in range(11)] == [""] * 10 + ["person"]


async def test_of_two_servers_each_has_its_own_limits() -> None:
    door = Door()
    await door.set(Limit("person", 1, 60))
    assert [kind(await door.ask(asker())) for _ in range(2)] == ["", "person"]
    assert [kind(await door.ask(asker(guild_id=THERE))) for _ in range(3)] == ["", "", ""]


async def test_of_many_at_once_as_many_get_in_as_may() -> None:
    door = Door()
    await door.set(Limit("server", 20, 60))
    told = await asyncio.gather(*(door.ask(asker(user), answered=False) for user in range(100)))
    assert told.count(None) == 20
    assert {kind(each) for each in told} == {"", "server"}


async def test_one_question_runs_at_a_time_from_being_let_in_to_its_end() -> None:
    door = Door()
    assert await door.ask(asker(), answered=False) is None
    assert await door.ask(asker(), answered=False) == TEXTS.running
    assert await door.ask(asker(2), answered=False) is None
    stream = door.turns.ask(Question("q", "?"), Origin("discord", 1))
    await anext(stream)
    door.clock.now = 10_000.0
    assert await door.ask(asker(guild_id=THERE), answered=False) == TEXTS.running
    door.desk.go.set()
    assert [event async for event in stream]
    assert await door.ask(asker(), answered=False) is None


@pytest.mark.parametrize("how", ["closed", "cancelled"])
async def test_an_answer_that_breaks_off_frees_its_asker(how: str) -> None:
    door = Door()
    stream = door.turns.ask(Question("q", "?"), Origin("discord", 1))
    await anext(stream)
    assert door.turns.taken(1)
    if how == "closed":
        await stream.aclose()
    else:
        reading = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
    assert not door.turns.taken(1)
    assert not door.turns._running


async def test_a_question_that_never_comes_to_the_desk_frees_its_asker() -> None:
    door = Door()
    assert await door.ask(asker(), answered=False) is None
    door.clock.now = 21.0
    assert await door.ask(asker(), answered=False) is None


async def test_a_desk_with_turns_is_a_desk() -> None:
    door = Door()
    assert door.turns.stop("running")
    assert not door.turns.stop("other")
    assert await door.turns.index_info() == IndexInfo("g", "s", "v", None)
