"""Discord in this process, in real time: simcord's world, without what it does for tests."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import simcord
from discord.http import Route
from simcord import _dpy_internals as internals
from simcord._clock import Clock
from simcord.gateway import ShardRouter
from simcord.http import FakeHTTPClient, FakeWebhookAdapter

from bot.client import SupportBot

_ONLY_SHARD = 0


class LiveEnv(simcord.Env):
    """A world whose people act while the bot works.

    In simcord's own, each act waits until the bot has nothing left to do, one at a time, and time stands still
    meanwhile, so that tests are exact: an answer is seen only once it is whole. Here an act returns at once, time is
    the real one, and `changed` tells of whatever the bot or a person did.
    """

    def __init__(self, bot: SupportBot) -> None:
        super().__init__(bot)
        self.backend.clock = _RealClock()
        self._bot = bot
        self._change = asyncio.Event()
        self._adapter = _Webhooks(self)

    @property
    def change(self) -> asyncio.Event:
        """Set with the next change: take it before looking, wait for it afterwards."""
        return self._change

    def changed(self) -> None:
        """Wake all who wait for a change. simcord's record of all that went by would grow for ever."""
        self.backend.transcript.clear()
        self.backend.http_requests.clear()
        happened, self._change = self._change, asyncio.Event()
        happened.set()

    async def start(self) -> None:
        """Log the bot in, and tell it of the servers that are there."""
        state = internals.get_state(self._bot)
        router = ShardRouter(self.backend, state, self._bot.dispatch, 1, (_ONLY_SHARD,))
        internals.install_http(self._bot, _Rest(self))
        internals.set_guild_ready_timeout(self._bot, 0.0)
        state.shard_count, state.shard_ids = 1, [_ONLY_SHARD]
        self._message_states.add(state)
        self.backend.subscribers.append(self._feed(router))
        with self._reaching_the_bot():
            await self._bot.login("no token")
            self._bot.shard_count = 1
            internals.install_shards(self._bot, router.shards)
            router.identify(_ONLY_SHARD, replay_guilds=True)
        await self._bot.wait_until_ready()

    async def shutdown(self) -> None:
        """Let the bot end its answers, and disconnect."""
        with self._reaching_the_bot():
            await self._bot.close()
        self.backend.subscribers.clear()

    def _feed(self, router: ShardRouter) -> Callable[[str, Mapping[str, Any]], None]:
        def feed(event: str, payload: Mapping[str, Any]) -> None:
            with self._reaching_the_bot():
                router.feed(event, payload)
            self.changed()

        return feed

    @contextmanager
    def _reaching_the_bot(self) -> Iterator[None]:
        """What the bot starts in here answers interactions through this world."""
        previous = internals.set_webhook_adapter(self._adapter)
        try:
            yield
        finally:
            internals.reset_webhook_adapter(previous)

    def _begin_operation(self, label: str) -> None:
        """Acts may overlap."""

    def _end_operation(self) -> None:
        """Acts may overlap."""

    async def _settle_internal(self, **_: Any) -> None:
        """Nobody waits for the bot."""


class _RealClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)


class _Rest(FakeHTTPClient):
    """Discord's REST API, whose every request may change what people see."""

    def __init__(self, env: LiveEnv) -> None:
        super().__init__(env.backend, asyncio.get_running_loop())
        self._env = env

    async def request(self, route: Route, *, files: Any = None, form: Any = None, **kwargs: Any) -> Any:
        try:
            return await super().request(route, files=files, form=form, **kwargs)
        finally:
            self._env.changed()


class _Webhooks(FakeWebhookAdapter):
    """The same for answers to interactions."""

    def __init__(self, env: LiveEnv) -> None:
        super().__init__(env.backend)
        self._env = env

    async def request(self, route: Any, session: Any, **kwargs: Any) -> Any:
        try:
            return await super().request(route, session, **kwargs)
        finally:
            self._env.changed()
