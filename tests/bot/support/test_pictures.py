"""Pictures of what people press under an answer, and what comes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED
from tests.bot.scene import scene
from tests.bot.support.pressing import ask, press, question_id

PNG = b"\x89PNG\r\n\x1a\n"
SCRIPT = (Finished(ANSWERED),)
RIGHT = "HNSW has two build parameters, `M` and `efConstruction` [1]. `ef` belongs to the search [2]."


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_a_call_for_a_person(picture_path: Callable[[str], Path]) -> None:
    async with scene(SCRIPT) as it:
        await it.here.moderator.slash(it.here.channel, "admin roles helper", role=it.here.helpers)
        pressed = await press(it.here.member, await ask(it), "call_person")
        path = picture_path("ask-a-person")
        await it.draw(path, pressed.followups[0].message, it.here.member)
    assert path.read_bytes().startswith(PNG)


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_a_corrected_and_solved_answer(picture_path: Callable[[str], Path]) -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        await press(it.here.member, result, "solve")
        opened = await it.here.moderator.slash(it.here.channel, "admin correct", id=question_id(it))
        seen = await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        for name, message in (("corrected", result), ("admin-correct", seen)):
            path = picture_path(name)
            await it.draw(path, message, it.here.moderator)
            assert path.read_bytes().startswith(PNG)


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_the_form_that_asks_what_was_wrong(picture_path: Callable[[str], Path]) -> None:
    async with scene(SCRIPT) as it:
        shown = await press(it.here.member, await ask(it), "rate:down")
        path = picture_path("what-was-wrong")
        async with it.env.preview(it.here.channel, viewers=[it.here.member], width=820, height=1000) as preview:
            await preview.show(shown)
            await preview.screenshot(path)
    assert path.read_bytes().startswith(PNG)
