"""People whom a server's moderators shut out."""

from bot.blocks.commands import BlockCommands
from bot.blocks.gate import Blocks

__all__ = ["BlockCommands", "Blocks"]
