"""How much may be asked: so many questions in so much time, and one at a time."""

from bot.limits.commands import LimitCommands
from bot.limits.gate import Limits
from bot.limits.turns import Turns

__all__ = ["LimitCommands", "Limits", "Turns"]
