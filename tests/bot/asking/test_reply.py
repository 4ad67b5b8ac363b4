"""The message that answers a message: a reply, then edits of it, then messages below it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import simcord
from discord import ui
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.asking._reply import ChannelSlot
from rag_core.records.model import Reply
from tests.bot.scene import said


@dataclass
class Told:
    """A message that asks, and the slot for its answer."""

    env: simcord.Env
    channel: ChannelHandle
    ada: MemberActor
    question: discord.Message
    slot: ChannelSlot

    def shown(self) -> list[str]:
        return [said([component.to_dict() for component in each.components]) for each in self.channel.history()]


@asynccontextmanager
async def told() -> AsyncIterator[Told]:
    client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True))
    seen: list[discord.Message] = []

    async def on_message(message: discord.Message) -> None:
        seen.append(message)

    client.event(on_message)
    async with simcord.run(client) as env:
        channel = env.create_guild().create_text_channel("support")
        ada = env.guild.add_member(env.create_user("ada"))
        await ada.send(channel, "What is HNSW?")
        yield Told(env, channel, ada, seen[0], ChannelSlot(seen[0]))


def view(text: str) -> ui.LayoutView:
    return ui.LayoutView(timeout=None).add_item(ui.TextDisplay(text))


async def test_the_first_edit_replies_and_the_others_edit() -> None:
    async with told() as it:
        assert it.slot.place is None
        for text in ("one", "two"):
            await it.slot.edit(view(text))
        await it.slot.add(view("below"))
        question, reply, below = it.channel.history()
        assert it.slot.place == Reply(it.channel.id, reply.id, (below.id,))
        assert it.shown()[1:] == ["two", "below"]
        assert reply.reference is not None
        assert reply.reference.message_id == question.id
        assert below.reference is None


async def test_a_question_that_is_gone_is_answered_all_the_same() -> None:
    async with told() as it:
        await it.question.delete()
        await it.slot.edit(view("one"))
        assert it.shown() == ["one"]


async def test_where_the_channel_is_closed_the_asker_alone_is_answered() -> None:
    async with told() as it:
        await it.slot.edit(view("one"))
        await it.slot.edit_otherwise(view("two"))
        assert it.shown()[1:] == ["one"]
        direct = it.ada.user.dm_channel.history()
        assert [said([component.to_dict() for component in each.components]) for each in direct] == ["two"]
