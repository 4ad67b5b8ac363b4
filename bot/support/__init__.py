"""What people do with an answer: rate it, say that it solved the question, ask for a person, put it right."""

from bot.support.cog import Support
from bot.support.correct import CorrectCommands

__all__ = ["CorrectCommands", "Support"]
