"""Messages: which of them ask something, when the bot speaks, and the tags of forums."""

from bot.listening._tags import set_tag
from bot.listening.cog import Listening

__all__ = ["Listening", "set_tag"]
