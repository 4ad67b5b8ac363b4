"""Where a question is to be seen in Discord."""

from bot.message_address import message_address
from rag_core.records.insight import Asked, Place


def address(guild_id: int, place: Place) -> str:
    """As `message_address`."""
    return message_address(guild_id, place.channel_id, place.message_id)


def linked(guild_id: int, question: Asked) -> str:
    """Channel or thread, and the day in UTC as a link to the message; the day alone where no place is known."""
    day, place = f"{question.asked_at:%Y-%m-%d}", question.place
    return f"<#{place.channel_id}> [{day}]({address(guild_id, place)})" if place.channel_id else day
