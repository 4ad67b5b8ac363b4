"""Whoever wants the whole answer alone waits for its last event, and leaves nothing running."""

from collections.abc import AsyncGenerator

import pytest

from rag_core.answering.finishing import whole_answer
from rag_core.answering.model import Answer, AnswerEvent, Finished, Searching, Shown

WHOLE = Answer("a" * 32, "answered", "One.", "?")


async def test_the_last_event_has_the_answer_and_the_rest_is_closed() -> None:
    closed = []

    async def events() -> AsyncGenerator[AnswerEvent, None]:
        try:
            yield Searching("?")
            yield Shown("One.")
            yield Finished(WHOLE)
            yield Shown("Too late.")
        finally:
            closed.append(True)

    assert await whole_answer(events()) == WHOLE
    assert closed == [True]


async def test_an_answer_without_an_end_is_a_defect() -> None:
    async def events() -> AsyncGenerator[AnswerEvent, None]:
        yield Searching("?")

    with pytest.raises(AssertionError, match="without Finished"):
        await whole_answer(events())
