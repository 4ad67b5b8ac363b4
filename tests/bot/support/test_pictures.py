"""Pictures of what people press under an answer, and what comes of it."""

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED
from tests.bot.scene import scene
from tests.bot.support.pressing import ask, press, question_id
from tests.fixtures.pictures import Draw

SCRIPT = (Finished(ANSWERED),)
RIGHT = "HNSW has two build parameters, `M` and `efConstruction` [1]. `ef` belongs to the search [2]."
CALL = ("@helpers · @ada-Milvus asks for a person", "Answered from the documentation", "To the answer")
CORRECTED = ("ef belongs to the search [2].", "Corrected by the moderators.", "✓ Solved")
CHANGED = ("The answer is changed in place.", "Before HNSW has three parameters")
FORM = ("What was wrong?", "Something is missing", "What should it have said?", "Submit")


@pytest.mark.real
async def test_draws_a_call_for_a_person(draw: Draw) -> None:
    async with scene(SCRIPT) as it:
        await it.here.moderator.slash(it.here.channel, "admin roles helper", role=it.here.helpers)
        pressed = await press(it.here.member, await ask(it), "call_person")
        await draw("ask-a-person", it.preview(pressed.followups[0].message, it.here.member), *CALL)


@pytest.mark.real
async def test_draws_a_corrected_and_solved_answer(draw: Draw) -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        await press(it.here.member, result, "solve")
        opened = await it.here.moderator.slash(it.here.channel, "admin correct", id=question_id(it))
        seen = await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        await draw("corrected", it.preview(result, it.here.moderator), *CORRECTED)
        await draw("admin-correct", it.preview(seen, it.here.moderator), *CHANGED)


@pytest.mark.real
async def test_draws_the_form_that_asks_what_was_wrong(draw: Draw) -> None:
    async with scene(SCRIPT) as it:
        shown = await press(it.here.member, await ask(it), "rate:down")
        await draw("what-was-wrong", it.preview(shown, it.here.member), *FORM)
