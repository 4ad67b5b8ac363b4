"""What holds for a whole server, in commands that stand right under `/admin`."""

from dataclasses import replace
from typing import Final

from discord import app_commands

from bot.moderation._groups import Interaction, ModeratorGroup, server_of
from bot.moderation._rendering import language_changed
from bot.panels import panel_view
from bot.texts import moderation as words
from rag_core.records.servers import ServerSettings

_LANGUAGES: Final = [app_commands.Choice(name=name, value=code) for code, name in words.LANGUAGE_CHOICES.items()]
_OWN: Final = "server"


class ServerCommands(ModeratorGroup):
    """The commands; their group is never shown."""

    @app_commands.command(name=words.LANGUAGE, description=words.LANGUAGE_DESCRIPTION)
    @app_commands.rename(language=words.LANGUAGE)
    @app_commands.describe(language=words.LANGUAGE_OPTION)
    @app_commands.choices(language=_LANGUAGES)
    async def language(self, interaction: Interaction, language: str) -> None:
        """Choose the language of the bot's own sentences; an answer is in that of its question."""

        def change(old: ServerSettings) -> ServerSettings:
            return replace(old, language=None if language == _OWN else language)

        await interaction.response.defer(ephemeral=True, thinking=True)
        servers, guild_id = self.tools.books.servers, server_of(interaction)
        before = servers.of(guild_id).settings.language or _OWN
        await servers.change_settings(guild_id, change, interaction.user.id)
        panel = language_changed(before, language, self.tools.speaking.to(interaction))
        await interaction.edit_original_response(view=panel_view(panel))
