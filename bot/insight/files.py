"""`/admin export`, `/admin log`: what is on record, as files."""

import io
from typing import Final, cast

import discord
from discord import app_commands

from bot.asking import question_named
from bot.insight._dossier import dossier, whole
from bot.insight._export import Export, Format, export
from bot.insight._period import DAYS, Days, last_days
from bot.moderation import Interaction, ModeratorGroup, server_of
from bot.panels import Panel, panel_view
from bot.texts import insight as words
from bot.texts.insight import InsightTexts

_FORMATS: Final = [app_commands.Choice(name=name, value=form) for form, name in words.FORMAT_CHOICES.items()]
_LARGEST: Final = 10 * 1024 * 1024
"""Bytes that Discord takes in every server; larger files would fill the memory, too."""
_ENVELOPE: Final = 64 * 1024
"""Bytes left for what is sent with the file."""


class FileCommands(ModeratorGroup):
    """The commands; their group is never shown."""

    @app_commands.command(name=words.EXPORT, description=words.EXPORT_DESCRIPTION)
    @app_commands.rename(form=words.FORMAT, days=words.DAYS)
    @app_commands.describe(form=words.FORMAT_OPTION, days=words.DAYS_OPTION)
    @app_commands.choices(form=_FORMATS)
    async def export(self, interaction: Interaction, form: str = "csv", days: Days = DAYS) -> None:
        """This server's questions as a file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        own, guild_id = self.tools.speaking.to(interaction).insight, server_of(interaction)
        limit = min(interaction.filesize_limit, _LARGEST) - _ENVELOPE
        questions = self.tools.books.insight.recorded(guild_id, last_days(interaction.created_at, days))
        made = await export(guild_id, questions, cast("Format", form), limit)
        name = f"questions-{interaction.created_at:%Y-%m-%d}.{form}"
        panel = _exported(made, name, own.period(days), own)
        files = [discord.File(io.BytesIO(made.content), name)] if panel.file else []
        await interaction.edit_original_response(view=panel_view(panel), attachments=files)

    @app_commands.command(name=words.LOG, description=words.LOG_DESCRIPTION)
    @app_commands.rename(question=words.ID)
    @app_commands.describe(question=words.ID_OPTION)
    async def log(self, interaction: Interaction, question: app_commands.Range[str, 1, 200]) -> None:
        """Everything on record about one question."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts, guild_id = self.tools.speaking.to(interaction), server_of(interaction)
        books = self.tools.books
        question_id = await question_named(question, interaction.client, books.questions)
        found = await books.insight.one(guild_id, question_id) if question_id else None
        if found is None:
            await interaction.edit_original_response(content=texts.insight.no_such_question)
            return
        panel = dossier(found, guild_id, texts)
        files = [discord.File(io.BytesIO(whole(found)), panel.file)] if panel.file else []
        await interaction.edit_original_response(view=panel_view(panel), attachments=files)


def _exported(made: Export, name: str, period: str, own: InsightTexts) -> Panel:
    if not made.count:
        return Panel(own.export, (own.nothing_to_export.format(period=period),), own.export_note)
    sentence = own.exported if made.complete else own.exported_newest
    return Panel(own.export, (sentence.format(period=period, count=made.count),), own.export_note, file=name)
