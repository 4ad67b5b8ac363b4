"""What all groups of commands under `/admin` share: their tools, and the right that each command of a group needs."""

from dataclasses import dataclass
from typing import Any, cast

import discord
from discord import app_commands

from bot.rights import Rights
from bot.speaking import Speaking
from rag_core.records.books import Books

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Tools:
    """What commands work with."""

    books: Books
    rights: Rights
    speaking: Speaking


class ModeratorGroup(app_commands.Group):
    """Commands for the moderators of the server in which they are used."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Before each command."""
        self.tools.rights.require_moderator(interaction)
        return True


class StaffGroup(app_commands.Group):
    """Commands for the moderators of the server in which they are used, and for the operators of the bot."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Before each command."""
        if not self.tools.rights.is_operator(interaction.user):
            self.tools.rights.require_moderator(interaction)
        return True


class OperatorGroup(app_commands.Group):
    """Commands for the operators of the bot, since they concern every server."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Before each command."""
        self.tools.rights.require_operator(interaction)
        return True


def server_of(interaction: Interaction) -> int:
    """The server in which a command of `/admin` is used; there are none elsewhere."""
    return cast("int", interaction.guild_id)
