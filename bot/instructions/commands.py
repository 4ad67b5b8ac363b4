"""`/admin instructions`."""

from discord import app_commands

from bot.instructions.drafts import Drafts
from bot.moderation import Interaction, ModeratorGroup, Tools
from bot.texts import instructions as words


class InstructionCommands(ModeratorGroup):
    """The command; its group is never shown."""

    def __init__(self, tools: Tools, drafts: Drafts) -> None:
        super().__init__(tools)
        self._drafts = drafts

    @app_commands.command(name=words.INSTRUCTIONS, description=words.INSTRUCTIONS_DESCRIPTION)
    async def instructions(self, interaction: Interaction) -> None:
        """Open the form."""
        await self._drafts.open(interaction)
