"""Which language the bot speaks: that of the server, or of the one who asks where there is no server."""

import re
from typing import Any

import discord
from discord import app_commands

from bot.texts import IN, LANGUAGES, Language, Texts
from rag_core.records.server_cache import Servers

_CHINESE = re.compile("[\u4e00-\u9fff]")


def language_of(locale: discord.Locale | str | None) -> Language:
    """The shipped language that is closest to a locale of Discord's; English where none is close."""
    code = str(locale or "").partition("-")[0]
    return next((language for language in LANGUAGES if language == code), "en")


class Speaking:
    """Chooses texts by what moderators set and Discord says; in direct messages by the person's own locale."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def to(self, interaction: discord.Interaction[Any]) -> Texts:
        """The texts for an answer to this."""
        if interaction.guild_id is None:
            return IN[language_of(interaction.locale)]
        # The cached guild rather than the interaction: both must agree with what a message gets, which has no locale.
        locale = interaction.guild.preferred_locale if interaction.guild else interaction.guild_locale
        return self._chosen(interaction.guild_id, locale)

    def within(self, guild: discord.Guild) -> Texts:
        """The texts for what everybody in a server may read."""
        return self._chosen(guild.id, guild.preferred_locale)

    def about(self, message: discord.Message) -> Texts:
        """The texts for an answer to a message. Of a direct one Discord tells no language, so its own is looked at."""
        if message.guild is not None:
            return self.within(message.guild)
        return IN["zh" if _CHINESE.search(message.content) else "en"]

    def _chosen(self, guild_id: int, locale: discord.Locale | None) -> Texts:
        return IN[language_of(self._servers.of(guild_id).settings.language or locale)]


class CommandTranslator(app_commands.Translator):
    """Gives Discord the names and descriptions that `bot.texts.words.words` holds for its other languages."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The words in this locale, or None for those that Discord has already."""
        translated = string.extras.get(language_of(locale))
        return str(translated) if translated else None
