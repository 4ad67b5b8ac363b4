"""The message that answers an interaction, and what its errors mean."""

import re
from enum import Enum, auto
from typing import Any, Protocol, cast

import aiohttp
import discord
import structlog
from discord import ui

from bot.asking._markdown import shorten
from rag_core.records.model import Reply

_log = structlog.get_logger(__name__)

_UNKNOWN_MESSAGE = 10008
_UNKNOWN_WEBHOOK = 10015
_INVALID_WEBHOOK_TOKEN = 50027
_THREAD_EXISTS = 160004

_THREAD_NAME = 80
"""Characters of a thread's name; Discord takes 100."""

TRANSPORT_ERRORS = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What an edit can raise; asyncio's TimeoutError is an OSError."""


class Verdict(Enum):
    """What an error of an edit means for the next one."""

    LATER = auto()
    """Discord is busy or away: the same edit may succeed later."""
    OTHERWISE = auto()
    """The interaction's token is no longer valid, or the bot may not write there; the answer has another way."""
    DELETED = auto()
    """Somebody deleted the message."""
    REFUSED = auto()
    """Discord will never take it."""


def judge(error: Exception) -> Verdict:
    """Read an error of `TRANSPORT_ERRORS`."""
    if not isinstance(error, discord.HTTPException):
        return Verdict.LATER
    # discord.py waits out a 429 itself, save where `Via` is missing: that one is Cloudflare's, and it raises.
    if error.status == 429 or error.status >= 500:
        return Verdict.LATER
    if error.code == _UNKNOWN_MESSAGE:
        return Verdict.DELETED
    if error.code in {_UNKNOWN_WEBHOOK, _INVALID_WEBHOOK_TOKEN} or error.status in {401, 403, 404}:
        return Verdict.OTHERWISE
    return Verdict.REFUSED


def retry_after(error: Exception) -> float:
    """Seconds that Discord asks to wait; 0 where it does not say."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("Retry-After", 0)))
    except ValueError:
        return 0.0


class MessageSlot(Protocol):
    """One message that can be written again and again, with more below it where it does not hold everything.

    Every call may raise one of `TRANSPORT_ERRORS`.
    """

    @property
    def place(self) -> Reply | None:
        """The message, once it is there."""

    @property
    def bucket(self) -> int:
        """Slots with the same number share Discord's limit on edits."""

    async def edit(self, view: ui.LayoutView) -> None:
        """Replace what it shows."""

    async def edit_otherwise(self, view: ui.LayoutView) -> None:
        """Replace what it shows by other means, once `edit` is told that it may not, or no longer."""

    async def add(self, view: ui.LayoutView) -> None:
        """Send one more message below it."""


class InteractionSlot:
    """A `MessageSlot` over a deferred interaction.

    Args:
        message_id: the message that Discord shows for it.
        private: only the one who asked sees it, so that what the token no longer reaches goes to them alone.
    """

    def __init__(self, interaction: discord.Interaction[Any], message_id: int | None, *, private: bool = False) -> None:
        self._interaction = interaction
        self._message_id = message_id
        self._private = private
        self._below: list[int] = []

    @property
    def place(self) -> Reply | None:
        """The message that Discord showed for the command."""
        channel_id, message_id = self._interaction.channel_id, self._message_id
        return Reply(channel_id, message_id, tuple(self._below)) if channel_id and message_id else None

    @property
    def bucket(self) -> int:
        """Discord counts by token, so that no two answers share a limit."""
        return self._interaction.id

    async def edit(self, view: ui.LayoutView) -> None:
        """By the interaction's token, which is good for 15 minutes."""
        await self._interaction.edit_original_response(view=view)

    async def edit_otherwise(self, view: ui.LayoutView) -> None:
        """As the message's author, else as a new message; where the bot may not speak, to the asker alone."""
        if self._private:
            await self._interaction.user.send(view=view)
            return
        try:
            await self._edit_as_author(view)
        except discord.Forbidden:
            _log.info("the channel is closed to the bot, answering the asker alone")
            await self._interaction.user.send(view=view)

    async def add(self, view: ui.LayoutView) -> None:
        """As a follow-up; once the token has expired, as `edit_otherwise`."""
        if not self._interaction.is_expired():
            message: discord.Message = await self._interaction.followup.send(
                view=view, wait=True, ephemeral=self._private
            )
        elif self._private:
            message = await self._interaction.user.send(view=view)
        else:
            message = await self._channel().send(view=view)
        self._below.append(message.id)

    async def _edit_as_author(self, view: ui.LayoutView) -> None:
        channel = self._channel()
        if self._message_id is not None:
            try:
                await channel.get_partial_message(self._message_id).edit(view=view)
            except (discord.Forbidden, discord.NotFound):
                _log.info("the deferred message is out of reach, sending another", message=self._message_id)
            else:
                return
        self._message_id = (await channel.send(view=view)).id

    def _channel(self) -> discord.PartialMessageable:
        client: discord.Client = self._interaction.client
        channel_id = cast("int", self._interaction.channel_id)  # commands always come from a channel
        return client.get_partial_messageable(channel_id, guild_id=self._interaction.guild_id)


class ChannelSlot:
    """A `MessageSlot` for a question that came as a message: a reply to it, which comes with the first `edit`.

    Args:
        question: the message that asks; the reply pings nobody.
        threaded: the reply opens a thread under the question and stands there, where the bot may open one.
        again: an earlier reply, to be written anew.
    """

    def __init__(
        self, question: discord.Message, *, threaded: bool = False, again: discord.PartialMessage | None = None
    ) -> None:
        self._question = question
        self._threaded = threaded
        self._reply: discord.Message | discord.PartialMessage | None = again
        self._channel: discord.abc.Messageable = again.channel if again else question.channel
        self._below: list[int] = []

    @property
    def place(self) -> Reply | None:
        """The reply."""
        return Reply(self._reply.channel.id, self._reply.id, tuple(self._below)) if self._reply else None

    @property
    def bucket(self) -> int:
        """Discord counts by channel."""
        return self._question.channel.id

    async def edit(self, view: ui.LayoutView) -> None:
        """As the message's author."""
        if self._reply is not None:
            await self._reply.edit(view=view)
            return
        if self._threaded:
            await self._open_thread()
        if self._channel is self._question.channel:
            # A question that was deleted meanwhile must not keep the answer from being sent.
            reference = self._question.to_reference(fail_if_not_exists=False)
            self._reply = await self._channel.send(view=view, reference=reference)
        else:
            self._reply = await self._channel.send(view=view)

    async def edit_otherwise(self, view: ui.LayoutView) -> None:
        """To the asker alone: the bot may not write in the channel, or no longer."""
        _log.info("the channel is closed to the bot, answering the asker alone")
        await self._question.author.send(view=view)

    async def add(self, view: ui.LayoutView) -> None:
        """As a message of the channel."""
        self._below.append((await self._channel.send(view=view)).id)

    async def _open_thread(self) -> None:
        self._threaded = False
        try:
            self._channel = await self._question.create_thread(name=thread_name(self._question.content))
        except discord.HTTPException as error:
            _log.info("no thread could be opened, answering in the channel", reason=str(error))


def thread_name(question: str) -> str:
    """What a thread about this is called: the beginning of its first line."""
    line = " ".join(re.sub(r"<[@#][!&]?\d+>", "", question).split())
    return shorten(line, _THREAD_NAME) or "…"


async def open_thread(client: discord.Client, reply: Reply, name: str, greeting: str) -> int | None:
    """Open a thread under an answer, or find the one that is there; its id, None where the bot may open none."""
    channel = client.get_channel(reply.channel_id)
    if not isinstance(channel, discord.TextChannel):
        return None
    try:
        thread = await channel.get_partial_message(reply.message_id).create_thread(name=name)
        await thread.send(greeting)
    except discord.HTTPException as error:
        # A thread has the id of the message under which it was opened.
        return reply.message_id if error.code == _THREAD_EXISTS else None
    return thread.id


async def delete_messages(client: discord.Client, reply: Reply, *, but: int | None = None) -> None:
    """Take an answer back, save the message `but`; what is gone already, or out of reach, is left alone."""
    channel = client.get_partial_messageable(reply.channel_id)
    for message_id in reply.message_ids:
        if message_id == but:
            continue
        try:
            await channel.get_partial_message(message_id).delete()
        except TRANSPORT_ERRORS as error:
            _log.info("a message could not be taken back", message=message_id, reason=str(error))
