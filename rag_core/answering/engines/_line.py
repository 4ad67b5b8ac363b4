"""Who may ask the engine, and who comes before whom."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

from rag_core.errors import EngineOverloaded

Item = TypeVar("Item")


class Place:
    """One request's place in the line."""

    def __init__(self, line: "Line", number: int, *, patient: bool) -> None:
        self._line = line
        self._number = number
        self._patient = patient
        self._begun = False

    @property
    def order(self) -> tuple[bool, bool, int]:
        """What vLLM sorts by: what it began stays, then people before patient requests, then who came first."""
        return (not self._begun, self._patient, self._number)

    @property
    def ahead(self) -> int:
        """How many requests must end before this one begins."""
        return self._line.ahead(self)

    def begin(self) -> None:
        """The engine has begun with it."""
        self._begun = True


class Line:
    """The requests that vLLM holds. It keeps the queue itself; this one knows who stands where, and when it is full.

    Args:
        at_once: requests that are generated at once.
        waiting: requests that may wait beyond those.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._room = at_once + waiting
        self._places: set[Place] = set()
        self._numbers = itertools.count()
        self._moved: asyncio.Future[None] | None = None

    @contextmanager
    def joined(self, *, patient: bool) -> Iterator[Place]:
        """Stand in it for as long as the block runs.

        Raises:
            EngineOverloaded: it is full.
        """
        if len(self._places) >= self._room:
            raise EngineOverloaded(f"{len(self._places)} requests are under way or waiting: try again in a minute.")
        place = Place(self, next(self._numbers), patient=patient)
        self._places.add(place)
        try:
            yield place
        finally:
            self._places.remove(place)
            moved, self._moved = self._moved, None
            if moved is not None:
                moved.set_result(None)

    def ahead(self, place: Place) -> int:
        """How many must end before this one begins."""
        if len(self._places) <= self._at_once:
            return 0
        before = sum(other.order < place.order for other in self._places)
        return max(0, before + 1 - self._at_once)

    def moved(self) -> asyncio.Future[None]:
        """Done once somebody leaves; those who wait share it, so nobody may cancel it."""
        if self._moved is None:
            self._moved = asyncio.get_running_loop().create_future()
        return self._moved


async def told(place: Place, line: Line, items: AsyncGenerator[Item, None]) -> AsyncGenerator[Item | int, None]:
    """The items, and before the first one how many requests are ahead, each time that this changes.

    Closing it, or cancelling its reader, aborts what it waits for; closing `items` is left to who made them.
    """
    if place.ahead:
        first = asyncio.ensure_future(anext(items, None))
        # An error that nobody is there to hear any more is no news.
        first.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            async with aclosing(_positions(place, line, first)) as positions:
                async for ahead in positions:
                    yield ahead
            if (item := await first) is not None:
                place.begin()
                yield item
        finally:
            first.cancel()
            await asyncio.wait([first])
    async for item in items:
        place.begin()
        yield item


async def _positions(place: Place, line: Line, first: "asyncio.Future[Item]") -> AsyncGenerator[int, None]:
    shown = 0
    while not first.done() and (ahead := place.ahead):
        if ahead != shown:
            yield ahead
            shown = ahead
        either: list[asyncio.Future[Any]] = [first, line.moved()]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
