"""Fixtures for the tests of the server itself."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.wire.discord_server import DiscordServer, FakeClock
from tests.wire.scene import Scene
from tests.wire.tiny_bot import TinyBot, running_bot


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def scene(clock: FakeClock) -> AsyncIterator[Scene]:
    async with DiscordServer(clock=clock) as server, aiohttp.ClientSession() as http:
        yield Scene(server, http)


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[TinyBot]:
    async with running_bot(scene.server) as client:
        await scene.server.registered("echo")
        yield client
