"""The picture of the playground in the documentation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.bot.playground.stage import FIRST, SECOND, stage
from tests.fakes.engine import Gate

pytestmark = pytest.mark.real

SMALLEST = 20_000
"""Bytes; an empty page has fewer."""


async def test_draws_the_page_while_an_answer_is_written(picture_path: Callable[[str], Path]) -> None:
    path = picture_path("playground")
    async with stage() as it:
        await it.say("@Milvus Where does the graph index keep its edges?")
        await expect(it.last).to_contain_text("Sources")
        await it.say("Thank you!")
        gate = Gate()
        it.engine.reply(FIRST, SECOND, gates={1: gate})
        await it.be("Mona")
        await it.ask("How many edges does the graph index examine in memory?")
        await expect(it.last).to_contain_text("keeps its edges in memory")
        await it.page.evaluate("document.fonts.ready")
        await it.page.screenshot(path=path)
        gate.opened.set()
        await expect(it.last).to_contain_text("Sources")
    assert path.stat().st_size > SMALLEST
