"""`/admin block`, `unblock` and `blocked`: whom the bot does not answer here."""

import discord
from discord import app_commands

from bot.blocks._rendering import block_list, blocked, unblocked
from bot.blocks.gate import Blocks
from bot.moderation import Interaction, ModeratorGroup, Tools, server_of
from bot.panels import Pager, panel_view
from bot.texts import blocks as words


class BlockCommands(ModeratorGroup):
    """The commands; their group is never shown."""

    def __init__(self, tools: Tools, gate: Blocks) -> None:
        super().__init__(tools)
        self._gate = gate

    @app_commands.command(name=words.BLOCK, description=words.BLOCK_DESCRIPTION)
    @app_commands.rename(user=words.USER, reason=words.REASON)
    @app_commands.describe(user=words.USER_OPTION, reason=words.REASON_OPTION)
    async def block(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: app_commands.Range[str, 1, words.MAX_REASON] | None = None,
    ) -> None:
        """Shut somebody out of asking in this server; again, it replaces the reason."""
        texts = self.tools.speaking.to(interaction)
        if user.bot or user.id == interaction.user.id or self.tools.rights.is_moderator(user):
            await interaction.response.send_message(texts.blocks.not_them.format(user=user.mention), ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = server_of(interaction)
        await self.tools.books.people.block(guild_id, user.id, (reason or "").strip(), interaction.user.id)
        self._gate.changed(guild_id, user.id)
        await interaction.edit_original_response(view=panel_view(blocked(user, (reason or "").strip(), texts)))

    @app_commands.command(name=words.UNBLOCK, description=words.UNBLOCK_DESCRIPTION)
    @app_commands.rename(user=words.USER)
    @app_commands.describe(user=words.USER_OPTION)
    async def unblock(self, interaction: Interaction, user: discord.User) -> None:
        """Let somebody ask again."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = server_of(interaction)
        changed = await self.tools.books.people.unblock(guild_id, user.id, interaction.user.id)
        self._gate.changed(guild_id, user.id)
        await interaction.edit_original_response(view=panel_view(unblocked(user, texts, changed=changed)))

    @app_commands.command(name=words.BLOCKED, description=words.BLOCKED_DESCRIPTION)
    async def blocked(self, interaction: Interaction) -> None:
        """Show who is shut out."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        blocks = await self.tools.books.people.blocks(server_of(interaction))
        await interaction.edit_original_response(view=Pager(block_list(blocks, texts), texts))
