"""The commands `/ask` and `/help`, and what the buttons under an answer do."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from structlog.contextvars import bound_contextvars

from bot.asking import _rendering
from bot.asking._arrivals import Arrivals
from bot.asking._attachments import refusal, with_file
from bot.asking._live_message import Clock, LiveMessage, Pace, RealClock
from bot.asking._reply import InteractionSlot
from bot.asking._views import StopButton, rating_buttons, view_of
from bot.speaking import Speaking
from bot.texts import MAX_QUESTION, MAX_VERSION, Texts
from bot.texts import asking as words
from rag_core.answering.conversations import ConversationKey, Conversations, turn_of
from rag_core.answering.model import (
    Answer,
    AnswerEvent,
    Finished,
    IndexInfo,
    Passage,
    Question,
    Queued,
    Retrieved,
    Searching,
    Shown,
)
from rag_core.records.book import QuestionBook
from rag_core.records.books import Books
from rag_core.records.model import Feedback, Origin, Rating, Reply

_log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]

_MOST_CHOICES = 25
"""As many as Discord shows."""

_RATEABLE = {"answered", "refused", "quoted"}


class AsksDesk(Protocol):
    """The part of the desk that Discord needs."""

    def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent, None]:
        """Answer; the last event is `Finished`. Cancelling the reader aborts the work."""

    def stop(self, question_id: str) -> bool:
        """Stop a running answer, whose stream then ends; False where it isn't running."""

    async def index_info(self) -> IndexInfo | None:
        """Which documentation answers come from."""


class Asking(commands.Cog):
    """Questions and answers."""

    def __init__(self, desk: AsksDesk, books: Books, speaking: Speaking, clock: Clock | None = None) -> None:
        self._desk = desk
        self._book = books.questions
        self._servers = books.servers
        self._speaking = speaking
        self._clock = clock or RealClock()
        self._pace = Pace()
        self._arrivals = Arrivals()
        self._conversations = Conversations()
        self._running: set[asyncio.Task[Any] | None] = set()

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
        texts = self._speaking.to(interaction)
        if problem := self._turned_off(interaction, texts) or _problem(question, texts) or refusal(attachment, texts):
            await interaction.response.send_message(problem, ephemeral=True)
            return
        async with self._arrivals.one():
            deferred = await interaction.response.defer(thinking=True)
        question_id = interaction.extras["question_id"] = uuid4().hex
        message_id = deferred.message_id if deferred else None
        origin = _origin(interaction)
        with bound_contextvars(question_id=question_id), self._pace.running():
            text = await with_file(question.strip(), attachment, MAX_QUESTION)
            history = self._conversations.turns(_conversation(origin))
            asked = Question(question_id, text, history, version)
            slot = InteractionSlot(interaction, message_id)
            await self._answer(_Run(asked, origin, LiveMessage(slot, self._pace, self._clock), texts), message_id)

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

    async def interrupt(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the last edits share one deadline
        """End all running answers with a plain sentence; takes `timeout` seconds at most."""
        running = tuple(filter(None, self._running))
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=timeout)

    def _turned_off(self, interaction: Interaction, texts: Texts) -> str | None:
        """That moderators want no answers here, as a sentence."""
        parent_id = getattr(interaction.channel, "parent_id", None)
        here = self._servers.of(interaction.guild_id).channel(interaction.channel_id or 0, parent_id)
        return texts.asking.turned_off if here.mode == "off" else None

    async def _answer(self, run: "_Run", message_id: int | None) -> None:
        question, origin, texts = run.question, run.origin, run.texts.asking
        reply = Reply(origin.channel_id, message_id) if origin.channel_id and message_id else None
        task = asyncio.current_task()
        self._running.add(task)
        try:
            answer = await run.follow(self._desk, self._book, reply)
            if turn := turn_of(question, answer):
                self._conversations.add(_conversation(origin), turn)
            await run.finish(answer)
        except asyncio.CancelledError:
            await run.end(texts.interrupted)
            raise
        except Exception:  # noqa: BLE001 - the border of this answer's task: its reader must not be left with a frozen half
            await run.end(texts.failed.format(id=question.id))
            _log.exception("an answer failed")
        finally:
            self._running.discard(task)


class _Run:
    """One answer on its way to its message."""

    def __init__(self, question: Question, origin: Origin, message: LiveMessage, texts: Texts) -> None:
        self.question = question
        self.origin = origin
        self.texts = texts
        self._stop = (question.id, origin.user_id or 0, texts.asking.stop_label)
        self._message = message
        self._text = ""
        self._passages: tuple[Passage, ...] = ()
        self._whole: list[discord.ui.LayoutView] = []

    async def follow(self, desk: AsksDesk, book: QuestionBook, reply: Reply | None) -> Answer:
        """Show the answer while it comes; returns the whole."""
        async with aclosing(desk.ask(self.question, self.origin)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
                if isinstance(event, Searching) and reply is not None:
                    # Only now is the question on record; and now, since a restart may want to find the message.
                    await book.save_reply(self.question.id, reply)
                self._message.show(view_of(self._page(event), [StopButton(*self._stop)]))
        raise RuntimeError("The desk's stream ended without Finished.")

    async def finish(self, answer: Answer) -> None:
        """Show the whole answer."""
        *pages, last = _rendering.render_answer(self.question.text, answer, self.texts)
        buttons = rating_buttons(answer.question_id) if answer.outcome in _RATEABLE else []
        self._whole = [*map(view_of, pages), view_of(last, buttons)]
        await self._message.finish(self._whole)
        _log.info("answer delivered", outcome=answer.outcome, note=answer.note, messages=len(pages) + 1)

    async def end(self, sentence: str) -> None:
        """Leave what was shown, and say why it stops there; an answer that is whole already is shown as such."""
        pages = _rendering.render_end(self.question.text, self._text, self._passages, sentence)
        await self._message.finish(self._whole or [view_of(page) for page in pages])

    def _page(self, event: AnswerEvent) -> _rendering.Page:
        match event:
            case Retrieved(passages):
                self._passages = passages
                return _rendering.render_status(self.question.text, self.texts.asking.read(len(passages)))
            case Queued(ahead):
                return _rendering.render_status(self.question.text, self.texts.asking.queue(ahead))
            case Shown(text):
                self._text += text
                return _rendering.render_running(self.question.text, self._text, self._passages, self.texts)
            case _:
                return _rendering.render_status(self.question.text, self.texts.asking.searching)


def _problem(question: str, texts: Texts) -> str | None:
    """What is wrong with a question, as a sentence. Discord checks the length too, but not for every client."""
    if not question.strip():
        return texts.asking.empty_question
    if len(question) > MAX_QUESTION:
        return texts.asking.long_question.format(limit=MAX_QUESTION)
    return None


def _conversation(origin: Origin) -> ConversationKey:
    """A reader's own, in the channel where they ask."""
    return ConversationKey(origin.channel_id or 0, origin.user_id or 0)


def _origin(interaction: Interaction) -> Origin:
    return Origin(
        platform="discord",
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        interaction_id=interaction.id,
    )
