"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking.cog import Asking, AsksDesk

__all__ = ["Asking", "AsksDesk"]
