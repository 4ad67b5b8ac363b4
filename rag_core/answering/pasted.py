"""Error messages, stack traces and logs that people paste into questions, reduced to what is worth searching.

Kept are the people's own words, and of what they pasted: the lines that tell of an error (its class, message, code and
method), and what the first frame of a trace called. Timestamps, paths, addresses, ids, frames and repetitions go. A log
may come on one line, since Discord takes the line breaks out of a command's options.
"""

import re
from collections.abc import Iterator, Sequence

QUERY_CHARACTERS = 700
"""About what an embedding model of 256 tokens reads of error messages."""

EXCERPT_CHARACTERS = 2000
"""What of a pasted text the engine sees."""

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_MOMENT = rf"\[?\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?: ?(?:Z|[+-]\d\d:?\d\d))?\]?"
_TIME = rf"{_MOMENT}|\b{_CLOCK}\b"
_ERROR = re.compile(
    r"\b[A-Za-z_][\w.]*(?:Error|Exception|Failure|Panic)\b(?=\s*[:(]|\s*$)|\b(?:panic|fatal|caused by|error)\s*[:=]|"
    r"\bcode\s*[=:]\s*\d+|\[(?:ERROR|FATAL|WARN|WARNING|PANIC)\]|\b(?:ERROR|FATAL|CRITICAL)\b|\bstatus ?code\b|"
    r"\bStatusCode\.\w+",
    re.IGNORECASE,
)
_LOUD = re.compile(r"\b(?:ERROR|FATAL|CRITICAL|WARN|WARNING|PANIC)\b|(?:Error|Exception|Panic)\b")
_FRAME = re.compile(
    r"^\s*(?:File \"[^\"]*\", line \d+|at [\w$.<>/]+\(|#\d+ +0x|\.\.\. \d+ more|goroutine \d+|\S+\.(?:go|cc|cpp|h):\d+|"
    r"created by \S+|\^+\s*$|~*\^+~*\s*$|Traceback \(most recent|During handling of the above|"
    r"The above exception was the direct cause|[\w./*()]+\(0x[0-9a-f, x.{}?]*\))",
)
_QUIET = re.compile(rf"^\s*(?:{_TIME})|\b(?:INFO|DEBUG|TRACE)\b")
_LOGGED = re.compile(rf"{_TIME}|\bTraceback \(most recent|\[(?:INFO|DEBUG|WARN|ERROR)\]|^\s+at [\w$.]+\(", re.MULTILINE)
_STARTS = re.compile(
    rf"\s+(?=(?:{_MOMENT})\s*\S|Traceback \(most recent|File \"[^\"]+\", line \d+|at [\w$]+(?:\.[\w$<>]+)+\([^)]*\)|"
    r"Caused by:|During handling of the above|The above exception was|goroutine \d+ \[)"
)
_AFTER_FRAME = re.compile(r"(File \"[^\"]*\", line \d+(?:, in \S+)?|at [\w$]+(?:\.[\w$<>]+)+\([^)]*\))\s+")
_NOISE = (
    re.compile(r"<Time:\{[^}]*\}>|\([\w./-]+\.(?:go|py|java|cc|cpp):\d+\)"),
    re.compile(r"\b(?:trace|span|request|req|thread|goroutine|p)_?id\s*[=:]\s*[^\s\]]+", re.IGNORECASE),
    re.compile(_TIME),
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE),
    re.compile(r"\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{12,}\b", re.IGNORECASE),
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"),
    re.compile(r"\[[\w./-]+\.(?:go|py|java|cc|cpp|rs):\d+\]"),
    re.compile(r"(?<![\w.])(?:[A-Za-z]:\\|~?/)[\w.@+-]+(?:[/\\][\w.@+ -]*[\w.@+-])*(?::\d+)*"),
    re.compile(r"\b\d{6,}\b"),
    re.compile(r"\[(?:INFO|DEBUG|WARN|WARNING|ERROR|FATAL|main|[\w-]*thread-\d+)\]", re.IGNORECASE),
    re.compile(r"<>|\(\)|\[\]|\{\}|\"\""),
)
_CALL = re.compile(r"(?:\w+\.)*(\w+)\(")
_FENCE = re.compile(r"(?:`{3,}|~{3,})(?:\w*(?=\n))?")


def reduced(text: str, limit: int = QUERY_CHARACTERS) -> str:
    """The text as it is searched: one line of at most `limit` characters, empty only where the text is blank.

    What is reduced already stays as it is.
    """
    line = _bounded(_one_line(text), limit) if not _ERROR.search(text) else _once(text, limit)
    while _ERROR.search(line) and len(smaller := _once(line, limit)) < len(line):
        line = smaller
    return line


def excerpt_for_engine(text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """A long text's lines that matter, in their order, "…" where some were left out; at most `limit` characters."""
    if len(text) <= limit:
        return text
    lines = text.splitlines()
    kept: set[int] = set()
    left = limit
    for at in sorted(range(len(lines)), key=lambda at: _rank(lines, at)):
        if len(lines[at]) + 3 <= left:
            kept.add(at)
            left -= len(lines[at]) + 3
    shown = "\n".join(_with_gaps(lines, kept))
    return shown if shown.strip("… \n") else _bounded(text, limit)


def _once(text: str, limit: int) -> str:
    own: list[str] = []
    errors: list[str] = []
    for segment in _segments(text):
        if _is_error(segment):
            errors.append(_cleaned(segment))
        elif not _FRAME.match(segment) and not _QUIET.search(segment):
            own.append(_one_line(segment))
    told = [line for line in dict.fromkeys(errors) if line]
    asked = _bounded(" ".join(dict.fromkeys([*own, *_called(text)])), limit if not told else limit // 2)
    parts = [asked, *_last_within(told, limit - len(asked) - 1)]
    return " ".join(filter(None, parts)) or _bounded(_one_line(text), limit)


def _segments(text: str) -> Iterator[str]:
    """Lines, and the same where line breaks were lost; the code that a frame quotes goes with the frame."""
    in_trace = False
    for line in _STARTS.sub("\n", _FENCE.sub("", text)).splitlines():
        segment = line.strip()
        if not segment:
            continue
        if in_trace and not _is_error(segment) and not _FRAME.match(segment) and line[:1].isspace():
            continue
        in_trace = _FRAME.match(segment) is not None
        rest = _AFTER_FRAME.sub("", segment, count=1) if in_trace else segment
        yield rest if in_trace and _is_error(rest) else segment


def _is_error(segment: str) -> bool:
    return _ERROR.search(segment) is not None and not _FRAME.match(segment)


def _called(text: str) -> list[str]:
    """What the first frame of a Python trace called: the reader's own line."""
    first = re.search(r"File \"[^\"]*\", line \d+(?:, in \S+)?\s+([^\n]{1,200})", text)
    return _CALL.findall(first[1])[:1] if first else []


def _cleaned(segment: str) -> str:
    for noise in _NOISE:
        segment = noise.sub(" ", segment)
    return _one_line(segment)


def _last_within(lines: Sequence[str], room: int) -> list[str]:
    """As many whole lines as there is room for, the last ones first: they name the cause. One is cut if none fits."""
    kept: list[str] = []
    for line in reversed(lines):
        if len(line) + 1 > room:
            break
        kept.insert(0, line)
        room -= len(line) + 1
    return kept or [_bounded(line, room) for line in lines[-1:] if room > 0]


def _rank(lines: Sequence[str], at: int) -> tuple[int, int]:
    """What to keep first: people's own words, then errors, the last first, then what stands around them."""
    line = lines[at]
    if _LOUD.search(line) or _ERROR.search(line):
        return (1, -at)
    if not _FRAME.match(line) and not _LOGGED.search(line) and not line[:1].isspace():
        return (0, at)
    near = any(_ERROR.search(other) for other in lines[max(0, at - 2) : at + 3])
    return (2 if near else 3, -at)


def _with_gaps(lines: Sequence[str], kept: set[int]) -> Iterator[str]:
    previous = -1
    for at in sorted(kept):
        if at > previous + 1:
            yield "…"
        yield lines[at]
        previous = at


def _bounded(text: str, limit: int) -> str:
    """The beginning and the end of a text that is too long: one says what it is about, the other often asks."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}" if half > 0 else text[:limit]


def _one_line(text: str) -> str:
    return " ".join(text.split())
