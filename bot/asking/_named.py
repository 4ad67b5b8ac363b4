"""Which question moderators mean: by its id, or by the id or link of a message that asks or answers it."""

import re
from typing import Final

import discord

from bot.asking._reply import TRANSPORT_ERRORS
from bot.asking._views import question_id_in, question_of
from rag_core.records.book import QuestionBook

_MESSAGE: Final = re.compile(r"(?:/channels/\d+/(\d{15,20})/)?(\d{15,20})(?=\D*\Z)")


async def question_named(typed: str, client: discord.Client, book: QuestionBook) -> str | None:
    """The question's id, of whatever server it is; None where nothing is known of what was typed.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    if own := question_id_in(typed.lower()):
        return own
    if (found := _MESSAGE.search(typed)) is None:
        return None
    if exchange := await book.exchange_at(int(found[2])):
        return exchange.question.id
    return await _by_buttons(client, int(found[1]), int(found[2])) if found[1] else None


async def _by_buttons(client: discord.Client, channel_id: int, message_id: int) -> str | None:
    """A long answer's last message is not on record as one that answers: its buttons tell which answer it ends."""
    try:
        message = await client.get_partial_messageable(channel_id).fetch_message(message_id)
    except TRANSPORT_ERRORS:
        return None
    return question_of(message)
