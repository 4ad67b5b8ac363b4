"""One question at a time for each person: who is being answered waits for that answer, or stops it."""

import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from bot.asking import AsksDesk
from rag_core.answering.model import AnswerEvent, IndexInfo, Question
from rag_core.answering.transcript import Clock
from rag_core.records.model import Origin

_ARRIVAL: Final = 20.0
"""Seconds in which a question that was let in comes to the desk; Discord's acknowledgement and a file lie between."""


class Turns:
    """A desk that knows whose questions are being answered; everything is passed on to the real one."""

    def __init__(self, desk: AsksDesk, clock: Clock = time.monotonic) -> None:
        self._desk = desk
        self._clock = clock
        self._arriving: dict[int, float] = {}
        self._running: Counter[int] = Counter()

    def taken(self, user_id: int) -> bool:
        """Whether a question of this person is being answered, or about to be."""
        return self._running[user_id] > 0 or self._arriving.get(user_id, 0.0) > self._clock()

    def take(self, user_id: int) -> None:
        """A question of this person is let in."""
        now = self._clock()
        self._arriving = {each: until for each, until in self._arriving.items() if until > now}
        self._arriving[user_id] = now + _ARRIVAL

    async def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent]:
        """As `Desk.ask`."""
        user_id = origin.user_id or 0
        self._arriving.pop(user_id, None)
        self._running[user_id] += 1
        try:
            async with aclosing(self._desk.ask(question, origin)) as events:
                async for event in events:
                    yield event
        finally:
            self._running -= Counter([user_id])

    def stop(self, question_id: str) -> bool:
        """As `Desk.stop`."""
        return self._desk.stop(question_id)

    async def index_info(self) -> IndexInfo | None:
        """As `Desk.index_info`."""
        return await self._desk.index_info()
