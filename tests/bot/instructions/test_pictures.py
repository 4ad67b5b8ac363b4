"""A picture of instructions that were tried."""

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import scene
from tests.fixtures.pictures import Draw

OWN = "Answer in two sentences.\nPoint beginners to #getting-started."


TEXTS = ("Preview. Nothing is saved yet.", OWN, "Discard")


@pytest.mark.real
async def test_draws_a_preview(draw: Draw) -> None:
    async with scene((Finished(ANSWERED),)) as it:
        place = it.here
        shown = await place.moderator.slash(place.channel, "admin instructions")
        tried = await place.moderator.submit_modal(shown, {"instructions": OWN, "question": QUESTION})
        await draw("admin-instructions", it.preview(tried.followups[-1].message, place.moderator), *TEXTS)
