"""The stream of a page's headings and blocks, sorted into sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rag_core.crawling._pieces import Heading, Piece, Tabs
from rag_core.crawling.page import Block, Section


def make_sections(pieces: Iterable[Piece], title: str) -> tuple[Section, ...]:
    """Sections in reading order; what stands above the first heading has no anchor and no path."""
    anchor, path = "", _Path(title)
    current: tuple[str, ...] = ()
    blocks: list[Block] = []
    sections: list[Section] = []
    for piece in _mark_tabs(pieces):
        if isinstance(piece, Block):
            blocks.append(piece)
            continue
        if sections or blocks or anchor:
            sections.append(Section(anchor, current, tuple(blocks)))
        anchor, current, blocks = piece.anchor, path.enter(piece), []
    sections.append(Section(anchor, current, tuple(blocks)))
    return tuple(sections)


class _Path:
    """The headings from the outermost to the current one.

    The first heading of level 1 is the page's title once more: it is in no other section's path, and in its own only
    where its words differ from the title's.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._open: list[Heading] = []
        self._titled = False

    def enter(self, heading: Heading) -> tuple[str, ...]:
        """Go to the next heading and return its path."""
        self._open = [above for above in self._open if above.level < heading.level]
        if heading.level == 1 and not self._titled:
            self._titled = True
            return () if _letters(heading.text) == _letters(self._title) else (heading.text,)
        self._open.append(heading)
        return tuple(above.text for above in self._open if above.text)


def _mark_tabs(pieces: Iterable[Piece]) -> Iterator[Heading | Block]:
    """Mark the samples that follow a row of tab labels, and keep the labels as a line of text."""
    languages: frozenset[str] = frozenset()
    for piece in pieces:
        if isinstance(piece, Tabs):
            languages = piece.languages
            yield from _label_line(piece.labels)
        elif isinstance(piece, Block) and piece.kind == "code":
            yield replace(piece, tab=piece.language in languages)
        else:
            languages = frozenset()
            yield piece


def _label_line(labels: tuple[str, ...]) -> Iterator[Block]:
    text = " · ".join(label for label in labels if label)
    if text:
        yield Block("text", text)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
