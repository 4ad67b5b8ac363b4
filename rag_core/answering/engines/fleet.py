"""Several engines that serve one model, and look like one."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from rag_core.answering.engines.engine import Delta, Engine, Message, Request
from rag_core.errors import EngineError, EngineOverloaded, EngineUnavailable

_log = structlog.get_logger(__name__)

_SHORTEST_REST = 1.0
_LONGEST_REST = 60.0


class _Member:
    """One of them: how many requests of ours it has, when it was asked last, and what waits for it while it rests."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.running = 0
        self.turn = 0
        self.nursing: asyncio.Task[None] | None = None

    @property
    def order(self) -> tuple[bool, int, int]:
        """Who is asked first: not the resting ones, then who has least to do, then who was asked longest ago."""
        return (self.nursing is not None, self.running, self.turn)


class Fleet:
    """The `Engine` in front of several.

    A request goes to the one with the fewest of ours. What fails before its first text is tried with the next; after
    that, the reader has text that no other engine would go on with. An engine that can't be reached rests, and is asked
    whether it is back after a second, then after twice as long each time, up to a minute; it is asked for text
    only if all rest.

    Args:
        engines: the members, not started yet; at least one.
        shortest_rest: seconds before an engine that failed is asked whether it is back.
    """

    writes = True

    def __init__(self, engines: Sequence[Engine], *, shortest_rest: float = _SHORTEST_REST) -> None:
        self._members = [_Member(engine) for engine in engines]
        self._shortest_rest = shortest_rest
        self._turns = itertools.count(1)

    @property
    def model(self) -> str:
        """The model of the one that is asked next."""
        return self._first.engine.model

    @property
    def context_tokens(self) -> int:
        """What the smallest of them takes: a request may come to any."""
        return min(member.engine.context_tokens for member in self._members)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """As the one counts that is asked next."""
        return self._first.engine.count_tokens(messages)

    async def start(self) -> None:
        """Reach them; those that are not there yet may come later, as long as one is.

        Raises:
            EngineUnavailable: none is there.
        """
        errors = await asyncio.gather(*map(_start, self._members))
        failed = [error for error in errors if error is not None]
        if len(failed) == len(self._members):
            raise failed[0]
        for member, error in zip(self._members, errors, strict=True):
            if error is not None:
                self._rest(member, error)

    async def close(self) -> None:
        """Close them all."""
        nursing = [member.nursing for member in self._members if member.nursing]
        for task in nursing:
            task.cancel()
        await asyncio.gather(*nursing, return_exceptions=True)
        await asyncio.gather(*(member.engine.close() for member in self._members))

    async def check(self) -> None:
        """Is one of them there?

        Raises:
            EngineUnavailable: none is.
        """
        errors = await asyncio.gather(*map(_check, self._members))
        if all(errors):
            raise next(error for error in errors if error is not None)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Generate; see `Engine.stream`."""
        deadline = asyncio.get_running_loop().time() + request.timeout
        members = sorted(self._members, key=lambda member: member.order)
        for others, member in zip(range(len(members) - 1, -1, -1), members, strict=True):
            left = max(0.0, deadline - asyncio.get_running_loop().time())
            attempt = self._attempt(member, replace(request, timeout=left), left / (others + 1))
            begun = False
            try:
                async with aclosing(attempt) as deltas:
                    async for delta in deltas:
                        begun = begun or bool(delta.text)
                        yield delta
            except (EngineUnavailable, EngineOverloaded) as error:
                if begun or not others or asyncio.get_running_loop().time() >= deadline:
                    raise
                _log.warning("another engine is asked", request=request.id, reason=str(error))
            else:
                return

    @property
    def _first(self) -> _Member:
        return min(self._members, key=lambda member: member.order)

    async def _attempt(self, member: _Member, request: Request, patience: float) -> AsyncGenerator[Delta, None]:
        """Stream from one; its first delta must come within `patience` seconds, so that there is time for another."""
        member.running += 1
        member.turn = next(self._turns)
        try:
            async with aclosing(member.engine.stream(request)) as deltas:
                async with asyncio.timeout(patience):
                    first = await anext(deltas)
                yield first
                async for delta in deltas:
                    yield delta
        except TimeoutError as error:
            silent = EngineOverloaded(f"The engine gave no text within {patience:g} seconds.")
            self._rest(member, silent)
            raise silent from error
        except EngineUnavailable as error:
            self._rest(member, error)
            raise
        finally:
            member.running -= 1

    def _rest(self, member: _Member, error: EngineError) -> None:
        if member.nursing is None:
            _log.warning("an engine rests", reason=str(error))
            member.nursing = asyncio.create_task(self._nurse(member), name="engine nursing")

    async def _nurse(self, member: _Member) -> None:
        """Wait until it is back."""
        pause = self._shortest_rest
        await asyncio.sleep(pause)
        while (error := await _start(member)) is not None:
            pause = min(_LONGEST_REST, 2 * pause)
            _log.info("an engine is still away", reason=str(error), seconds_to_next=pause)
            await asyncio.sleep(pause)
        member.nursing = None
        _log.info("an engine is back", model=member.engine.model)


async def _start(member: _Member) -> EngineError | None:
    """What keeps it from starting, if anything; one that is started already is reached again."""
    try:
        await member.engine.start()
    except EngineError as error:
        return error
    return None


async def _check(member: _Member) -> EngineError | None:
    try:
        await member.engine.check()
    except EngineError as error:
        return error
    return None
