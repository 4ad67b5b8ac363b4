"""A message that follows an answer while it is written: the newest state at a measured pace, the last for certain."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

import structlog
from discord import ui

from bot.asking._reply import TRANSPORT_ERRORS, MessageSlot, Verdict, judge, retry_after

_log = structlog.get_logger(__name__)

LEAST_INTERVAL = 1.3
"""Seconds between edits. Discord takes about 5 edits of a message in 5 s: four of these and the last one."""

EDITS_A_SECOND = 20
"""Of all running answers together; Discord takes 50 requests a second from a bot."""

RETRY_DELAYS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0)
"""Seconds before each further try of the last edit, where Discord does not name a time itself."""


class Clock(Protocol):
    """How time passes; tests bring one of their own."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class RealClock:
    """The event loop's time."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Pace:
    """How often a message is edited, given how many are being written at once, and how many share a limit."""

    def __init__(self) -> None:
        self._running: Counter[int] = Counter()

    def interval(self, bucket: int) -> float:
        """Seconds between edits of one message of this bucket."""
        return max(LEAST_INTERVAL * self._running[bucket], LEAST_INTERVAL, self._running.total() / EDITS_A_SECOND)

    @contextlib.contextmanager
    def running(self, bucket: int) -> Iterator[None]:
        """Count one answer more while it is written."""
        self._running[bucket] += 1
        try:
            yield
        finally:
            self._running[bucket] -= 1
            self._running += Counter()  # forgets the buckets in which nothing runs


class LiveMessage:
    """Shows views in one message. Views that are overtaken before their turn are dropped; the last one never is."""

    def __init__(self, slot: MessageSlot, pace: Pace, clock: Clock) -> None:
        self._slot = slot
        self._pace = pace
        self._clock = clock
        self._newest: ui.LayoutView | None = None
        self._finishing = False
        self._follower: asyncio.Task[None] | None = None
        self._pause: asyncio.Task[None] | None = None

    def show(self, view: ui.LayoutView) -> None:
        """Show this as soon as its turn comes, unless something newer is there by then."""
        self._newest = view
        if self._follower is None or self._follower.done():
            self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Show nothing more; an edit under way comes to its end."""
        await self._stop_following()

    async def finish(self, views: Sequence[ui.LayoutView]) -> None:
        """Show the last state, the first view in the message and the others below it; tries until Discord takes it."""
        await self._stop_following()
        first, *others = views
        if await self._surely(self._slot.edit, first):
            for view in others:
                await self._surely(self._slot.add, view)

    async def _follow(self) -> None:
        while self._newest is not None and not self._finishing:
            view, self._newest = self._newest, None
            least = await self._try(view)
            if not self._finishing:
                self._pause = asyncio.create_task(self._clock.sleep(max(self._pace.interval(self._slot.bucket), least)))
                await asyncio.wait([self._pause])

    async def _stop_following(self) -> None:
        """An edit under way is let come to its end: cut off, it could arrive after the last one."""
        self._finishing = True
        if self._pause is not None:
            self._pause.cancel()
        if self._follower is not None:
            await self._follower

    async def _try(self, view: ui.LayoutView) -> float:
        """Edit once; a failure costs nothing, since the next state holds all of this one. Seconds to wait, at least."""
        try:
            await self._slot.edit(view)
        except TRANSPORT_ERRORS as error:
            _log.info("an edit in between failed", reason=str(error))
            return retry_after(error)
        return 0.0

    async def _surely(self, send: Callable[[ui.LayoutView], Awaitable[None]], view: ui.LayoutView) -> bool:
        """Send with retries; False where there is nothing left to send to."""
        for delay in (*RETRY_DELAYS, None):
            try:
                await send(view)
            except TRANSPORT_ERRORS as error:
                match judge(error):
                    case Verdict.DELETED:
                        _log.info("the message was deleted while it was being written")
                        return False
                    case Verdict.OTHERWISE if send == self._slot.edit:
                        return await self._surely(self._slot.edit_otherwise, view)
                    case Verdict.LATER if delay is not None:
                        _log.info("the last edit failed, trying again", reason=str(error))
                        await self._clock.sleep(max(delay, retry_after(error)))
                    case _:
                        _log.warning("the last edit could not be made", reason=str(error))
                        return False
            else:
                return True
        return False
