"""The commands `/ask` and `/help`, and what the buttons under an answer do."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from structlog.contextvars import bound_contextvars

from bot.asking._arrivals import Arrivals
from bot.asking._attachments import refusal, with_file
from bot.asking._call import AsksDesk, Call
from bot.asking._live_message import Clock
from bot.asking._reply import InteractionSlot
from bot.asking.answers import Answers
from bot.asking.gates import Gate, asker_in
from bot.rights import Rights
from bot.speaking import Speaking
from bot.texts import MAX_QUESTION, MAX_VERSION
from bot.texts import asking as words
from rag_core.records.books import Books
from rag_core.records.model import Feedback, Origin, Rating

Interaction = discord.Interaction[Any]

_MOST_CHOICES = 25
"""As many as Discord shows."""

_PATIENCE = 1.0
"""Seconds that the gates have before the question is acknowledged without them; Discord waits 3."""


class Asking(commands.Cog):
    """Questions and answers."""

    def __init__(
        self,
        desk: AsksDesk,
        books: Books,
        speaking: Speaking,
        rights: Rights,
        gates: Sequence[Gate] = (),
        clock: Clock | None = None,
    ) -> None:
        self.answers = Answers(desk, books, gates, clock)
        self._desk = desk
        self._book = books.questions
        self._speaking = speaking
        self._rights = rights
        self._arrivals = Arrivals()

    @app_commands.command(name=words.ASK, description=words.ASK_DESCRIPTION)
    @app_commands.rename(question=words.QUESTION, version=words.VERSION, attachment=words.ATTACHMENT)
    @app_commands.describe(
        question=words.QUESTION_DESCRIPTION,
        version=words.VERSION_DESCRIPTION,
        attachment=words.ATTACHMENT_DESCRIPTION,
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, MAX_QUESTION],
        version: app_commands.Range[str, 1, MAX_VERSION] | None = None,
        attachment: discord.Attachment | None = None,
    ) -> None:
        """Answer a question in the message that Discord shows for the command."""
        call = self._call(interaction, question.strip(), version)
        if problem := refusal(attachment, call.texts):
            await interaction.response.send_message(problem, ephemeral=True)
            return
        if slot := await self._let_in(interaction, call):
            interaction.extras["question_id"] = call.id
            with bound_contextvars(question_id=call.id):
                text = await with_file(call.text, attachment, MAX_QUESTION)
            await self.answers.answer(replace(call, text=text), slot)

    @ask.autocomplete("version")
    async def offer_versions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The versions that are indexed, the newest first."""
        index = await self._desk.index_info()
        found = [name for name in (index.versions if index else ()) if typed.strip().lower() in name.lower()]
        return [app_commands.Choice(name=name, value=name) for name in found[:_MOST_CHOICES]]

    @app_commands.command(name=words.HELP, description=words.HELP_DESCRIPTION)
    async def help(self, interaction: Interaction) -> None:
        """Say what the bot does."""
        await interaction.response.send_message(self._speaking.to(interaction).asking.help, ephemeral=True)

    async def stop(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Stop a running answer for the one who asked."""
        texts = self._speaking.to(interaction).asking
        if interaction.user.id != asker_id:
            sentence = texts.only_asker_stops
        else:
            sentence = texts.stopping if self._desk.stop(question_id) else texts.not_running
        await interaction.response.send_message(sentence, ephemeral=True)

    async def rate(self, interaction: Interaction, question_id: str, rating: Rating) -> None:
        """Keep what somebody thinks of an answer."""
        # A database that is slow must not make Discord call the press a failure.
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._book.save_feedback(Feedback(question_id, interaction.user.id, rating, datetime.now(UTC)))
        await interaction.edit_original_response(content=self._speaking.to(interaction).asking.thanks[rating])

    def _call(self, interaction: Interaction, text: str, version: str | None = None) -> Call:
        parent_id = getattr(interaction.channel, "parent_id", None)
        asker = asker_in(interaction.user, interaction.channel_id, parent_id, self._rights)
        return Call(text, asker, _origin(interaction), self._speaking.to(interaction), version)

    async def _let_in(self, interaction: Interaction, call: Call) -> InteractionSlot | None:
        """Acknowledge a question that nothing refuses; None where the asker was told why it is not answered."""
        asking = asyncio.create_task(self.answers.refusal(call))
        await asyncio.wait([asking], timeout=_PATIENCE)
        if asking.done() and (sentence := asking.result()):
            await interaction.response.send_message(sentence, ephemeral=True)
            return None
        async with self._arrivals.one():
            deferred = await interaction.response.defer(thinking=True)
        if sentence := await asking:
            # What was acknowledged in public can't become private any more.
            await interaction.edit_original_response(content=sentence)
            return None
        return InteractionSlot(interaction, deferred.message_id if deferred else None)


def _origin(interaction: Interaction) -> Origin:
    return Origin(
        platform="discord",
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        interaction_id=interaction.id,
    )
