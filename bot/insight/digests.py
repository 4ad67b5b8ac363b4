"""`/admin digest`: where the weekly digest goes."""

from dataclasses import replace
from typing import Final

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.insight._week import next_due
from bot.moderation import Interaction, ModeratorGroup, PostableChannel, server_of
from bot.panels import DONE, Panel, panel_view
from bot.texts import insight as words
from bot.texts.insight import InsightTexts
from rag_core.records.servers import ServerSettings

_NEEDED: Final = discord.Permissions(view_channel=True, send_messages=True)


class DigestCommands(ModeratorGroup):
    """The command; its group is never shown."""

    @app_commands.command(name=words.DIGEST, description=words.DIGEST_DESCRIPTION)
    @app_commands.rename(channel=words.CHANNEL, off=words.OFF)
    @app_commands.describe(channel=words.CHANNEL_OPTION, off=words.OFF_OPTION)
    async def digest(self, interaction: Interaction, channel: PostableChannel | None = None, off: bool = False) -> None:
        """Choose a channel, turn the digest off, or see what is set."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        own = self.tools.speaking.to(interaction).insight
        if channel and not off and not _may_write(channel):
            await interaction.edit_original_response(content=own.digest_no_access.format(channel=channel.mention))
            return
        changed = await self._change(interaction, channel, off=off) if channel or off else False
        settings = self.tools.books.servers.of(server_of(interaction)).settings
        await interaction.edit_original_response(view=panel_view(_set(settings, interaction, own, changed=changed)))

    async def _change(
        self, interaction: Interaction, channel: app_commands.AppCommandChannel | None, *, off: bool
    ) -> bool:
        books, guild_id = self.tools.books, server_of(interaction)
        channel_id = channel.id if channel and not off else None
        before = books.servers.of(guild_id).settings.digest_channel_id
        if before is None and channel_id:
            # Before the channel is on record, else this week's would be due at once.
            await books.digests.posted(guild_id, interaction.created_at)

        def change(old: ServerSettings) -> ServerSettings:
            return replace(old, digest_channel_id=channel_id)

        await books.servers.change_settings(guild_id, change, interaction.user.id)
        return before != channel_id


def _may_write(channel: app_commands.AppCommandChannel) -> bool:
    known = channel.resolve()
    return known is not None and _NEEDED.is_subset(known.permissions_for(known.guild.me))


def _set(settings: ServerSettings, interaction: Interaction, own: InsightTexts, *, changed: bool) -> Panel:
    colour = DONE if changed else None
    if settings.digest_channel_id is None:
        return Panel(own.digest, (own.digest_off,), own.digest_where, colour)
    to = own.digest_to.format(channel=f"<#{settings.digest_channel_id}>")
    following = own.digest_next.format(when=format_dt(next_due(interaction.created_at), "f"))
    return Panel(own.digest, (f"{to}\n{following}",), own.digest_quotes, colour)
