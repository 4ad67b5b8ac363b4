"""How sections and pages look: a link and a line of text each."""

from collections.abc import Sequence
from typing import Final

from bot.asking import LIMIT, escape, link, shorten
from bot.panels import Panel
from bot.texts import Texts
from rag_core.answering.finder import Found, FoundSection, Heading, Outline

ON_A_PAGE: Final = 5

_ROOM: Final = LIMIT - 500
"""Characters for a page's headings: title, summary and small print take the rest."""

_DEEPEST: Final = 2
_SUMMARY: Final = 300


def render_found(found: Found, page: int, texts: Texts) -> Panel:
    """One page of what a search brought, from 0."""
    own = texts.searching
    title = own.found.format(query=escape(found.query))
    notices = tuple(escape(texts.asking.notice(each)) for each in found.notices)
    if not found.sections:
        return Panel(title, (*notices, own.nothing))
    shown = found.sections[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    note = own.version.format(version=escape(found.version))
    return Panel(title, (*notices, "\n\n".join(map(_section, shown))), note)


def pages_of(found: Found) -> int:
    """How many pages it takes, one at least."""
    return max(1, -(-len(found.sections) // ON_A_PAGE))


def render_outline(outline: Outline, texts: Texts) -> Panel:
    """A page's address, what it says of itself, and its sections as far as a message holds them."""
    about = escape(shorten(outline.summary, _SUMMARY))
    headings = [heading for heading in outline.headings if heading.depth <= _DEEPEST]
    lines = _fitting(headings)
    note = texts.asking.docs.format(version=escape(outline.version))
    if len(lines) < len(headings):
        note = f"{texts.searching.more.format(count=len(headings) - len(lines))} {note}"
    sections = tuple(filter(None, (about, "\n".join(lines))))
    return Panel(link(outline.title, outline.link), sections, note)


def _section(section: FoundSection) -> str:
    return "\n".join(filter(None, (f"**{link(section.heading, section.link)}**", escape(section.line))))


def _fitting(headings: Sequence[Heading]) -> list[str]:
    lines: list[str] = []
    room = _ROOM
    for heading in headings:
        line = f"{'  ' * (heading.depth - 1)}- {link(heading.text, heading.link)}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return lines
