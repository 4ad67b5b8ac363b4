"""`/admin roles`: who may do what."""

from dataclasses import replace

import discord
from discord import app_commands

from bot.moderation._groups import Interaction, ModeratorGroup, server_of
from bot.moderation._rendering import role_changed, roles
from bot.panels import panel_view
from bot.texts import moderation as words
from rag_core.records.server_cache import SettingsChange
from rag_core.records.servers import ServerSettings


class RoleCommands(ModeratorGroup, name=words.ROLES, description=words.ROLES_DESCRIPTION):
    """The group."""

    @app_commands.command(name=words.ROLES_SHOW, description=words.ROLES_SHOW_DESCRIPTION)
    async def show(self, interaction: Interaction) -> None:
        """Show the rights, and where to change who sees the command."""
        settings = self.tools.books.servers.of(server_of(interaction)).settings
        panel = roles(settings, self.tools.speaking.to(interaction))
        await interaction.response.send_message(view=panel_view(panel), ephemeral=True)

    @app_commands.command(name=words.MODERATOR, description=words.MODERATOR_DESCRIPTION)
    @app_commands.rename(role=words.ROLE, remove=words.REMOVE)
    @app_commands.describe(role=words.ROLE_OPTION, remove=words.REMOVE_OPTION)
    async def moderator(self, interaction: Interaction, role: discord.Role, remove: bool = False) -> None:
        """Make a role's members moderators, or no longer."""
        texts = self.tools.speaking.to(interaction).moderation
        if role.is_default() and not remove:
            sentence = texts.everyone_role.format(role=role.mention)
            await interaction.response.send_message(sentence, ephemeral=True)
            return

        def change(old: ServerSettings) -> ServerSettings:
            others = tuple(each for each in old.moderator_role_ids if each != role.id)
            return replace(old, moderator_role_ids=others if remove else (*others, role.id))

        sentence = texts.moderator_removed if remove else texts.moderator_added
        await self._change(interaction, change, sentence.format(role=role.mention))

    @app_commands.command(name=words.HELPER, description=words.HELPER_DESCRIPTION)
    @app_commands.rename(role=words.ROLE)
    @app_commands.describe(role=words.HELPER_OPTION)
    async def helper(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Choose whom to call when somebody asks for a person."""
        texts = self.tools.speaking.to(interaction).moderation

        def change(old: ServerSettings) -> ServerSettings:
            return replace(old, helper_role_id=role.id if role else None)

        sentence = texts.helper_set.format(role=role.mention) if role else texts.helper_cleared
        if role is not None and not (role.mentionable or _may_mention(role.guild.me)):
            sentence = f"{sentence}\n-# {texts.helper_silent}"
        await self._change(interaction, change, sentence)

    async def _change(self, interaction: Interaction, change: SettingsChange, sentence: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id = self.tools.books.servers, server_of(interaction)
        before = servers.of(guild_id).settings
        await servers.change_settings(guild_id, change, interaction.user.id)
        changed = servers.of(guild_id).settings != before
        panel = role_changed(sentence, self.tools.speaking.to(interaction), changed=changed)
        await interaction.edit_original_response(view=panel_view(panel))


def _may_mention(bot: discord.Member) -> bool:
    """Whether it notifies whichever role it mentions."""
    return bot.guild_permissions.mention_everyone
