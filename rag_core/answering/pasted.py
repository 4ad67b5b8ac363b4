"""Error messages, stack traces, logs, code and configuration that people paste into questions, told from their words.

Kept are the people's own words, and of what they pasted: the lines that tell of an error (its class, message, code and
method), and what the code calls. Timestamps, paths, addresses, ids, frames, settings and repetitions go. A log may come
on one line, since Discord takes the line breaks out of a command's options.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rag_core.answering import _structures, _traces
from rag_core.answering._noise import NUMBERS, cleaned

QUERY_CHARACTERS = 700
"""About what an embedding model of 256 tokens reads of error messages."""

EXCERPT_CHARACTERS = 2000
"""What of a pasted text the engine sees."""

_MOST_CALLED = 8

_FENCE = re.compile(r"`{3,}+|(?<!\S)~{3,}+")
_LANGUAGE = re.compile(
    r"^[ \t]*+(?:[\w+#.-]*+[ \t]*+(?=\n)|(?:python|py|java|javascript|js|typescript|ts|go|bash|sh|shell|console|json|"
    r"ya?ml|text|txt|log|csharp|cs|cpp|rust)\s)"
)
_QUOTE = re.compile(r"^[ \t]{0,3}>(?:>>)?(?:[ \t]|$)")
_DATA_TELLS = re.compile(r"\"(?:code|err|error|message|msg|reason|detail)\w*+\"\s*+:", re.IGNORECASE)

_NUMBERED = re.compile(r"^\s*+\d+ ")
_SAYS = re.compile(r"[^\W_]")
_LEAST_DATA = 40

_Kind = Literal["own", "error", "said", "code", "quiet", ""]
"""Own words, an error, words in a fence that may tell one, code, whatever else is pasted; "" is not known yet."""

_Segment = tuple[_Kind, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart.

    `prose` are the asker's own lines as they stand, `errors` the lines of what is pasted that tell of an error, without
    what differs from run to run, `called` the functions and methods that pasted code calls, or the code that the first
    frame of a trace quotes: each once, in their order. `pasted` tells whether anything is pasted.
    """

    prose: tuple[str, ...]
    errors: tuple[str, ...]
    called: tuple[str, ...]
    pasted: bool


def parts(text: str) -> Parts:
    """Take a message apart into its asker's own words and what of a paste is worth searching."""
    segments = list(_Segmenter().segments(text))
    pasted = any(kind != "own" for kind, _ in segments)
    own = (text.strip() for kind, text in segments if kind == "own")
    errors = [text for kind, text in segments if kind == "error"] or [text for kind, text in segments if kind == "said"]
    calls = (name for kind, text in segments if kind == "code" for name in _structures.called_in(text))
    return Parts(
        tuple(line for line in own if not pasted or _SAYS.search(line)),
        tuple(dict.fromkeys(filter(None, map(cleaned, errors)))),
        tuple(islice(dict.fromkeys(calls), _MOST_CALLED)),
        pasted,
    )


def excerpt_for_engine(text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """A long text's lines that matter, in their order, "…" where some were left out; at most `limit` characters."""
    if len(text) <= limit:
        return text
    lines = text.splitlines()
    kept: set[int] = set()
    left = limit
    for at in _by_rank(lines):
        if len(lines[at]) + 3 <= left:
            kept.add(at)
            left -= len(lines[at]) + 3
    shown = "\n".join(_with_gaps(lines, kept))
    return shown if shown.strip("… \n") else bounded(text, limit)


class _Segmenter:
    """Goes over a message line by line, knowing whether it is in a trace."""

    def __init__(self) -> None:
        self._in_trace = False
        self._frames = 0
        self._message_follows = False

    def segments(self, text: str) -> Iterator[_Segment]:
        for stretch, fenced in _blocks(text):
            self._in_trace = self._message_follows = False
            known = [segment for line in _lines(stretch) for segment in self._known(line, fenced=fenced)]
            yield from _in_fence(known) if fenced else _outside(known)

    def _known(self, line: str, *, fenced: bool) -> Iterator[_Segment]:
        """What a line is by itself, "" where its neighbours tell."""
        quote = None if fenced else _QUOTE.match(line)
        for kind, text in self._told(line[quote.end() :] if quote else line, fenced=fenced):
            yield ("quiet" if quote and kind in {"", "own"} else kind), text

    def _told(self, line: str, *, fenced: bool) -> Iterator[_Segment]:
        if not line.strip():
            yield "", ""
        elif (told := _traces.panicked(line)) is not None:
            self._message_follows = not told
            yield ("error" if told else "quiet"), told
        elif _traces.is_frame(line):
            yield from self._frame(line, fenced=fenced)
        elif self._message_follows or (_traces.is_message(line) and not _structures.is_data(line)):
            self._in_trace = self._message_follows = False
            yield from _message(line, fenced=fenced)
        elif self._in_trace and _traces.goes_with_frame(line):
            yield self._quoted(line)
        else:
            self._in_trace = False
            yield _logged(line, fenced=fenced), line

    def _frame(self, line: str, *, fenced: bool) -> Iterator[_Segment]:
        self._in_trace = True
        self._frames += _traces.is_place(line)
        yield "quiet", ""
        code, rest = _traces.after_frame(line)
        if code:
            raised = _traces.error_within(code)
            yield self._quoted(code.removesuffix(raised))
            if raised:
                yield from _message(raised, fenced=fenced)
        elif rest:
            yield from self._told(rest, fenced=fenced)

    def _quoted(self, code: str) -> _Segment:
        """The code that a frame quotes. The first frame's is the reader's own; IPython shows numbered lines around."""
        return ("code" if self._frames == 1 and not _NUMBERED.match(code) else "quiet"), code


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """The text outside and inside of fences; one in the middle of a line that nothing closes is none."""
    begin, opened = 0, ""
    start = 0
    for mark in _FENCE.finditer(text):
        if not opened:
            start, opened = mark.start(), mark[0]
        elif mark[0].startswith(opened):
            yield text[begin:start], False
            yield _unquoted(text[start + len(opened) : mark.start()]), True
            begin, opened = mark.end(), ""
    if opened and _opens_line(text, start, start + len(opened)):
        yield text[begin:start], False
        yield _unquoted(text[start + len(opened) :]), True
    else:
        yield text[begin:], False


def _opens_line(text: str, start: int, end: int) -> bool:
    """Whether a fence stands first on its line, or last but for a language."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].partition("\n")[0]
    return not before.strip(" \t>") or (len(after.split()) < 2 and after == after.strip() and "\n" in text[end:])


def _unquoted(fenced: str) -> str:
    """What stands in a fence, without its language."""
    language = _LANGUAGE.match(fenced)
    return fenced[language.end() :] if language else fenced


def _lines(text: str) -> Iterator[str]:
    """Lines, and the same where line breaks were lost; arrays of numbers and data stand alone."""
    blank = False
    for line in text.splitlines():
        if not line.strip():
            if not blank:
                yield ""
            blank = True
            continue
        blank = False
        for piece in _traces.apart(line):
            yield from _without_data(piece)


def _without_data(line: str) -> Iterator[str]:
    """A line's own words, and the data in front of or between them."""
    text = line.lstrip()
    end = _traces.closing(text, 0) if text[:1] in {"{", "["} else 0
    if end >= _LEAST_DATA and text[end:].strip(" ,;") and _structures.is_data(text[:end]):
        yield text[:end]
        line = text[end:]
    at = 0
    for numbers in NUMBERS.finditer(line):
        yield line[at : numbers.start()]
        yield numbers[0]
        at = numbers.end()
    yield line[at:]


def _message(line: str, *, fenced: bool) -> Iterator[_Segment]:
    """An error's message, and what its asker adds behind it."""
    told, rest = (line, "") if fenced else _traces.message_and_rest(line)
    yield "error", told
    if rest:
        yield "own", rest


def _logged(line: str, *, fenced: bool) -> _Kind:
    """What a line of a log is; "" where it is none."""
    level = _traces.level(line)
    if level is None or (level == "none" and not fenced and _traces.in_own_words(line)):
        return ""
    told = level == "loud" or (level == "none" and _traces.tells_error(line))
    return "error" if told else "quiet"


def _in_fence(known: Sequence[_Segment]) -> Iterator[_Segment]:
    yield "quiet", ""
    tells = _data_tells(known)
    for kind, line in known:
        if kind or not line.strip():
            yield kind or "quiet", line
        elif (tells and _DATA_TELLS.search(line)) or (_traces.tells_error(line) and not _structures.is_code(line)):
            yield "error", line
        else:
            yield ("said" if _structures.reads_as_text(line) else "code"), line


def _outside(known: Sequence[_Segment]) -> Iterator[_Segment]:
    lines = ["." if kind else line for kind, line in known]
    structured = _structures.structured(lines)
    tells = _data_tells([known[at] for at in sorted(structured)])
    for at, (kind, line) in enumerate(known):
        if at in structured:
            yield ("error" if tells and _DATA_TELLS.search(line) else "code"), line
        elif kind or line.strip():
            yield kind or "own", line


def _data_tells(known: Sequence[_Segment]) -> bool:
    """Whether data tell of an error: then its message stands in another line than its code."""
    return any(not kind and _DATA_TELLS.search(line) and _traces.tells_error(line) for kind, line in known)


def _by_rank(lines: Sequence[str]) -> list[int]:
    """What to keep first: people's own words, then errors, the last first, then what stands around them."""
    errors = [_is_error(line) for line in lines]

    def rank(at: int) -> tuple[int, int]:
        line = lines[at]
        if errors[at]:
            return (1, -at)
        if not _traces.is_frame(line) and _traces.level(line) is None and not line[:1].isspace():
            return (0, at)
        return (2 if any(errors[max(0, at - 2) : at + 3]) else 3, -at)

    return sorted(range(len(lines)), key=rank)


def _is_error(line: str) -> bool:
    return _traces.level(line) != "quiet" and not _traces.is_frame(line) and _traces.tells_error(line)


def _with_gaps(lines: Sequence[str], kept: set[int]) -> Iterator[str]:
    previous = -1
    for at in sorted(kept):
        if at > previous + 1:
            yield "…"
        yield lines[at]
        previous = at


def bounded(text: str, limit: int) -> str:
    """The beginning and the end of a text that is too long: one says what it is about, the other often asks."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}" if half > 0 else text[:limit]
