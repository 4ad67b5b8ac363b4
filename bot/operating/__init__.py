"""What operators do for all servers, and what they and moderators see of the bot: under `/admin`."""

from bot.operating._gate import Paused
from bot.operating._ports import Operations
from bot.operating.commands import OperatingCommands

__all__ = ["OperatingCommands", "Operations", "Paused"]
