"""`/admin faq`: the answers that moderators write themselves."""

from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import uuid4

import structlog
from discord import app_commands

from bot.choices import choices
from bot.curated._form import AnswerForm
from bot.curated._rendering import changed, found, listed
from bot.curated.port import Curates
from bot.moderation import Interaction, ModeratorGroup, Tools, server_of
from bot.panels import Pager, Panel, panel_view
from bot.texts import curated as words
from rag_core.errors import IndexingError
from rag_core.records.curated import CuratedAnswer

_log = structlog.get_logger(__name__)

_FOUND: Final = 5
_LONGEST: Final = 300


class FaqCommands(ModeratorGroup, name=words.FAQ, description=words.FAQ_DESCRIPTION):
    """The group."""

    def __init__(self, tools: Tools, curated: Curates) -> None:
        super().__init__(tools)
        self._curated = curated
        self._book = tools.books.curated

    @app_commands.command(name=words.ADD, description=words.ADD_DESCRIPTION)
    async def add(self, interaction: Interaction) -> None:
        """Open an empty form."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.send_modal(AnswerForm("", "", texts, self._add))

    @app_commands.command(name=words.EDIT, description=words.EDIT_DESCRIPTION)
    @app_commands.rename(entry=words.ENTRY)
    @app_commands.describe(entry=words.ENTRY_OPTION)
    async def edit(self, interaction: Interaction, entry: str) -> None:
        """Open a form with what an answer says now."""
        texts = self.tools.speaking.to(interaction)
        answer = await self._book.get(server_of(interaction), entry)
        if answer is None:
            await interaction.response.send_message(texts.curated.unknown, ephemeral=True)
            return
        keep = partial(self._edit, answer.id)
        await interaction.response.send_modal(AnswerForm(answer.question, answer.answer, texts, keep))

    @app_commands.command(name=words.REMOVE, description=words.REMOVE_DESCRIPTION)
    @app_commands.rename(entry=words.ENTRY)
    @app_commands.describe(entry=words.ENTRY_OPTION)
    async def remove(self, interaction: Interaction, entry: str) -> None:
        """Remove an answer, and show what it was."""
        texts = self.tools.speaking.to(interaction).curated
        await interaction.response.defer(ephemeral=True, thinking=True)
        answer = await self._book.remove(server_of(interaction), entry, interaction.user.id)
        if answer is None:
            await interaction.edit_original_response(content=texts.unknown)
            return
        await self._curated.forget(answer.id)
        await interaction.edit_original_response(view=panel_view(changed(texts.removed, texts.edited_text, answer)))

    @edit.autocomplete("entry")
    @remove.autocomplete("entry")
    async def offer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """This server's answers whose question has what was typed."""
        if not self.tools.rights.is_moderator(interaction.user):
            return []
        answers = await self._book.answers(server_of(interaction))
        wanted = typed.strip().casefold()
        return choices((each.question, each.id) for each in answers if wanted in each.question.casefold())

    @app_commands.command(name=words.LIST, description=words.LIST_DESCRIPTION)
    async def list_answers(self, interaction: Interaction) -> None:
        """Show all, and which wait for their author."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        answers = await self._book.answers(server_of(interaction))
        await interaction.edit_original_response(view=Pager(listed(answers, texts), texts))

    @app_commands.command(name=words.SEARCH, description=words.SEARCH_DESCRIPTION)
    @app_commands.rename(question=words.QUERY)
    @app_commands.describe(question=words.QUERY_OPTION)
    async def search(self, interaction: Interaction, question: app_commands.Range[str, 1, _LONGEST]) -> None:
        """Show which come near a question, and which would be shown."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts = self.tools.speaking.to(interaction)
        try:
            panel = found(question, await self._curated.search(server_of(interaction), question, _FOUND), texts)
        except IndexingError as error:
            _log.warning("curated answers could not be searched", reason=str(error))
            panel = Panel(texts.curated.found_title, (texts.curated.unavailable,))
        await interaction.edit_original_response(view=panel_view(panel))

    async def _add(self, interaction: Interaction, question: str, text: str) -> None:
        self.tools.rights.require_moderator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        by, now = interaction.user.id, datetime.now(UTC)
        answer = CuratedAnswer(uuid4().hex, server_of(interaction), question, text, by, by, "own", now, now)
        await self._book.add(answer)
        texts = self.tools.speaking.to(interaction).curated
        await self._show(interaction, texts.added, texts.added_text, answer)

    async def _edit(self, answer_id: str, interaction: Interaction, question: str, text: str) -> None:
        self.tools.rights.require_moderator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        answer = await self._book.edit(server_of(interaction), answer_id, question, text, interaction.user.id)
        texts = self.tools.speaking.to(interaction).curated
        if answer is None:
            await interaction.edit_original_response(view=panel_view(Panel(texts.title, (texts.unknown,))))
            return
        await self._show(interaction, texts.edited, texts.edited_text, answer)

    async def _show(self, interaction: Interaction, title: str, note: str, answer: CuratedAnswer) -> None:
        texts = self.tools.speaking.to(interaction).curated
        in_step = await self._curated.keep_up(answer)
        panel = changed(title, note if in_step else texts.waits, answer)
        await interaction.edit_original_response(view=panel_view(panel))
