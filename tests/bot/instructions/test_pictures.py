"""A picture of instructions that were tried."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import scene

PNG = b"\x89PNG\r\n\x1a\n"
OWN = "Answer in two sentences.\nPoint beginners to #getting-started."


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_a_preview(picture_path: Callable[[str], Path]) -> None:
    async with scene((Finished(ANSWERED),)) as it:
        place = it.here
        shown = await place.moderator.slash(place.channel, "admin instructions")
        tried = await place.moderator.submit_modal(shown, {"instructions": OWN, "question": QUESTION})
        path = picture_path("admin-instructions")
        await it.draw(path, tried.followups[-1].message, place.moderator)
    assert path.read_bytes().startswith(PNG)
