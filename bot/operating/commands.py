"""All commands of this area."""

from collections.abc import Sequence

from discord import app_commands

from bot.moderation import Tools
from bot.operating._ports import Operations
from bot.operating.index import IndexCommands
from bot.operating.sources import SourceCommands
from bot.operating.status import PauseCommands, StatusCommands


class OperatingCommands:
    """The commands, to be put under `/admin`, and what they have running.

    Those of `loose` stand right under it, those of `sources` in a group.
    """

    def __init__(self, tools: Tools, operations: Operations) -> None:
        self._index = IndexCommands(tools, operations)
        self.loose: Sequence[app_commands.Group] = (
            StatusCommands(tools, operations),
            PauseCommands(tools),
            self._index,
        )
        self.sources = SourceCommands(tools, operations)

    async def close(self) -> None:
        """Cut off what runs."""
        await self._index.close()
