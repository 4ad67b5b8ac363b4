"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking._call import AsksDesk, Call
from bot.asking._views import BUTTONS
from bot.asking.answers import Answers
from bot.asking.cog import Asking
from bot.asking.gates import Asker, Gate

__all__ = ["BUTTONS", "Answers", "Asker", "Asking", "AsksDesk", "Call", "Gate"]
