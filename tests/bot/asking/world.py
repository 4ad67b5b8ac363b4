"""One server with the bot in it, for tests of `/ask` that look at what two members see and at what is on record.

async with world(script) as it:
    result = await it.ask()
    assert it.book.answers[it.question_id].outcome == ...
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import simcord
from simcord import InteractionResult
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.asking import Gate
from bot.client import SupportBot
from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, TEXT
from tests.bot.scene import said
from tests.bot.still_time import in_still_time
from tests.fakes.book import FakeBook
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.desk import FakeDesk, Step
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations

READ = (Searching(QUESTION), Retrieved(PASSAGES))
WHOLE = (*READ, Shown(TEXT), Finished(ANSWERED))


@dataclass
class World:
    """A server with one channel and two members."""

    env: simcord.Env
    bot: SupportBot
    desk: FakeDesk
    book: FakeBook
    channel: ChannelHandle
    alice: MemberActor
    bob: MemberActor

    async def ask(self, question: str = QUESTION) -> InteractionResult:
        return await self.alice.slash(self.channel, "ask", question=question)

    async def press(self, who: MemberActor, result: InteractionResult, **button: str) -> str:
        """The sentence that the presser alone sees."""
        assert result.response is not None
        pressed = await who.click(result.response, **button)
        assert pressed.ephemeral
        assert pressed.response is not None
        return pressed.response.content

    @property
    def question_id(self) -> str:
        return next(iter(self.book.questions))

    @property
    def edits(self) -> list[str]:
        """What each edit showed, in order."""
        return [said(request.json) for request in self.env.http_requests if request.method == "PATCH"]


@asynccontextmanager
async def world(
    script: Sequence[Step], gates: Sequence[Gate] = (), desk: type[FakeDesk] = FakeDesk
) -> AsyncIterator[World]:
    """`script` is what the desk answers; `gates` are asked before it."""
    book = FakeBook()
    asked = desk(book, script)
    bot = make_bot(asked, book, gates)
    async with in_still_time(bot) as env:
        guild = env.create_guild("Milvus")
        channel = guild.create_text_channel("support")
        alice, bob = (guild.add_member(env.create_user(name)) for name in ("alice", "bob"))
        yield World(env, bot, asked, book, channel, alice, bob)


def make_bot(desk: FakeDesk, book: FakeBook, gates: Sequence[Gate] = ()) -> SupportBot:
    """The bot in a process of its own, over these records."""
    return SupportBot(
        desk=desk,
        books=FakeBooks(book).books,
        finder=FakeFinder(),
        likeness=FakeGroups(),
        curated=curates(),
        operations=FakeOperations().operations,
        gates=gates,
        shard_count=1,
    )
