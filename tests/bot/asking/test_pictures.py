"""Pictures of each kind of message, as Discord shows them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.client import SupportBot
from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, QUOTED, REFUSED, TEXT
from tests.bot.still_time import in_still_time
from tests.fakes.book import FakeBook
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.desk import FakeDesk, Step, Wait
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations

PNG = b"\x89PNG\r\n\x1a\n"
READ = (Searching(QUESTION), Retrieved(PASSAGES))
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
    book = FakeBook()
    bot = SupportBot(
        desk=FakeDesk(book, script),
        books=FakeBooks(book).books,
        finder=FakeFinder(),
        operations=FakeOperations().operations,
        likeness=FakeGroups(),
        curated=curates(),
        shard_count=1,
    )
    async with in_still_time(bot) as env:
        guild = env.create_guild("Milvus")
        channel = guild.create_text_channel("support")
        alice = guild.add_member(env.create_user("alice"))
        result = await alice.slash(channel, "ask", question=question)
        await env.advance_time(3)
        path = picture_path(name)
        async with env.preview(channel, viewers=[alice], width=820, height=1000) as preview:
            await preview.show(result)
            await preview.screenshot(path)
    assert path.read_bytes().startswith(PNG)
