"""Pictures of messages that were answered, with what stands around them."""

from contextlib import AbstractAsyncContextManager

import pytest
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from rag_core.records.servers import ChannelSettings
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, TEXT
from tests.bot.listening.forum import add_tags, post, shown
from tests.bot.previewing import preview
from tests.bot.scene import Scene, scene
from tests.fakes.desk import Wait
from tests.fixtures.pictures import Draw

READ = (Searching(QUESTION), Retrieved(PASSAGES))
WHOLE = (*READ, Shown(TEXT), Finished(ANSWERED))
SHOWN = ("HNSW has three parameters:", "Sources HNSW > Index params", "Generated, can be wrong.", "Dismiss")

pytestmark = pytest.mark.real


def newest(it: Scene, channel: ChannelHandle) -> AbstractAsyncContextManager[Preview]:
    """The channel's newest message, as the member sees it."""
    return preview(shown(channel)[-1], channel, it.here.member)


async def test_draws_a_mention_that_was_answered(draw: Draw) -> None:
    async with scene(WHOLE) as it:
        assert it.bot.user is not None
        await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {QUESTION}")
        await draw("mention", newest(it, it.here.channel), f"ada-Milvus @TestBot {QUESTION}", *SHOWN)


async def test_draws_an_answer_that_a_restart_cut_off(draw: Draw) -> None:
    async with scene((*READ, Shown(TEXT[: TEXT.index("- `efConstruction`")]), Wait(60))) as it:
        assert it.bot.user is not None
        await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {QUESTION}")
        await it.bot.asking.answers.interrupt()
        await draw("interrupted", newest(it, it.here.channel), QUESTION, "Interrupted by a restart.", "Try again")


async def test_draws_a_post_that_was_answered(draw: Draw) -> None:
    async with scene(WHOLE, message_content=True) as it:
        await it.bot.books.servers.change_channel(
            it.here.guild.id, it.here.forum.id, lambda _: ChannelSettings("always"), by=1
        )
        add_tags(it.here, "v3.0", "index")
        text = "I read the page about indexes, but not what to set."
        thread = await post(it.here.member, it.here, QUESTION, text, tags=["v3.0", "index"])
        await draw("forum", newest(it, thread), f"ada-Milvus {text}", *SHOWN)
