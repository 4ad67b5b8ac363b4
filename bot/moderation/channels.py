"""`/admin channel`: when the bot speaks where."""

from dataclasses import replace
from typing import Final, cast

import discord
from discord import app_commands

from bot.moderation._groups import Interaction, ModeratorGroup, server_of
from bot.moderation._options import Channel
from bot.moderation._rendering import channel_changed, channel_cleared, channel_list
from bot.panels import Pager, panel_view
from bot.texts import moderation as words
from rag_core.records.servers import ChannelSettings, Mode

_MODES: Final = [app_commands.Choice(name=name, value=mode) for mode, name in words.MODE_CHOICES.items()]


class ChannelCommands(ModeratorGroup, name=words.CHANNEL, description=words.CHANNEL_DESCRIPTION):
    """The group."""

    @app_commands.command(name=words.SET, description=words.CHANNEL_SET)
    @app_commands.rename(channel=words.CHANNEL, mode=words.MODE, threads=words.THREADS, tags=words.TAGS)
    @app_commands.describe(
        channel=words.CHANNEL_OPTION, mode=words.MODE_OPTION, threads=words.THREADS_OPTION, tags=words.TAGS_OPTION
    )
    @app_commands.choices(mode=_MODES)
    async def set_channel(
        self,
        interaction: Interaction,
        channel: Channel,
        mode: str,
        threads: bool | None = None,
        tags: bool | None = None,
    ) -> None:
        """Set what is given; the rest stays as it was."""
        texts = self.tools.speaking.to(interaction)
        if tags and channel.type is not discord.ChannelType.forum:
            sentence = texts.moderation.tags_need_forum.format(channel=channel.mention)
            await interaction.response.send_message(sentence, ephemeral=True)
            return

        def change(old: ChannelSettings) -> ChannelSettings:
            new = replace(old, mode=cast("Mode", mode))
            new = new if threads is None else replace(new, threads=threads)
            return new if tags is None else replace(new, may_set_tags=tags)

        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id = self.tools.books.servers, server_of(interaction)
        before = servers.of(guild_id).channels.get(channel.id)
        await servers.change_channel(guild_id, channel.id, change, interaction.user.id)
        now, reads_all = servers.of(guild_id).channel(channel.id), interaction.client.intents.message_content
        panel = channel_changed(channel, before, now, texts, reads_all=reads_all)
        await interaction.edit_original_response(view=panel_view(panel))

    @app_commands.command(name=words.LIST, description=words.CHANNEL_LIST)
    async def list_channels(self, interaction: Interaction) -> None:
        """Show all channels where something is set."""
        texts = self.tools.speaking.to(interaction)
        panels = channel_list(self.tools.books.servers.of(server_of(interaction)).channels, texts)
        await interaction.response.send_message(view=Pager(panels, texts), ephemeral=True)

    @app_commands.command(name=words.CLEAR, description=words.CHANNEL_CLEAR)
    @app_commands.rename(channel=words.CHANNEL)
    @app_commands.describe(channel=words.CHANNEL_OPTION)
    async def clear_channel(self, interaction: Interaction, channel: Channel) -> None:
        """Go back to what holds by itself."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id = self.tools.books.servers, server_of(interaction)
        before = servers.of(guild_id).channels.get(channel.id)
        await servers.clear_channel(guild_id, channel.id, interaction.user.id)
        await interaction.edit_original_response(view=panel_view(channel_cleared(channel, before, texts)))
