"""Frames of stack traces, lines of logs, and lines that tell an error, of whatever language.

Every pattern takes time in proportion to the text, whatever the text: repeats that could meet are possessive or
bounded.
"""

import re
from typing import Literal

from rag_core.answering._noise import MOMENT, TIME

_PLACE = r"(?:[^()\n]{1,200}:\d{1,6}(?::\d{1,6})?|Native Method|Unknown Source|<anonymous>|native)"
_JAVA = rf"at (?:async |new )?[\w$.<>/@-]{{1,200}}+(?: \[as \w{{1,60}}\])? ?\({_PLACE}\)"
_NODE = r"at (?:async )?(?:file://|node:|/|[A-Za-z]:\\)[^\s:]{1,300}(?::[^\s:]{1,300})?:\d{1,6}:\d{1,6}"
_CSHARP = r"at [\w.`<>\[\]+]{1,200}+\([^()\n]{0,300}\) in [^\n:]{0,200}(?::[^\n:]{0,200})?:line \d+"
_PYTHON = r"File \"[^\"\n]{1,300}\", line \d+(?:, in [\w<>.]{1,100}+)?"
_IPYTHON = (
    r"(?:File [^\s\"][^\n:]{0,300}:\d+, in [\w<>.]{1,100}+(?:\([^()\n]{0,200}\))?"
    r"|(?:Cell In|Input In) ?\[\d+\],? (?:line \d+|in <[^>\n]{1,60}>\(\)))"
)
_GO = r"goroutine \d+ \[[^\]\n]{1,80}\]:?"
_MORE = r"\.\.\. \d+ (?:more|common frames omitted)"

_FRAME = re.compile(
    r"^\s*+(?:"
    + "|".join(
        (
            *(_PYTHON, _IPYTHON, _JAVA, _NODE, _CSHARP, _GO, _MORE),
            r"at [\w$.`<>]{1,200}\.[\w$`<>]{1,100}\([^()\n]{0,300}\)\s*$|at /\S{1,300}:\d+\s*$",
            r"#\d+ +0x|-{2,}+> \d+ |created by \S|\^[~^]*+\s*$|~[~^]*+\s*$|-{20,}+\s*$",
            r"\S{1,300}\.(?:go|cc|cpp|h|rs):\d+(?: \+0x[0-9a-f]+)?\s*$",
            r"[\w./*()-]{1,300}\((?=[^)\n]{0,300}(?:0x|\.\.\.))[0-9a-fx, .{}?]{1,300}\)(?: in goroutine \d+)?\s*$",
            r"\d+:\s+(?:0x[0-9a-f]+ - )?(?:rust_\w{1,100}+|[\w<>$]{1,100}+(?:::[\w<>${}]{1,100}+)++)\s*$",
            r"node:[\w/.-]{1,200}:\d+\s*$|Node\.js v\d[\d.]*+\s*$|stack backtrace:|note: run with `RUST_BACKTRACE",
            r"Traceback \(most recent|During handling of the above|The above exception was the direct cause",
            r"--- End of (?:stack|inner)|exit status \d+\s*$",
        )
    )
    + ")"
)
_BARE_CALL = re.compile(r"^[\w./-]{1,200}(?:\(\*?\w{1,100}\)\.\w{1,100})?\(\)\s*$")
_NAMES_PLACE = re.compile(rf"^\s*+(?:{_PYTHON}|{_IPYTHON})")
_QUOTES = re.compile(rf"^\s*+(?:{_PYTHON}|{_IPYTHON}|-{{2,}}+> \d+)\s*+")
_QUOTES_NOTHING = re.compile(rf"^\s*+(?:(?:{_JAVA}|{_NODE}|{_CSHARP}|{_GO}|{_MORE})\s*+)++")
_PANICKED = re.compile(
    r"^\s*+thread '[^'\n]{0,80}' panicked at (?:'([^\n]{1,400})', )?[^\s:]{1,300}:\d+(?::\d+:?)?\s*+"
)

_STARTS = re.compile(
    rf"(?<!\s)\s++(?=(?:{MOMENT})\s*+\S|Traceback \(most recent|{_PYTHON}|{_IPYTHON}|{_JAVA}|{_NODE}|{_CSHARP}|{_GO}|"
    r"Caused by:|During handling of the above|The above exception was|thread '[^'\n]{0,80}' panicked at|panic: |"
    r"-{2,}> \d)"
)
_IPYTHONS_HEAD = re.compile(r"^\w++ {2,}+(?=Traceback \(most recent)")
_RAISED_AFTER = re.compile(r"(?<=\S)(?<!Caused by:)\s(?=(?:\w{1,60}\.){2,12}\w{0,80}(?:Error|Exception): )")

_RAISED = r"(?:Error|Exception|Failure|Panic)\b"
_TELLS = re.compile(
    rf"{_RAISED}(?=\s*+(?:[:(]|$))|\b(?:panic|fatal|caused by|error)\s*+[:=]|\bcode\"?\s*+[=:]\s*+[1-9]|"
    r"\bpanicked at\b|\b(?:ERROR|FATAL|CRITICAL)\b|\bstatus ?code\b|\bStatusCode\.\w|"
    r"\"(?:err|error|reason|exception)\w*+\"\s*+:\s*+[\"{\[]\w",
    re.IGNORECASE,
)
_CLASS = r"(?:\w{1,60}\.){0,12}\w{0,80}"
_MESSAGE = re.compile(
    r"^(?:\W{0,12}(?:Uncaught (?:\(in promise\) )?|Unhandled exception[.:] |Exception in thread \"[^\"\n]{0,80}\" |"
    r"(?!(?i:why|how|what|when|question|problem|issue)\b)[\w.-]{1,40}: )?(?:"
    + "|".join(
        (
            rf"{_CLASS}{_RAISED}(?=\s*+[:(]|\W*+$)|<?_?{_CLASS}Error of RPC that",
            r"(?i:caused by|panic|fatal|error)\s?:",
            r"(?i:rpc|runtime|fatal|internal|syntax|server|validation) (?i:error):",
            r"[Ee]rror (?:response )?from \w|\(?code\s*+[=:]\s*+\d+, *(?:message|reason|msg)\b",
            r"(?:status|details)\s*+=\s*+(?:\"|StatusCode)|details: ['\"]|signal SIG\w+:",
            r"terminate called after|Segmentation fault",
        )
    )
    + r")|\S{1,200}\.(?:go|rs|java|cs|ts|cpp|cc):\d+:\d+: \w)"
)
_BRACKETED = re.compile(r"^\W{0,3}(?:[\w.]{0,200}:? ?(?=[<(])|(?=\(code))")
_WORDS = re.compile(r"^[^\W\d_]\w*+ \w")
_OWN = re.compile(
    r"(?<![\w'\"=])(?:(?:I|i)(?= [a-z])|i'm|I'm|I've|my|we|our)(?![\w\"'=.:(])"
    r"|\b(?i:why|how (?:do|can|to|come)|what (?:is|does|should|do)|what'?s|whats|any idea|please help|pls)\b"
)

_LEVELS = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|PANIC|SEVERE)"
_LOG = re.compile(
    rf"^\s*+(?:[\w.-]{{1,60}} {{0,60}}\| ?)?(?:\[?{TIME}|[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d |"
    r"[IWEF]\d{4} \d\d:\d\d|"
    r"\{\"(?:level|lvl|ts|time|timestamp)\"|"
    rf"time=\"\d|level=\w|\[{_LEVELS}\]|{_LEVELS}(?::|  |\t| -| \[))"
)
_LEVEL = re.compile(
    r"\b(?:(ERROR|FATAL|CRITICAL|PANIC|SEVERE)|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING)\b"
    r"|\blevel\"?[=:] ?\"?(?:(error|fatal|panic|dpanic)\b|\w)|(?:([EF])|[IW])\d{4} \d"
)
_LEVEL_WITHIN = 200

Level = Literal["loud", "quiet", "none"]


def is_frame(line: str) -> bool:
    """Whether a line belongs to a stack trace and tells no error."""
    return _FRAME.match(line) is not None


def goes_with_frame(line: str) -> bool:
    """Whether a line behind a frame belongs to it: the code it quotes, or the call whose place comes next."""
    return line[:1].isspace() or _BARE_CALL.match(line) is not None


def is_place(line: str) -> bool:
    """Whether a frame names a place in Python, whose code follows."""
    return _NAMES_PLACE.match(line) is not None


def after_frame(line: str) -> tuple[str, str]:
    """What follows a frame on its own line: the code that it quotes, or else whatever it is."""
    if quoting := _QUOTES.match(line):
        return line[quoting.end() :], ""
    if plain := _QUOTES_NOTHING.match(line):
        return "", line[plain.end() :]
    return "", ""


def panicked(line: str) -> str | None:
    """What a panic of Rust tells on its line, None where the line tells of none: newer ones tell it on the next."""
    told = _PANICKED.match(line)
    return (told[1] or line[told.end() :]).strip() if told else None


def apart(line: str) -> list[str]:
    """The lines of a trace or log that came on one line."""
    line = _IPYTHONS_HEAD.sub("", line)
    if not _STARTS.search(line):
        return [line]
    return _RAISED_AFTER.sub("\n", _STARTS.sub("\n", line)).split("\n")


def tells_error(line: str) -> bool:
    """Whether a pasted line tells of an error, wherever in it."""
    return _TELLS.search(line) is not None


def error_within(line: str) -> str:
    """A line from where its error begins."""
    told = _TELLS.search(line)
    if not told:
        return ""
    before = line[: told.start()].rstrip("._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    return line[len(before) :]


def is_message(line: str) -> bool:
    """Whether a line is an error's message, not somebody's sentence about one."""
    return _MESSAGE.match(line) is not None and not in_own_words(line)


def in_own_words(line: str) -> bool:
    """Whether somebody speaks of himself or asks."""
    return _OWN.search(line) is not None


def message_and_rest(line: str) -> tuple[str, str]:
    """An error's message in brackets, "MilvusException: (code=1, …)", and the words that follow it on its line."""
    opened = _BRACKETED.match(line)
    if opened is None:
        return line, ""
    end = line.find(")>") + 2 if line[opened.end()] == "<" else closing(line, opened.end())
    rest = line[end:].lstrip("`\"' .,;:-")
    return (line[:end], rest) if end > 1 and _WORDS.match(rest) else (line, "")


def closing(text: str, at: int) -> int:
    """Where the bracket at a place is closed, one further; 0 where it is not."""
    opens, closes = text[at], {"(": ")", "[": "]", "{": "}"}[text[at]]
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == opens) - (text[place] == closes)
        if depth == 0:
            return place + 1
    return 0


def level(line: str) -> Level | None:
    """How loud a line of a log is, None where it is no line of a log."""
    if not _LOG.match(line):
        return None
    found = _LEVEL.search(line[:_LEVEL_WITHIN])
    if found is None:
        return "none"
    return "loud" if any(found.groups()) else "quiet"
