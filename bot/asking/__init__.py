"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking._views import BUTTONS
from bot.asking.cog import Asking, AsksDesk

__all__ = ["BUTTONS", "Asking", "AsksDesk"]
