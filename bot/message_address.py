"""Where Discord shows a message to whoever may see it."""


def message_address(guild_id: int, channel_id: int | None, message_id: int | None) -> str:
    """The address of a message or, where that is not known, of its channel; empty without either."""
    if channel_id is None:
        return ""
    message = f"/{message_id}" if message_id else ""
    return f"https://discord.com/channels/{guild_id}/{channel_id}{message}"
