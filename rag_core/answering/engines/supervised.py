"""Keeps an engine alive: one that died is started again, while questions are told that it is away.

A request that was under way when it died waits for the new one, within its own deadline, and goes on there behind what
its reader has: nothing that was handed out is handed out twice or taken back. That is done once: what dies of the same
request again is better told than tried.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

import structlog

from rag_core.answering.engines.engine import Delta, Engine, Message, Request
from rag_core.errors import EngineUnavailable

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0
_SHORTEST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_HEALTHY_AFTER = 300.0
"""Seconds after which an engine that dies is no longer one that does not come up: its pauses begin anew."""


class SupervisedEngine:
    """The `Engine` around another one that can die, and that `close` and `start` replace.

    Args:
        engine: the other one.
        look_every: seconds between looks at whether it lives; a request that it fails is a look as well.
        shortest_pause: seconds before the second start in a row; doubled before each further one, up to a minute.
    """

    def __init__(
        self, engine: Engine, *, look_every: float = _LOOK_EVERY, shortest_pause: float = _SHORTEST_PAUSE
    ) -> None:
        self._engine = engine
        self._look_every = look_every
        self._shortest_pause = shortest_pause
        self._pause = 0.0
        self._started_at = 0.0
        self._there = asyncio.Event()
        self._noticed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def model(self) -> str:
        """The other's."""
        return self._engine.model

    @property
    def writes(self) -> bool:
        """The other's."""
        return self._engine.writes

    @property
    def context_tokens(self) -> int:
        """The other's."""
        return self._engine.context_tokens

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """The other's."""
        return self._engine.count_tokens(messages)

    async def start(self) -> None:
        """Start it; whoever starts the bot hears why it does not come up the first time.

        Raises:
            ModelError, EngineUnavailable: as the other one.
        """
        await self._engine.start()
        self._is_there()
        self._keeper = asyncio.create_task(self._keep(), name="engine keeper")

    async def close(self) -> None:
        """End it, and what waits for it."""
        self._closed = True
        self._there.set()
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        await self._engine.close()

    async def check(self) -> None:
        """Cheap: is it there now?

        Raises:
            EngineUnavailable: it is not, or is just being started again.
        """
        if not self._there.is_set():
            raise EngineUnavailable("The engine has died and is being started again.")
        await self._engine.check()

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Generate; see `Engine.stream`."""
        deadline = asyncio.get_running_loop().time() + request.timeout
        await self.check()
        begun = request.begun
        try:
            async with aclosing(self._engine.stream(request)) as deltas:
                async for delta in deltas:
                    begun += delta.text
                    yield delta
        except EngineUnavailable as error:
            left = await self._replacement(deadline, error)
        else:
            return
        _log.warning("request goes on in the new engine", request=request.id, characters=len(begun))
        async with aclosing(self._engine.stream(replace(request, begun=begun, timeout=left))) as deltas:
            async for delta in deltas:
                yield delta

    async def _replacement(self, deadline: float, error: EngineUnavailable) -> float:
        """Wait until the engine that failed a request is replaced; returns the seconds that are left then.

        Raises:
            EngineUnavailable: the engine lives, so that it was the request's fault; or there is none in time.
        """
        if self._there.is_set() and await self._lives():
            raise error
        self._there.clear()
        self._noticed.set()
        try:
            async with asyncio.timeout_at(deadline):
                await self._there.wait()
        except TimeoutError:
            raise error from None
        if self._closed:
            raise error
        return deadline - asyncio.get_running_loop().time()

    async def _keep(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._noticed.wait(), self._look_every)
            if not (self._there.is_set() and await self._lives()):
                self._there.clear()
                await self._replace()

    async def _lives(self) -> bool:
        try:
            await self._engine.check()
        except EngineUnavailable as error:
            _log.warning("engine is dead", reason=str(error))
            return False
        return True

    async def _replace(self) -> None:
        """Close and start it until it comes up."""
        if asyncio.get_running_loop().time() - self._started_at > _HEALTHY_AFTER:
            self._pause = 0.0
        while not self._there.is_set():
            await asyncio.sleep(self._pause)
            self._pause = min(_LONGEST_PAUSE, max(self._shortest_pause, 2 * self._pause))
            try:
                await self._engine.close()
                await self._engine.start()
            except Exception:  # noqa: BLE001 - the border of the keeper's task: without it there would be no engine again
                _log.exception("engine did not come up", seconds_to_next=self._pause)
            else:
                self._is_there()

    def _is_there(self) -> None:
        self._started_at = asyncio.get_running_loop().time()
        self._noticed.clear()
        self._there.set()
