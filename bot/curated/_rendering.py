"""How curated answers are shown to moderators, and to the author who is asked."""

from collections.abc import Sequence
from typing import Final

from bot.asking import escape, safe_text, shorten
from bot.panels import DONE, Panel, in_pages
from bot.texts import Texts
from rag_core.answering.curated import CuratedMatch
from rag_core.records.curated import CuratedAnswer

_LISTED: Final = 10
_LINE: Final = 120
_TEXT: Final = 1500


def changed(title: str, note: str, answer: CuratedAnswer) -> Panel:
    """What an answer is now, or was."""
    return Panel(title, (f"**{_line(answer.question)}**\n{_quoted(answer.answer)}",), note, DONE)


def listed(answers: Sequence[CuratedAnswer], texts: Texts) -> list[Panel]:
    """Every answer of a server, a line each."""
    own = texts.curated
    lines = [f"- {_line(each.question)} · {own.states[each.consent]}" for each in answers]
    pages = in_pages(lines, _LISTED) or [[own.nothing]]
    return [Panel(own.title, ("\n".join(page),)) for page in pages]


def found(query: str, matches: Sequence[CuratedMatch], texts: Texts) -> Panel:
    """Which answers come near a question."""
    own = texts.curated
    lines = [
        f"- **{match.cosine:.2f}** {_line(match.answer.question)} · {own.found_fits if match.fits else own.found_near}"
        for match in matches
    ]
    return Panel(own.found_title, (f"> {_line(query)}", "\n".join(lines) or own.found_none))


def asking(answer: CuratedAnswer, server: str, link: str, texts: Texts) -> Panel:
    """What the author reads who is asked for consent."""
    own = texts.curated
    told = own.ask_text.format(server=escape(server))
    return Panel(own.ask_title, (told, f"**{_line(answer.question)}**\n{_quoted(answer.answer)}"), link)


def _line(text: str) -> str:
    return escape(shorten(" ".join(text.split()), _LINE))


def _quoted(text: str) -> str:
    return safe_text(shorten(text, _TEXT))
