"""`/admin limits`: how much may be asked."""

from typing import Final, cast

import discord
from discord import app_commands

from bot.limits._rendering import limit_cleared, limit_list, limit_set
from bot.limits._windows import LONGEST
from bot.limits.rules import limit_of
from bot.moderation import Channel, Interaction, ModeratorGroup, server_of
from bot.panels import panel_view
from bot.texts import Texts
from bot.texts import limits as words
from bot.texts import moderation as moderation_words
from rag_core.records.servers import Limit, LimitScope

_SCOPES: Final = [app_commands.Choice(name=name, value=scope) for scope, name in words.SCOPE_CHOICES.items()]
_MOST: Final = 10_000


class LimitCommands(ModeratorGroup, name=words.LIMITS, description=words.LIMITS_DESCRIPTION):
    """The group."""

    @app_commands.command(name=moderation_words.SET, description=words.SET_DESCRIPTION)
    @app_commands.rename(
        scope=words.SCOPE,
        questions=words.QUESTIONS,
        minutes=words.MINUTES,
        role=moderation_words.ROLE,
        channel=moderation_words.CHANNEL,
    )
    @app_commands.describe(
        scope=words.SCOPE_OPTION,
        questions=words.QUESTIONS_OPTION,
        minutes=words.MINUTES_OPTION,
        role=words.ROLE_OPTION,
        channel=words.CHANNEL_OPTION,
    )
    @app_commands.choices(scope=_SCOPES)
    async def set_limit(
        self,
        interaction: Interaction,
        scope: str,
        questions: app_commands.Range[int, 1, _MOST],
        minutes: app_commands.Range[int, 1, LONGEST // 60],
        role: discord.Role | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Set a limit, in place of the one that is set or holds by itself."""
        texts = self.tools.speaking.to(interaction)
        target_id = _target(scope, role, channel)
        if target_id is None:
            await interaction.response.send_message(texts.limits.target[scope], ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id = self.tools.books.servers, server_of(interaction)
        limit = Limit(cast("LimitScope", scope), questions, minutes * 60, target_id)
        before = limit_of(servers.of(guild_id), limit.scope, target_id)
        await servers.save_limit(guild_id, limit, interaction.user.id)
        await interaction.edit_original_response(view=panel_view(limit_set(limit, before, texts)))

    @app_commands.command(name=moderation_words.CLEAR, description=words.CLEAR_DESCRIPTION)
    @app_commands.rename(scope=words.SCOPE, role=moderation_words.ROLE, channel=moderation_words.CHANNEL)
    @app_commands.describe(scope=words.SCOPE_OPTION, role=words.ROLE_OPTION, channel=words.CHANNEL_OPTION)
    @app_commands.choices(scope=_SCOPES)
    async def clear_limit(
        self,
        interaction: Interaction,
        scope: str,
        role: discord.Role | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Go back to what holds by itself."""
        texts = self.tools.speaking.to(interaction)
        target_id = _target(scope, role, channel)
        if target_id is None:
            await interaction.response.send_message(texts.limits.target[scope], ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id, kind = self.tools.books.servers, server_of(interaction), cast("LimitScope", scope)
        before = limit_of(servers.of(guild_id), kind, target_id)
        await servers.clear_limit(guild_id, kind, target_id, interaction.user.id)
        now = limit_of(servers.of(guild_id), kind, target_id)
        panel = limit_cleared(kind, target_id, before, now, texts)
        await interaction.edit_original_response(view=panel_view(panel))

    @app_commands.command(name=moderation_words.LIST, description=words.LIST_DESCRIPTION)
    async def list_limits(self, interaction: Interaction) -> None:
        """Show all limits, those that hold by themselves too."""
        texts: Texts = self.tools.speaking.to(interaction)
        server = self.tools.books.servers.of(server_of(interaction))
        await interaction.response.send_message(view=panel_view(limit_list(server, texts)), ephemeral=True)


def _target(scope: str, role: discord.Role | None, channel: app_commands.AppCommandChannel | None) -> int | None:
    """What the limit is for, 0 where its scope needs nothing; None where what is given does not fit the scope."""
    wanted = {"role": role is not None, "channel": channel is not None}
    if any(given != (kind == scope) for kind, given in wanted.items()):
        return None
    return role.id if role else channel.id if channel else 0
