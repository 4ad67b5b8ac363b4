"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking._attachments import refusal, with_files
from bot.asking._call import AsksDesk, Call
from bot.asking._markdown import escape, link
from bot.asking._rendering import LIMIT, render_answer
from bot.asking._reply import ChannelSlot, delete_messages
from bot.asking._views import BUTTONS, question_of, view_of
from bot.asking.answers import Answers
from bot.asking.cog import Asking
from bot.asking.gates import Asker, ForAskerAlone, Gate, TurnedOff, asker_in, first_refusal

__all__ = [
    "BUTTONS",
    "LIMIT",
    "Answers",
    "Asker",
    "Asking",
    "AsksDesk",
    "Call",
    "ChannelSlot",
    "ForAskerAlone",
    "Gate",
    "TurnedOff",
    "asker_in",
    "delete_messages",
    "escape",
    "first_refusal",
    "link",
    "question_of",
    "refusal",
    "render_answer",
    "view_of",
    "with_files",
]
