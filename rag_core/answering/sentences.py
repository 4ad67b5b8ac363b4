"""Cuts a stream of text into sentences while it is still being written.

What is given back never depends on how the stream was cut into deltas: a cut is made only where nothing that could
still follow would move it.
"""

import re

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_END = re.compile(r"[.!?。！？]")
_CLOSERS = re.compile(r"[.!?。！？)\]}\"'”’*_]*")
_MARKS = re.compile(r"[ \t]*(?:\[\d+(?:[ \t]*,[ \t]*\d+)*\][.!?]?)")
_MAYBE_MARK = re.compile(r"[ \t]*(?:\[[\d, \t]*)?\Z")
_LIST_NUMBER = re.compile(r"\s*(?:[-*+>]\s+)?\d+\Z")
_NEVER_LAST = frozenset({"e.g", "i.e", "vs", "cf", "approx", "resp", "fig", "no", "dr", "mr", "ms", "incl", "viz"})
_SELDOM_LAST = frozenset({"etc", "al"})


class SentenceSplitter:
    """Takes deltas, gives back whole units: sentences, lines of lists and tables, code fences.

    A unit begins with the spaces and line breaks in front of it, so that leaving one out takes its gap along. Joined,
    the units and the rest are the input.
    """

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, delta: str) -> list[str]:
        """Add text; returns the units that it completes."""
        self._buffer += delta
        units = []
        while cut := _cut(self._buffer):
            units.append(self._buffer[:cut])
            self._buffer = self._buffer[cut:]
        return units

    def rest(self) -> str:
        """What no unit was made of yet; the splitter is empty afterwards."""
        rest, self._buffer = self._buffer, ""
        return rest


def split_sentences(text: str) -> list[str]:
    """All units of a whole text, stripped, without empty ones."""
    splitter = SentenceSplitter()
    units = [*splitter.feed(text), splitter.rest()]
    return [unit.strip() for unit in units if unit.strip()]


def _cut(text: str) -> int:
    """Where the first unit ends; 0 while that is not certain."""
    start = len(text) - len(text.lstrip())
    if start == len(text):
        return 0
    line = text.rfind("\n", 0, start) + 1
    if fence := _FENCE.match(text, line):
        return _after_fence(text, fence)
    return _after_sentence(text, start)


def _after_fence(text: str, opening: re.Match[str]) -> int:
    """The end of the closing line, its line break left to the next unit."""
    newline = text.find("\n", opening.end())
    info = text[opening.end() : newline if newline >= 0 else len(text)]
    if opening[1][0] == "`" and "`" in info:  # a span of code, not a fence
        return _after_sentence(text, opening.start(1))
    if newline < 0:
        return 0
    closing = re.compile(rf"^[ \t]*{opening[1][0]}{{{len(opening[1])},}}[ \t]*(?=\n)", re.MULTILINE)
    found = closing.search(text, newline + 1)
    return found.end() if found else 0


def _after_sentence(text: str, start: int) -> int:
    newline = text.find("\n", start)
    if text[start] == "|":  # a row of a table
        return max(newline, 0)
    stop = len(text) if newline < 0 else newline
    for end in _END.finditer(text, start, stop):
        if text.count("`", start, end.start()) % 2:
            continue
        cut = _closed(text, start, end.start(), stop)
        if cut is None:
            return 0
        if cut:
            return cut
    return max(newline, 0)


def _closed(text: str, start: int, mark: int, stop: int) -> int | None:
    """The sentence's end if the character at `mark` ends it, 0 if it does not, None if only more text can tell."""
    after = _CLOSERS.match(text, mark + 1, stop).end()  # type: ignore[union-attr]  # matches the empty string too
    if after < stop and not text[after].isspace() and text[mark] in ".!?":
        return 0
    while marks := _MARKS.match(text, after, stop):
        after = marks.end()
    if stop == len(text) and (after == stop or _MAYBE_MARK.match(text, after)):
        return None
    return after if text[mark] != "." or _ends(text, start, mark, after) else 0


def _ends(text: str, start: int, dot: int, after: int) -> bool:
    """Whether a full stop is one: not that of an abbreviation, an initial or a list's number."""
    if _LIST_NUMBER.fullmatch(text, start, dot):
        return False
    word = re.split(r"[\s(\[{\"'*_]", text[start:dot])[-1].casefold()
    if word in _NEVER_LAST:
        return False
    return word not in _SELDOM_LAST or not text[after:].lstrip(" \t")[:1].islower()
