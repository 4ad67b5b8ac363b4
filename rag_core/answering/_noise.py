"""What of an error message differs from run to run: times, ids, addresses, paths. Each ends where it ends.

Every pattern takes time in proportion to the text, whatever the text: repeats that could meet are possessive or
bounded.
"""

import re

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d++)?"
MOMENT = rf"\[?\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?: ?(?:Z|[+-]\d\d:?\d\d))?\]?"
TIME = rf"(?:{MOMENT}|\b{_CLOCK}\b)"

_SOURCE = r"[\w./-]{1,200}\.(?:go|py|java|kt|scala|js|ts|cs|cc|cpp|h|rs):\d++"
_NUMBER = r"[-+]?\d[\d.e+-]*+"
_STEP = r"[\w.@+%=~-]"

NUMBERS = re.compile(
    rf"[\[({{]{{0,4}}+(?<![\w.+-]){_NUMBER}(?:[,\s\[\]()]++{_NUMBER}){{15,}}+[\])}},]*+", re.IGNORECASE
)
"""A vector, or several."""

_NOISE = (
    re.compile(r"\x1b\[[\d;]*+m"),
    NUMBERS,
    re.compile(rf"<Time:\{{[^{{}}]*+\}}>|\({_SOURCE}\)|\[{_SOURCE}\]"),
    re.compile(
        r"\b(?:trace|span|request|req|thread|goroutine|p)_?id[\"']?\s*+[=:]\s*+[\"']?[\w./+=-]++", re.IGNORECASE
    ),
    re.compile(TIME),
    re.compile(r"\b[a-z][a-z0-9+-]{1,15}+://[^\s\"'`<>()\[\]{},;|\\]++", re.IGNORECASE),
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b0x[0-9a-f]++\b", re.IGNORECASE),
    re.compile(r"\b(?=[a-z]*+[0-9])(?=[0-9]*+[a-f])[0-9a-f]{12,}+\b", re.IGNORECASE),
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d++)?\b"),
    re.compile(rf"(?<![\w.:/~])~?/{_STEP}++(?:/{_STEP}*+)*+(?::\d++)*+"),
    # A space belongs to a folder's name, which a backslash ends; that of a file ends at the first.
    re.compile(r"(?<!\w)[A-Za-z]:\\(?:[\w.@+()-]++(?: [\w.@+()-]++){0,3}\\)*+[\w.@+-]*+(?::\d++)*+"),
    re.compile(r"\b\d{6,}+\b"),
    re.compile(r"\[(?:INFO|DEBUG|WARN|WARNING|ERROR|FATAL|main|[\w-]{0,80}thread-\d++)\]", re.IGNORECASE),
    re.compile(r"<>|\(\s*+\)|\[\s*+\]|\{\s*+\}|\"\""),
)


def cleaned(line: str) -> str:
    """The line without noise, its blanks single."""
    for noise in _NOISE:
        line = noise.sub(" ", line)
    return one_line(line)


def one_line(text: str) -> str:
    """The text with every run of blanks as one space."""
    return " ".join(text.split())
