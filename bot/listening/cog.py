"""Messages that ask: mentions, replies, forums, direct messages, and what becomes of them when they change."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.asking import (
    Asking,
    Call,
    ChannelSlot,
    ForAskerAlone,
    asker_in,
    delete_messages,
    question_of,
    refusal,
    with_files,
)
from bot.listening._reading import Asked, is_new_post, is_post, read, replied_to
from bot.listening._rules import Heard, decide
from bot.listening._tags import is_settled, set_tag
from bot.listening._talk import Talk
from bot.rights import Rights
from bot.speaking import Speaking
from bot.texts import MAX_QUESTION, Texts
from bot.texts.listening import ANSWER_FROM_DOCS
from rag_core.answering.model import Answer, Turn
from rag_core.errors import RecordsUnavailable
from rag_core.masking import masked
from rag_core.records.book import Exchange
from rag_core.records.books import Books
from rag_core.records.model import Origin

_log = structlog.get_logger(__name__)

_ORDINARY = {discord.MessageType.default, discord.MessageType.reply}
_LOOKED_BACK = 50
"""Messages of a post that are looked at for who has spoken there."""

_SOMEBODY = 0
"""The id of nobody in Discord."""

_TURNS = 3
"""Earlier questions that go with a reply to an answer."""


class Listening(commands.Cog):
    """Hears what people write.

    Args:
        direct_messages: whether questions are answered there.
    """

    def __init__(
        self,
        bot: discord.Client,
        asking: Asking,
        books: Books,
        speaking: Speaking,
        rights: Rights,
        *,
        direct_messages: bool = True,
    ) -> None:
        self._bot = bot
        self._asking = asking
        self._answers = asking.answers
        self._book = books.questions
        self._servers = books.servers
        self._speaking = speaking
        self._rights = rights
        self._direct_messages = direct_messages
        self._talk = Talk()
        self.menu = app_commands.ContextMenu(name=ANSWER_FROM_DOCS, callback=self.answer_from_docs)

    async def answer_from_docs(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """The menu of a message: take it as the question."""
        asked = read(message, self._me, self._speaking.to(interaction))
        await self._asking.take(interaction, asked.text, asked.files, quoted=_quoted(message, interaction.user))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer, or keep quiet."""
        if message.author.bot or message.webhook_id is not None or message.type not in _ORDINARY:
            return
        try:
            if message.guild is None:
                await self._hear_directly(message)
            else:
                await self._hear(message, message.guild)
        except Exception:  # noqa: BLE001 - the border of this message's task: the next one must be heard all the same
            _log.exception("a message could not be heard")

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Answer an edited question anew, in place."""
        message = event.message
        # Discord also sends this when it adds previews of links, which is no change of the question.
        if message.author.bot or message.edited_at is None:
            return
        exchange = await self._exchange_at(message.id)
        if exchange is None or exchange.origin.message_id != message.id:
            return
        asked = read(message, self._me, self._speaking.about(message))
        text = masked(await with_files(asked.text, asked.files, MAX_QUESTION))
        if text and text != exchange.question.text:
            await self._answer_anew(message, text, exchange)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Stop what was asked by a message that is gone, and take its answer back."""
        await self._forget([event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many at once."""
        await self._forget(event.message_ids)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Stop what nobody could read any more."""
        await self._answers.leave(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """The same for a thread."""
        await self._answers.leave(event.thread_id)

    async def _hear_directly(self, message: discord.Message) -> None:
        if self._direct_messages:
            await self._ask(message)
        else:
            await self._say(message, self._speaking.about(message).listening.no_direct_messages)

    async def _hear(self, message: discord.Message, guild: discord.Guild) -> None:
        heard = await self._heard(message, guild)
        self._talk.note(message.channel.id, message.author.id)
        decision = decide(heard)
        if decision == "quiet":
            return
        answer = await self._ask(message, when_sure=decision == "when_sure", unasked=not heard.spoken_to)
        if answer is not None and answer.outcome == "answered":
            await set_tag(message.channel, "answered", self._servers)

    async def _heard(self, message: discord.Message, guild: discord.Guild) -> Heard:
        channel, author, about = message.channel, message.author, replied_to(message)
        here = self._servers.of(guild.id).channel(channel.id, getattr(channel, "parent_id", None))
        spoken_to = self._me in message.mentions or (about is not None and about.author.id == self._me.id)
        others_named = {each.id for each in message.mentions} - {self._me.id, author.id}
        to_others = bool(others_named or message.role_mentions or (message.reference and not spoken_to))
        text = read(message, self._me, self._speaking.about(message)).text
        heard = Heard(text, here.mode, spoken_to=spoken_to, to_others=to_others)
        if spoken_to or here.mode == "off":
            return heard
        if isinstance(channel, discord.Thread):
            return await self._heard_in_thread(heard, message, channel)
        return replace(heard, others=self._talk.others(channel.id, author.id))

    async def _heard_in_thread(self, heard: Heard, message: discord.Message, thread: discord.Thread) -> Heard:
        if is_new_post(message):
            return heard
        own, post = thread.owner_id == self._me.id, is_post(thread)
        if not own and not (post and thread.owner_id == message.author.id):
            return replace(heard, aside=True)
        speakers = await self._speakers(thread)
        others = bool(speakers - {message.author.id, self._me.id})
        answered = post and (is_settled(thread) or self._me.id in speakers)
        return replace(heard, own_thread=own and not post, others=others, answered=answered)

    async def _speakers(self, thread: discord.Thread) -> set[int]:
        """Who wrote in a thread lately; where the bot may not look, as if others had."""
        try:
            return {
                each.author.id
                async for each in thread.history(limit=_LOOKED_BACK)
                if each.type in _ORDINARY and (not each.author.bot or each.author.id == self._me.id)
            }
        except discord.HTTPException as error:
            _log.info("a thread's history can't be read", reason=str(error))
            return {_SOMEBODY}

    async def _ask(self, message: discord.Message, *, when_sure: bool = False, unasked: bool = False) -> Answer | None:
        """Answer a message; what keeps it from being answered is said only to who asked for it."""
        texts = self._speaking.about(message)
        asked = read(message, self._me, texts)
        text = await with_files(asked.text, asked.files, MAX_QUESTION)
        call = replace(self._call(message, text), history=await self._followed(message), when_sure=when_sure)
        sentence = self._unaskable(message, asked, texts) or await self._answers.refusal(call)
        if sentence is None:
            return await self._answers.answer(call, ChannelSlot(message, threaded=self._threaded(message)))
        if not unasked and not isinstance(sentence, ForAskerAlone):
            await self._say(message, sentence)
        return None

    async def _answer_anew(self, message: discord.Message, text: str, exchange: Exchange) -> None:
        halted = await self._answers.halt(message.id)
        place = halted or exchange.reply
        call = replace(self._call(message, text), history=exchange.question.history, when_sure=place is None)
        if sentence := await self._answers.refusal(call):
            _log.info("an edited question is not answered anew", reason=sentence)
            if halted:  # half of an answer to what nobody asks any more
                await delete_messages(self._bot, halted)
            return
        if place is None:
            await self._answers.answer(call, ChannelSlot(message, threaded=self._threaded(message)))
            return
        await delete_messages(self._bot, place, but=place.message_id)
        channel = self._bot.get_partial_messageable(place.channel_id)
        again = channel.get_partial_message(place.message_id)
        await self._answers.answer(call, ChannelSlot(message, again=again))

    async def _forget(self, message_ids: Collection[int]) -> None:
        for message_id in message_ids:
            place = await self._answers.halt(message_id)
            exchange = await self._exchange_at(message_id)
            if exchange is not None and exchange.origin.message_id == message_id:
                place = place or exchange.reply
            if place is not None and place.message_id != message_id:
                await delete_messages(self._bot, place)

    async def _followed(self, message: discord.Message) -> tuple[Turn, ...] | None:
        """What was said before, if it replies to an answer; a thread goes on from the answer that it was opened for."""
        about, channel = replied_to(message), message.channel
        if about is not None and about.author.id == self._me.id:
            exchange = await self._exchange_of(about)
            return exchange.turns[-_TURNS:] if exchange else None
        if isinstance(channel, discord.Thread) and not is_new_post(message):
            # A thread has the id of the message under which it was opened.
            exchange = await self._exchange_at(channel.id)
            if exchange is not None:
                self._answers.remember(_origin(message), exchange.turns)
        return None

    async def _exchange_of(self, answer: discord.Message) -> Exchange | None:
        """What a message of the bot answers: its first message is on record, its last one has the buttons."""
        if exchange := await self._exchange_at(answer.id):
            return exchange
        question_id = question_of(answer)
        try:
            exchange = await self._book.exchange(question_id) if question_id else None
        except RecordsUnavailable:
            return None
        here = answer.guild.id if answer.guild else None
        return exchange if exchange and exchange.origin.guild_id == here else None

    async def _exchange_at(self, message_id: int) -> Exchange | None:
        """What is on record of a message; nothing where the database is away, which must hold up no answer."""
        try:
            return await self._book.exchange_at(message_id)
        except RecordsUnavailable as error:
            _log.warning("what a message belongs to is not known now", reason=str(error))
            return None

    def _unaskable(self, message: discord.Message, asked: Asked, texts: Texts) -> str | None:
        """Why there is nothing to answer, as a sentence."""
        if asked.hidden:
            return texts.listening.hidden_message
        if asked.text or asked.files:
            return None
        if message.attachments:
            return refusal(message.attachments[0], texts)
        replies_silently = message.reference is not None and not message.content
        return texts.listening.hidden_reply if replies_silently else texts.listening.what_to_ask

    def _call(self, message: discord.Message, text: str) -> Call:
        channel = message.channel
        asker = asker_in(message.author, channel.id, getattr(channel, "parent_id", None), self._rights)
        can_thread = isinstance(channel, discord.TextChannel) and not self._threaded(message)
        return Call(text, asker, _origin(message), self._speaking.about(message), can_thread=can_thread)

    def _threaded(self, message: discord.Message) -> bool:
        """Whether moderators want the answer in a thread of its own."""
        if message.guild is None or not isinstance(message.channel, discord.TextChannel):
            return False
        return self._servers.of(message.guild.id).channel(message.channel.id).threads

    async def _say(self, message: discord.Message, sentence: str) -> None:
        try:
            await message.reply(sentence, mention_author=False)
        except discord.HTTPException as error:
            _log.info("a sentence could not be said", reason=str(error))

    @property
    def _me(self) -> discord.ClientUser:
        return cast("discord.ClientUser", self._bot.user)


def _origin(message: discord.Message) -> Origin:
    guild_id = message.guild.id if message.guild else None
    author = message.author
    return Origin("discord", author.id, guild_id, message.channel.id, message.id, quoted=_quoted(message, author))


def _quoted(message: discord.Message, asker: discord.abc.User) -> tuple[int, ...]:
    """Others than the asker whose words a question from this message takes up."""
    messages = filter(None, (message, replied_to(message)))
    return tuple({each.author.id for each in messages} - {asker.id})
