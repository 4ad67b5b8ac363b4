"""Instructions that were tried and are neither saved nor discarded yet."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import discord
from discord import ui

from bot.asking import AsksDesk, origin_of, render_answer, view_of
from bot.instructions._rendering import ended, preview
from bot.instructions._views import DecisionButton, InstructionForm
from bot.moderation import Interaction, Tools, server_of
from bot.panels import panel_view
from rag_core.answering.finishing import whole_answer
from rag_core.answering.model import Answer, Question
from rag_core.records.servers import ServerSettings

_MOST: Final = 1000
"""Kept at once; the oldest falls out."""


class Drafts:
    """Tries instructions for moderators and keeps them until they decide. In memory: a restart ends a preview."""

    def __init__(self, desk: AsksDesk, tools: Tools) -> None:
        self._desk = desk
        self._tools = tools
        self._kept: OrderedDict[str, tuple[int, str]] = OrderedDict()

    async def open(self, interaction: Interaction) -> None:
        """Show the form with what holds now."""
        now = self._tools.books.servers.of(server_of(interaction)).settings.instructions
        await interaction.response.send_modal(InstructionForm(now, self._tools.speaking.to(interaction), self.tried))

    async def tried(self, interaction: Interaction, instructions: str, question: str) -> None:
        """Answer a question with new instructions for the moderator alone, then let them decide."""
        self._tools.rights.require_moderator(interaction)
        texts = self._tools.speaking.to(interaction)
        await interaction.response.send_message(texts.instructions.trying, ephemeral=True)
        answer = await self._answer(interaction, instructions, question)
        for page in render_answer(question, answer, texts):
            await interaction.followup.send(view=view_of(page), ephemeral=True)
        draft = uuid4().hex
        self._kept[draft] = server_of(interaction), instructions
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        buttons: list[ui.Item[Any]] = [
            DecisionButton("save", draft, texts.instructions.save, discord.ButtonStyle.success),
            DecisionButton("discard", draft, texts.instructions.discard, discord.ButtonStyle.secondary),
        ]
        view = panel_view(preview(instructions, texts), [ui.ActionRow(*buttons)])
        await interaction.followup.send(view=view, ephemeral=True)

    async def decide(self, interaction: Interaction, decision: str, draft: str) -> None:
        """Save or discard what was tried; only moderators of the server where it was."""
        self._tools.rights.require_moderator(interaction)
        texts = self._tools.speaking.to(interaction)
        await interaction.response.defer()
        guild_id, instructions = self._kept.get(draft, (0, ""))
        if guild_id != server_of(interaction):
            await interaction.edit_original_response(view=panel_view(ended(texts.instructions.gone, texts)))
            return
        sentence = texts.instructions.discarded
        if decision == "save":

            def change(old: ServerSettings) -> ServerSettings:
                return replace(old, instructions=instructions)

            await self._tools.books.servers.change_settings(guild_id, change, interaction.user.id)
            sentence = texts.instructions.saved if instructions else texts.instructions.removed
        self._kept.pop(draft, None)
        panel = ended(sentence, texts, changed=decision == "save")
        await interaction.edit_original_response(view=panel_view(panel))

    async def _answer(self, interaction: Interaction, instructions: str, text: str) -> Answer:
        """On record as a private question of the moderator's, as every question is."""
        question = Question(uuid4().hex, text, instructions=instructions)
        interaction.extras["question_id"] = question.id
        return await whole_answer(self._desk.ask(question, origin_of(interaction, private=True)))
