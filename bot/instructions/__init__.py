"""A server's own instructions for its answers: edited in a form, tried on a question, then saved or discarded."""

from bot.instructions._views import BUTTONS
from bot.instructions.commands import InstructionCommands
from bot.instructions.drafts import Drafts

__all__ = ["BUTTONS", "Drafts", "InstructionCommands"]
