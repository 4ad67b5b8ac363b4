"""Fixtures for the tests of the server itself, and the bot's last lines in the report of a failed test."""

from collections.abc import AsyncIterator, Generator
from typing import Any

import aiohttp
import pytest

from tests.wire.discord_server import DiscordServer, FakeClock
from tests.wire.scene import Scene
from tests.wire.tiny_bot import TinyBot, running_bot


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def scene(clock: FakeClock, discord_addresses: None) -> AsyncIterator[Scene]:
    async with DiscordServer(clock=clock) as server, aiohttp.ClientSession() as http:
        yield Scene(server, http)


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[TinyBot]:
    async with running_bot(scene.server) as client:
        await scene.server.registered("echo")
        yield client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report: Any = yield
    running = getattr(item, "funcargs", {}).get("running")
    if report.failed and running is not None:
        report.sections.append(("bot", running.bot.tail()))
    return report
