"""The documentation without a generated answer: `/search` and `/page`."""

from bot.searching._views import BUTTONS
from bot.searching.cog import Finds, Searching

__all__ = ["BUTTONS", "Finds", "Searching"]
