"""A message as somebody sees it in Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from simcord import InteractionResult
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.preview import Preview


@asynccontextmanager
async def preview(
    message: InteractionResult | discord.Message, channel: ChannelHandle, viewer: MemberActor
) -> AsyncIterator[Preview]:
    """The message or form, for the fixture `draw`."""
    async with channel._env.preview(channel, viewers=[viewer], width=820, height=1000) as made:
        await made.show(message)
        yield made
