"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking._attachments import refusal, with_files
from bot.asking._call import AsksDesk, Call
from bot.asking._reply import ChannelSlot, delete_messages
from bot.asking._views import BUTTONS, question_of
from bot.asking.answers import Answers
from bot.asking.cog import Asking
from bot.asking.gates import Asker, Gate, asker_in

__all__ = [
    "BUTTONS",
    "Answers",
    "Asker",
    "Asking",
    "AsksDesk",
    "Call",
    "ChannelSlot",
    "Gate",
    "asker_in",
    "delete_messages",
    "question_of",
    "refusal",
    "with_files",
]
