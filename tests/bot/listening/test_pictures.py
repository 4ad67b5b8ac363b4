"""Pictures of messages that were answered, with what stands around them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from simcord.builders import ChannelHandle

from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from rag_core.records.servers import ChannelSettings
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, TEXT
from tests.bot.listening.forum import add_tags, post, shown
from tests.bot.scene import Scene, scene
from tests.fakes.desk import Wait

PNG = b"\x89PNG\r\n\x1a\n"
READ = (Searching(QUESTION), Retrieved(PASSAGES))
WHOLE = (*READ, Shown(TEXT), Finished(ANSWERED))

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("chromium")]


async def draw(it: Scene, channel: ChannelHandle, path: Path) -> None:
    """The channel from its newest message up, as the member sees it."""
    async with it.env.preview(channel, viewers=[it.here.member], width=820, height=1000) as preview:
        await preview.show(shown(channel)[-1])
        await preview.screenshot(path)


def is_picture(path: Path) -> bool:
    return path.read_bytes().startswith(PNG)


async def test_draws_a_mention_that_was_answered(picture_path: Callable[[str], Path]) -> None:
    async with scene(WHOLE) as it:
        assert it.bot.user is not None
        await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {QUESTION}")
        path = picture_path("mention")
        await draw(it, it.here.channel, path)
        assert is_picture(path)


async def test_draws_an_answer_that_a_restart_cut_off(picture_path: Callable[[str], Path]) -> None:
    async with scene((*READ, Shown(TEXT[: TEXT.index("- `efConstruction`")]), Wait(60))) as it:
        assert it.bot.user is not None
        await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {QUESTION}")
        await it.bot.asking.answers.interrupt()
        path = picture_path("interrupted")
        await draw(it, it.here.channel, path)
        assert is_picture(path)


async def test_draws_a_post_that_was_answered(picture_path: Callable[[str], Path]) -> None:
    async with scene(WHOLE, message_content=True) as it:
        await it.bot.books.servers.change_channel(
            it.here.guild.id, it.here.forum.id, lambda _: ChannelSettings("always"), by=1
        )
        add_tags(it.here, "v3.0", "index")
        text = "I read the page about indexes, but not what to set."
        thread = await post(it.here.member, it.here, QUESTION, text, tags=["v3.0", "index"])
        path = picture_path("forum")
        await draw(it, thread, path)
        assert is_picture(path)
