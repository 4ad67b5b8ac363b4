"""The commands `/ask` and `/help`, and what the buttons under an answer do."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from structlog.contextvars import bound_contextvars

from bot.asking._arrivals import Arrivals
from bot.asking._attachments import refusal, with_files
from bot.asking._call import AsksDesk, Call, origin_of
from bot.asking._live_message import Clock
from bot.asking._reply import InteractionSlot, delete_messages, open_thread, thread_name
from bot.asking._unfinished import end_unfinished
from bot.asking.answers import Answers
from bot.asking.gates import ForAskerAlone, Gate, asker_in
from bot.choices import choices_with
from bot.rights import Rights
from bot.speaking import Speaking
from bot.texts import MAX_QUESTION, MAX_VERSION
from bot.texts import asking as words
from rag_core.answering.model import Answer
from rag_core.errors import RecordsUnavailable
from rag_core.records.books import Books
from rag_core.records.model import Origin, Reply

_log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]

_PATIENCE = 1.0
"""Seconds that the gates have before the question is acknowledged without them; Discord waits 3."""


class Asking(commands.Cog):
    """Questions and answers."""

    def __init__(
        self,
        bot: discord.AutoShardedClient,
        desk: AsksDesk,
        books: Books,
        speaking: Speaking,
        rights: Rights,
        gates: Sequence[Gate] = (),
        clock: Clock | None = None,
    ) -> None:
        self.answers = Answers(desk, books, gates, clock)
        self._bot = bot
        self._desk = desk
        self._servers = books.servers
        self._book = books.questions
        self._people = books.people
        self._speaking = speaking
        self._rights = rights
        self._arrivals = Arrivals()
        self._started_at = datetime.now(UTC)
        self._looked_back = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """End what the last process left unfinished; once, since this comes again after long disconnections."""
        if not self._looked_back:
            self._looked_back = True
            await end_unfinished(self._bot, self._book, self._speaking, before=self._started_at)

    @app_commands.command(name=words.ASK, description=words.ASK_DESCRIPTION)
    @app_commands.rename(
        question=words.QUESTION, version=words.VERSION, private=words.PRIVATE, attachment=words.ATTACHMENT
    )
    @app_commands.describe(
        question=words.QUESTION_DESCRIPTION,
        version=words.VERSION_DESCRIPTION,
        private=words.PRIVATE_DESCRIPTION,
        attachment=words.ATTACHMENT_DESCRIPTION,
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, MAX_QUESTION],
        version: app_commands.Range[str, 1, MAX_VERSION] | None = None,
        private: bool = False,
        attachment: discord.Attachment | None = None,
    ) -> None:
        """Answer a question in the message that Discord shows for the command."""
        if attachment and (problem := refusal(attachment, self._speaking.to(interaction))):
            await interaction.response.send_message(problem, ephemeral=True)
            return
        await self.take(interaction, question.strip(), [attachment] if attachment else [], version, private=private)

    async def take(
        self,
        interaction: Interaction,
        text: str,
        attachments: Sequence[discord.Attachment] = (),
        version: str | None = None,
        *,
        private: bool = False,
        quoted: tuple[int, ...] = (),
    ) -> None:
        """Answer in the message that Discord shows for a command; a `private` one only the asker sees.

        `quoted` wrote what is asked, if it was not the asker.
        """
        call = self._call(interaction, text, version, private=private)
        call = replace(call, origin=replace(call.origin, quoted=quoted))
        if slot := await self._let_in(interaction, call):
            interaction.extras["question_id"] = call.id
            with bound_contextvars(question_id=call.id):
                text = await with_files(call.text, attachments, MAX_QUESTION)
            answer = await self.answers.answer(replace(call, text=text), slot)
            await self._move(call, answer, slot)

    @ask.autocomplete("version")
    async def offer_versions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The versions that are indexed, the newest first."""
        index = await self._desk.index_info()
        return choices_with(typed, index.versions if index else ())

    @app_commands.command(name=words.HELP, description=words.HELP_DESCRIPTION)
    async def help(self, interaction: Interaction) -> None:
        """Say what the bot does."""
        await interaction.response.send_message(self._speaking.to(interaction).asking.help, ephemeral=True)

    async def stop(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Stop a running answer for the one who asked."""
        texts = self._speaking.to(interaction).asking
        if not self._asked(interaction, asker_id):
            sentence = texts.only_asker_stops
        else:
            sentence = texts.stopping if self._desk.stop(question_id) else texts.not_running
        await interaction.response.send_message(sentence, ephemeral=True)

    async def retry(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Answer a question that broke off in the same message, for the one who asked."""
        texts = self._speaking.to(interaction).asking
        if not self._asked(interaction, asker_id) or interaction.message is None:
            await interaction.response.send_message(texts.only_asker_retries, ephemeral=True)
            return
        await interaction.response.defer()
        exchange = await self._book.exchange(question_id)
        if exchange is None or not _is_here(exchange.origin, interaction):
            await interaction.followup.send(texts.nothing_to_retry, ephemeral=True)
            return
        question, before = exchange.question, exchange.origin
        call = self._call(interaction, question.text, question.version, private=before.private)
        call = replace(call, history=question.history, origin=replace(call.origin, message_id=before.message_id))
        if sentence := await self.answers.refusal(call):
            await interaction.followup.send(sentence, ephemeral=True)
            return
        await self.answers.answer(call, InteractionSlot(interaction, interaction.message.id, private=before.private))

    async def continue_in_thread(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Open a thread under an answer, for the one who asked and for moderators."""
        texts = self._speaking.to(interaction).asking
        if not self._may_steer(interaction, asker_id):
            await interaction.response.send_message(texts.only_asker_moves, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        exchange = await self._book.exchange(question_id)
        place, name = (exchange.reply, exchange.question.text) if exchange else (None, "")
        first = place or _place_of(interaction)
        thread_id = await open_thread(self._bot, first, thread_name(name), texts.thread_opened) if first else None
        sentence = texts.moved.format(thread=f"<#{thread_id}>") if thread_id else texts.no_thread
        await interaction.edit_original_response(content=sentence)

    async def dismiss(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Take an answer away, for the one who asked and for moderators."""
        texts = self._speaking.to(interaction).asking
        if not self._may_steer(interaction, asker_id):
            await interaction.response.send_message(texts.only_asker_dismisses, ephemeral=True)
            return
        await interaction.response.defer()
        with suppress(RecordsUnavailable):  # then the message with the button goes, and what stands before it stays
            exchange = await self._book.exchange(question_id)
            if exchange and exchange.reply:
                await delete_messages(self._bot, exchange.reply, but=_message_id(interaction))
        await interaction.delete_original_response()
        _log.info("an answer was dismissed", question_id=question_id, by_asker=self._asked(interaction, asker_id))

    def _asked(self, interaction: Interaction, asker_id: int) -> bool:
        """Whether it was them; of a question on record, the asker may be a number that stands for them."""
        return self._people.stands_for(asker_id, interaction.user.id)

    def _may_steer(self, interaction: Interaction, asker_id: int) -> bool:
        return self._asked(interaction, asker_id) or self._rights.is_moderator(interaction.user)

    async def _move(self, call: Call, answer: Answer | None, slot: InteractionSlot) -> None:
        """Open the thread that moderators want under each answer of this channel."""
        if answer is None or not call.can_thread or slot.place is None:
            return
        if self._servers.of(call.asker.guild_id).channel(call.asker.channel_id or 0).threads:
            await open_thread(self._bot, slot.place, thread_name(call.text), call.texts.asking.thread_opened)

    def _call(self, interaction: Interaction, text: str, version: str | None, *, private: bool) -> Call:
        channel = interaction.channel
        asker = asker_in(interaction.user, interaction.channel_id, getattr(channel, "parent_id", None), self._rights)
        origin = origin_of(interaction, private=private)
        can_thread = isinstance(channel, discord.TextChannel) and not private
        return Call(text, asker, origin, self._speaking.to(interaction), version, can_thread=can_thread)

    async def _let_in(self, interaction: Interaction, call: Call) -> InteractionSlot | None:
        """Acknowledge a question that nothing refuses; None where the asker was told why it is not answered."""
        asking = asyncio.create_task(self.answers.refusal(call))
        await asyncio.wait([asking], timeout=_PATIENCE)
        if asking.done() and (sentence := asking.result()):
            await interaction.response.send_message(sentence, ephemeral=True)
            return None
        async with self._arrivals.one():
            deferred = await interaction.response.defer(thinking=True, ephemeral=call.origin.private)
        if sentence := await asking:
            # What was acknowledged in public can't become private any more.
            if isinstance(sentence, ForAskerAlone) and not call.origin.private:
                await interaction.delete_original_response()
            else:
                await interaction.edit_original_response(content=sentence)
            return None
        return InteractionSlot(interaction, deferred.message_id if deferred else None, private=call.origin.private)


def _is_here(origin: Origin, interaction: Interaction) -> bool:
    """Whether it was asked in this server, or comes back to the asker alone."""
    return origin.guild_id == interaction.guild_id or (origin.private and interaction.guild_id is None)


def _message_id(interaction: Interaction) -> int | None:
    return interaction.message.id if interaction.message else None


def _place_of(interaction: Interaction) -> Reply | None:
    """The message whose button was pressed."""
    message = interaction.message
    return Reply(message.channel.id, message.id) if message else None
