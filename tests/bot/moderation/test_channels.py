"""`/admin channel`: what the moderator sees, and what is on record."""

import json

import discord
import pytest
from simcord import InteractionResult

from bot.moderation._rendering import channel_list
from bot.texts import CHINESE, ENGLISH
from rag_core.answering.model import Finished
from rag_core.records.servers import ChannelSettings, Server
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import Scene, buttons, said, scene

TEXTS = ENGLISH.moderation


async def _set(it: Scene, channel: object = None, **options: object) -> InteractionResult:
    wanted = channel or it.here.channel
    return await it.here.moderator.slash(it.here.channel, "admin channel set", channel=wanted, **options)


@pytest.mark.parametrize(
    ("mode", "option", "missing"),
    [
        ("on_mention", {}, False),
        ("on_mention", {"threads": True}, True),
        ("when_sure", {}, True),
        ("always", {"tags": True}, True),
    ],
)
@pytest.mark.parametrize("reads_all", [True, False])
async def test_says_what_is_missing_without_the_message_content_intent(
    mode: str, option: dict[str, bool], missing: bool, reads_all: bool
) -> None:
    async with scene(message_content=reads_all) as it:
        seen = await _set(it, it.here.forum, mode=mode, **option)
        assert (ENGLISH.listening.content_missing in said(seen)) == (missing and not reads_all)


async def test_nothing_is_answered_where_it_is_off_nor_in_its_threads() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        await _set(it, mode="off")
        parent = it.bot.get_channel(it.here.channel.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name="a question", type=discord.ChannelType.public_thread)
        for channel in (it.here.channel, *it.here.channel.threads):
            seen = await it.here.member.slash(channel, "ask", question=QUESTION)
            assert seen.ephemeral
            assert said(seen) == ENGLISH.asking.turned_off
        assert it.records.questions.questions == {}
        other = it.here.guild.create_text_channel("other")
        assert not (await it.here.member.slash(other, "ask", question=QUESTION)).ephemeral
        assert len(it.records.questions.questions) == 1


async def test_a_channel_is_set_seen_and_on_record() -> None:
    async with scene() as it:
        seen = await _set(it, mode="always", threads=True)
        assert seen.ephemeral
        assert said(seen).split("\n") == [
            f"### {it.here.channel.mention}",
            "**Now**  always · in threads",
            "**Before**  not set, so on mention",
            f"-# {ENGLISH.listening.content_missing}",
        ]
        wanted = ChannelSettings("always", threads=True)
        assert (await it.records.servers.servers())[it.here.guild.id].channels == {it.here.channel.id: wanted}
        ((actor, action, subject, before, after),) = it.changes()
        assert (actor, action) == (it.here.moderator.id, "channel set")
        assert (subject, before) == (f"channel {it.here.channel.id}", "")
        assert json.loads(after) == {"mode": "always", "threads": True, "may_set_tags": False}


async def test_what_is_not_given_stays_as_it_was() -> None:
    async with scene() as it:
        await _set(it, it.here.forum, mode="always", threads=True, tags=True)
        seen = await _set(it, it.here.forum, mode="when_sure")
        assert "**Now**  when sure · in threads · sets tags" in said(seen)
        assert "**Before**  always · in threads · sets tags" in said(seen)


async def test_the_same_again_changes_nothing_and_is_not_on_record() -> None:
    async with scene() as it:
        await _set(it, mode="off")
        seen = await _set(it, mode="off")
        assert TEXTS.unchanged in said(seen)
        assert len(it.changes()) == 1


async def test_tags_are_for_forums_only() -> None:
    async with scene() as it:
        seen = await _set(it, mode="always", tags=True)
        assert seen.ephemeral
        assert said(seen) == TEXTS.tags_need_forum.format(channel=it.here.channel.mention)
        assert it.changes() == []


async def test_a_cleared_channel_is_as_if_nothing_had_been_set() -> None:
    async with scene() as it:
        await _set(it, mode="always")
        for sentence in ("**Before**  always", TEXTS.nothing_to_clear.format(channel=it.here.channel.mention)):
            seen = await it.here.moderator.slash(it.here.channel, "admin channel clear", channel=it.here.channel)
            assert seen.ephemeral
            assert sentence in said(seen)
        assert it.bot.books.servers.of(it.here.guild.id) == Server()
        assert [(action, bool(before), after) for _, action, _, before, after in it.changes()] == [
            ("channel set", False, it.changes()[0][4]),
            ("channel clear", True, ""),
        ]


async def test_the_list_shows_this_servers_channels_alone() -> None:
    async with scene() as it:
        await _set(it, mode="always")
        for place, line in ((it.here, f"{it.here.channel.mention}  always"), (it.there, TEXTS.no_channels)):
            seen = await place.moderator.slash(place.channel, "admin channel list")
            assert seen.ephemeral
            assert said(seen).split("\n") == ["### Channels", line, f"-# {TEXTS.elsewhere}"]
            assert buttons(seen) == {}
        assert it.changes(it.there) == []


async def test_a_long_list_is_turned_over() -> None:
    async with scene() as it:
        for number in range(16):
            channel = it.here.guild.create_text_channel(f"c{number}")
            await it.records.servers.save_channel(it.here.guild.id, channel.id, ChannelSettings("off"), 1)
        await it.restart()
        seen = await it.here.moderator.slash(it.here.channel, "admin channel list")
        assert said(seen).count("<#") == 15
        assert buttons(seen)["Back"]["disabled"]
        assert seen.response is not None
        await it.here.moderator.click(seen.response, label="Next")
        assert said(seen).count("<#") == 1
        assert "Page 2 of 2" in buttons(seen)
        assert buttons(seen)["Next"]["disabled"]


async def test_settings_survive_a_restart() -> None:
    async with scene() as it:
        await _set(it, mode="off")
        await it.restart()
        assert it.bot.books.servers.of(it.here.guild.id).channel(it.here.channel.id).mode == "off"


async def test_a_database_that_is_away_is_a_plain_sentence_and_changes_nothing() -> None:
    async with scene() as it:
        it.records.servers.down = True
        seen = await _set(it, mode="off")
        assert seen.ephemeral
        assert said(seen) == ENGLISH.general.records_unavailable
        assert it.bot.books.servers.of(it.here.guild.id) == Server()


def test_a_channel_is_described_in_the_servers_language() -> None:
    (panel,) = channel_list({1: ChannelSettings("always", threads=True, may_set_tags=True)}, CHINESE)
    assert panel.sections == ("<#1>  总是 · 使用子区 · 设置标签",)
