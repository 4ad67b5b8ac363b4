import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field

import aiohttp
import discord
import pytest
from discord import ui

from bot.asking._live_message import EDITS_A_SECOND, LEAST_INTERVAL, RETRY_DELAYS, LiveMessage, Pace
from rag_core.records.model import Reply


class Response:
    """The part of an HTTP response that discord.py's errors read."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.reason = "because"
        self.headers = headers or {}


def error(status: int, code: int = 0, headers: dict[str, str] | None = None) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(Response(status, headers), {"code": code, "message": "no"})  # type: ignore[arg-type]


class StillClock:
    """Time that passes only when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._tick = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self._tick.wait()

    def pass_on(self) -> None:
        self._tick.set()
        self._tick = asyncio.Event()


class SwiftClock:
    """Time that costs none."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)


@dataclass
class Slot:
    """A message in memory. `errors` are raised by the next edits, one each."""

    errors: list[Exception] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    without_token: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Holds back the next edit."""
    place: Reply | None = None
    bucket: int = 1

    async def edit(self, view: ui.LayoutView) -> None:
        gate, self.gate = self.gate, None
        if gate is not None:
            await gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.edits.append(text(view))

    async def edit_otherwise(self, view: ui.LayoutView) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.without_token.append(text(view))

    async def add(self, view: ui.LayoutView) -> None:
        self.added.append(text(view))


def view(content: str) -> ui.LayoutView:
    return ui.LayoutView(timeout=None).add_item(ui.TextDisplay(content))


def text(view: ui.LayoutView) -> str:
    (display,) = view.children
    assert isinstance(display, ui.TextDisplay)
    return display.content


async def turn() -> None:
    """Let every task do what it can do now."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_shows_the_newest_at_its_pace_and_drops_what_is_in_between() -> None:
    slot, clock = Slot(), StillClock()
    message = LiveMessage(slot, Pace(), clock)
    for content in "abc":
        message.show(view(content))
        await turn()
    assert slot.edits == ["a"]
    clock.pass_on()
    await turn()
    assert slot.edits == ["a", "c"]
    assert clock.asked == [LEAST_INTERVAL] * 2
    await message.finish([view("d")])


async def test_the_last_state_does_not_wait_for_its_turn() -> None:
    slot, clock = Slot(), StillClock()
    message = LiveMessage(slot, Pace(), clock)
    message.show(view("a"))
    await turn()
    message.show(view("overtaken"))
    await message.finish([view("last")])
    assert slot.edits == ["a", "last"]


async def test_the_last_state_comes_after_an_edit_under_way() -> None:
    gate = asyncio.Event()
    slot = Slot(gate=gate)
    message = LiveMessage(slot, Pace(), StillClock())
    message.show(view("slow"))
    await turn()
    finishing = asyncio.create_task(message.finish([view("last")]))
    await turn()
    assert slot.edits == []
    gate.set()
    await finishing
    assert slot.edits == ["slow", "last"]


async def test_nothing_is_shown_after_the_last_state() -> None:
    slot = Slot()
    message = LiveMessage(slot, Pace(), SwiftClock())
    await message.finish([view("last")])
    message.show(view("late"))
    await turn()
    assert slot.edits == ["last"]


async def test_a_failed_edit_in_between_is_made_up_by_the_next() -> None:
    slot, clock = Slot([error(429, headers={"Retry-After": "7"})]), StillClock()
    message = LiveMessage(slot, Pace(), clock)
    message.show(view("a"))
    await turn()
    message.show(view("ab"))
    assert clock.asked == [7.0]
    clock.pass_on()
    await turn()
    assert slot.edits == ["ab"]
    await message.finish([view("abc")])


@pytest.mark.parametrize(
    ("errors", "waited"),
    [
        ([error(503), error(429)], [1.0, 2.0]),
        ([error(429, headers={"Retry-After": "9.5"})], [9.5]),
        ([error(429, headers={"Retry-After": "soon"})], [1.0]),
        ([aiohttp.ServerDisconnectedError(), ConnectionResetError(), TimeoutError()], [1.0, 2.0, 4.0]),
        ([discord.RateLimited(3.0)], [3.0]),
    ],
)
async def test_the_last_edit_is_tried_until_it_arrives(errors: list[Exception], waited: list[float]) -> None:
    slot, clock = Slot(list(errors)), SwiftClock()
    await LiveMessage(slot, Pace(), clock).finish([view("last")])
    assert slot.edits == ["last"]
    assert clock.asked == waited


@pytest.mark.parametrize("expired", [error(404, 10015), error(401, 50027)])
async def test_an_expired_token_leads_to_the_channel(expired: Exception) -> None:
    slot, clock = Slot([expired, error(500)]), SwiftClock()
    await LiveMessage(slot, Pace(), clock).finish([view("last"), view("more")])
    assert slot.edits == []
    assert slot.without_token == ["last"]
    assert slot.added == ["more"]
    assert clock.asked == [1.0]


async def test_a_deleted_message_is_left_alone() -> None:
    slot = Slot([error(404, 10008)])
    await LiveMessage(slot, Pace(), SwiftClock()).finish([view("last"), view("more")])
    assert slot == Slot()


async def test_what_discord_will_never_take_is_not_repeated() -> None:
    slot, clock = Slot([error(400)]), SwiftClock()
    await LiveMessage(slot, Pace(), clock).finish([view("last")])
    assert clock.asked == []


async def test_gives_up_in_the_end() -> None:
    slot, clock = Slot([error(503) for _ in range(20)]), SwiftClock()
    await LiveMessage(slot, Pace(), clock).finish([view("last")])
    assert clock.asked == list(RETRY_DELAYS)


async def test_further_messages_follow_in_order() -> None:
    slot = Slot()
    await LiveMessage(slot, Pace(), SwiftClock()).finish([view("1"), view("2"), view("3")])
    assert (slot.edits, slot.added) == (["1"], ["2", "3"])


def test_many_answers_at_once_share_the_pace() -> None:
    pace = Pace()
    with ExitStack() as answers:
        answers.enter_context(pace.running(0))
        assert pace.interval(0) == LEAST_INTERVAL
        for bucket in range(1, 100):
            answers.enter_context(pace.running(bucket))
        assert pace.interval(0) == 100 / EDITS_A_SECOND
    assert pace.interval(0) == LEAST_INTERVAL


def test_the_interval_grows_with_the_answers_of_one_channel_and_of_no_other() -> None:
    pace = Pace()
    with ExitStack() as answers:
        for _ in range(4):
            answers.enter_context(pace.running(7))
        answers.enter_context(pace.running(8))
        assert pace.interval(7) == 4 * LEAST_INTERVAL
        assert pace.interval(8) == LEAST_INTERVAL
    assert pace.interval(7) == LEAST_INTERVAL


def test_four_edits_and_the_last_one_fit_into_five_seconds() -> None:
    assert 4 * LEAST_INTERVAL > 5
