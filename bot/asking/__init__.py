"""Questions from Discord and how their answers look: commands, live message, rendering, buttons."""

from bot.asking._attachments import refusal, with_files
from bot.asking._call import AsksDesk, Call, origin_of
from bot.asking._markdown import escape, link, safe_text, shorten
from bot.asking._named import question_named
from bot.asking._rendering import LIMIT, render_answer, render_corrected
from bot.asking._reply import TRANSPORT_ERRORS, ChannelSlot, delete_messages
from bot.asking._views import BUTTONS, called_view, question_of, rows_of, solved_view, view_of
from bot.asking.answers import Answers
from bot.asking.cog import Asking
from bot.asking.gates import Asker, ForAskerAlone, Gate, TurnedOff, asker_in, first_refusal

__all__ = [
    "BUTTONS",
    "LIMIT",
    "TRANSPORT_ERRORS",
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
    "called_view",
    "delete_messages",
    "escape",
    "first_refusal",
    "link",
    "origin_of",
    "question_named",
    "question_of",
    "refusal",
    "render_answer",
    "render_corrected",
    "rows_of",
    "safe_text",
    "shorten",
    "solved_view",
    "view_of",
    "with_files",
]
