"""Reads what comes of a question to its end, for whoever shows nothing on the way."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from rag_core.answering.model import Answer, AnswerEvent, Finished


async def whole_answer(events: AsyncGenerator[AnswerEvent, None]) -> Answer:
    """The whole answer; its events are closed behind it."""
    async with aclosing(events) as stream:
        async for event in stream:
            if isinstance(event, Finished):
                return event.answer
    raise AssertionError("An answer ended without Finished.")
