"""All commands of this area."""

from typing import Any

from discord import app_commands

from bot.moderation import Tools
from bot.operating._ports import Operations
from bot.operating.index import IndexCommands
from bot.operating.sources import SourceCommands
from bot.operating.status import PauseCommands, StatusCommands


class OperatingCommands:
    """The commands, to be put under `/admin`, and what they have running."""

    def __init__(self, tools: Tools, operations: Operations) -> None:
        self._index = IndexCommands(tools, operations)
        groups = (StatusCommands(tools, operations), PauseCommands(tools), self._index)
        flat = [command for group in groups for command in group.commands]
        self.all: tuple[app_commands.Group | app_commands.Command[Any, ..., Any], ...] = (
            *flat,
            SourceCommands(tools, operations),
        )

    async def close(self) -> None:
        """Cut off what runs."""
        await self._index.close()
