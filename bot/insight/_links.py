"""Where a question is to be seen in Discord."""

from rag_core.records.insight import Asked, Place


def address(guild_id: int, place: Place) -> str:
    """The address of the message or, where that is not known, of its channel; empty without either."""
    if place.channel_id is None:
        return ""
    message = f"/{place.message_id}" if place.message_id else ""
    return f"https://discord.com/channels/{guild_id}/{place.channel_id}{message}"


def linked(guild_id: int, question: Asked) -> str:
    """Channel or thread, and the day in UTC as a link to the message; the day alone where no place is known."""
    day, place = f"{question.asked_at:%Y-%m-%d}", question.place
    return f"<#{place.channel_id}> [{day}]({address(guild_id, place)})" if place.channel_id else day
