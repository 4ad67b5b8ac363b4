"""The message that answers an interaction, and what its errors mean."""

from enum import Enum, auto
from typing import Any, Protocol, cast

import aiohttp
import discord
import structlog
from discord import ui

from rag_core.records.model import Reply

_log = structlog.get_logger(__name__)

_UNKNOWN_MESSAGE = 10008
_UNKNOWN_WEBHOOK = 10015
_INVALID_WEBHOOK_TOKEN = 50027

TRANSPORT_ERRORS = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What an edit can raise; asyncio's TimeoutError is an OSError."""


class Verdict(Enum):
    """What an error of an edit means for the next one."""

    LATER = auto()
    """Discord is busy or away: the same edit may succeed later."""
    EXPIRED = auto()
    """The interaction's token is no longer valid; the message may still be there."""
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
    if error.code in {_UNKNOWN_WEBHOOK, _INVALID_WEBHOOK_TOKEN} or error.status in {401, 404}:
        return Verdict.EXPIRED
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
    """One message that can be written again and again. Every call may raise one of `TRANSPORT_ERRORS`."""

    @property
    def place(self) -> Reply | None:
        """The message, once it is there."""

    async def edit(self, view: ui.LayoutView) -> None:
        """Replace what it shows."""

    async def edit_without_token(self, view: ui.LayoutView) -> None:
        """Replace what it shows by other means, once `edit` is told that the token has expired."""

    async def add(self, view: ui.LayoutView) -> None:
        """Send one more message below it."""


class InteractionSlot:
    """A `MessageSlot` over a deferred interaction."""

    def __init__(self, interaction: discord.Interaction[Any], message_id: int | None) -> None:
        self._interaction = interaction
        self._message_id = message_id

    @property
    def place(self) -> Reply | None:
        """The message that Discord showed for the command."""
        channel_id, message_id = self._interaction.channel_id, self._message_id
        return Reply(channel_id, message_id) if channel_id and message_id else None

    async def edit(self, view: ui.LayoutView) -> None:
        """By the interaction's token, which is good for 15 minutes."""
        await self._interaction.edit_original_response(view=view)

    async def edit_without_token(self, view: ui.LayoutView) -> None:
        """As the message's author, else as a new message: as far as the bot may speak in the channel."""
        channel = self._channel()
        if self._message_id is not None:
            try:
                await channel.get_partial_message(self._message_id).edit(view=view)
            except (discord.Forbidden, discord.NotFound):
                _log.info("the deferred message is out of reach, sending another", message=self._message_id)
            else:
                return
        await channel.send(view=view)

    async def add(self, view: ui.LayoutView) -> None:
        """As a follow-up, or as a message of the channel once the token has expired."""
        if self._interaction.is_expired():
            await self._channel().send(view=view)
        else:
            await self._interaction.followup.send(view=view)

    def _channel(self) -> discord.PartialMessageable:
        client: discord.Client = self._interaction.client
        channel_id = cast("int", self._interaction.channel_id)  # commands always come from a channel
        return client.get_partial_messageable(channel_id, guild_id=self._interaction.guild_id)


class ChannelSlot:
    """A `MessageSlot` for a question that came as a message: a reply to it, which comes with the first `edit`.

    Args:
        question: the message that asks; the reply pings nobody.
    """

    def __init__(self, question: discord.Message) -> None:
        self._question = question
        self._reply: discord.Message | None = None

    @property
    def place(self) -> Reply | None:
        """The reply."""
        return Reply(self._reply.channel.id, self._reply.id) if self._reply else None

    async def edit(self, view: ui.LayoutView) -> None:
        """As the message's author."""
        if self._reply is None:
            self._reply = await self._question.channel.send(view=view, reference=self._reference)
        else:
            await self._reply.edit(view=view)

    async def edit_without_token(self, view: ui.LayoutView) -> None:
        """As a new message: no token is needed here, so that the old one is gone or out of reach."""
        self._reply = await self._question.channel.send(view=view)

    async def add(self, view: ui.LayoutView) -> None:
        """As a message of the channel."""
        await self._question.channel.send(view=view)

    @property
    def _reference(self) -> discord.MessageReference:
        """A question that was deleted meanwhile must not keep the answer from being sent."""
        return self._question.to_reference(fail_if_not_exists=False)
