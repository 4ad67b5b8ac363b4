"""Pictures of each kind of message, as Discord shows them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core.answering.model import Finished, Shown
from tests.bot.asking.answers import ANSWERED, QUESTION, QUOTED, REFUSED, TEXT
from tests.bot.asking.world import READ, world
from tests.fakes.desk import Step, Wait

PNG = b"\x89PNG\r\n\x1a\n"
SCRIPTS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "answer": (QUESTION, (*READ, Shown(TEXT), Finished(ANSWERED))),
    "refused": ("Who wrote the Iliad?", (*READ, Finished(REFUSED))),
    "quoted": (QUESTION, (*READ, Finished(QUOTED))),
    "running": (QUESTION, (*READ, Shown(TEXT[:300]), Wait(60))),
}


@pytest.mark.real
@pytest.mark.parametrize("name", SCRIPTS)
async def test_draws_a_message(name: str, chromium: None, picture_path: Callable[[str], Path]) -> None:
    question, script = SCRIPTS[name]
    path = picture_path(name)
    async with world(script) as it:
        result = await it.ask(question)
        await it.env.advance_time(3)
        async with it.env.preview(it.channel, viewers=[it.alice], width=820, height=1000) as preview:
            await preview.show(result)
            await preview.screenshot(path)
    assert path.read_bytes().startswith(PNG)
