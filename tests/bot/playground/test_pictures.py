"""The picture of the playground in the documentation."""

from contextlib import nullcontext
from datetime import datetime, tzinfo

import pytest
from playwright.async_api import Browser, expect

from tests.bot.playground.stage import FIRST, SECOND, stage
from tests.fakes.engine import Gate
from tests.fixtures.pictures import Draw

pytestmark = pytest.mark.real

TEXTS = ("# support Ask about Milvus", "Sources", "Mona used /ask", "Writing…", "Message #support, or / for commands")


class Noon(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Noon":
        return cls(2026, 1, 1, 12, tzinfo=tz)


async def test_draws_the_page_while_an_answer_is_written(
    draw: Draw, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground._live_env.datetime", Noon)
    async with stage(browser) as it:
        await it.say("@Milvus Where does the graph index keep its edges?")
        await expect(it.last).to_contain_text("Sources")
        await it.say("Thank you!")
        gate = Gate()
        it.engine.reply(FIRST, SECOND, gates={1: gate})
        await it.be("Mona")
        await it.ask("How many edges does the graph index examine in memory?")
        await expect(it.last).to_contain_text("keeps its edges in memory")
        await draw("playground", nullcontext(it.page), *TEXTS)
        gate.opened.set()
        await expect(it.last).to_contain_text("Sources")
