"""Code, data and configuration among the lines that people paste without a fence.

One line that looks like code may be a sentence; two that are neighbours hardly ever are. Every pattern takes time in
proportion to the text, whatever the text: repeats that could meet are possessive or bounded.
"""

import re
from collections.abc import Iterator, Sequence

_PYTHON = (
    r"from\s++[\w.]++\s++import\b",
    r"import\s++[\w.]++(?:\s++as\s++\w++)?\s*+$",
    r"(?:async\s++)?def\s++\w++\s*+\(",
    r"class\s++\w[^\n]{0,200}[:{]\s*+$",
    r"@\w[\w.]*+(?:\(|\s*+$)",
    r"(?:try|else|finally):\s*+$",
    r"(?:for\s[^\n]{1,200}\sin\s|except\b)[^\n]{0,200}:\s*+$",
    r"(?:if|elif|while|with)\s[^\n]{0,200}[=()<>.][^\n]{0,200}:\s*+$",
)
_BRACED = (
    r"import\s++(?:static\s++)?[\w.*]++;",
    r"import\s++[\w*{} ,]{1,200}\sfrom\s++[\"']|import\s*+[({\"]",
    r"(?:const|let|var)\s++[\w{\[][^\n=]{0,200}=",
    r"(?:public|private|protected|static|final)\s++\w[^\n]{0,300}[;{(]\s*+$",
    r"package\s++[\w.]++;?\s*+$|func\s++[\w(]|fn\s++\w++\(|use\s++\w++::",
    r"(?:export\s++)?(?:async\s++)?function\b\s*+\w*+\(",
    r"\.\w++\(|//|/\*|\*/",
    r"[\w., *&\[\]<>]{1,200}\s:=\s",
)
_SHELL = (
    r"\$\s++\S",
    r"(?:sudo\s++)?(?:docker|docker-compose|kubectl|helm|curl|pip3?|npm|yarn|git|wget|apt|apt-get|brew|etcdctl|"
    r"python3?|conda|export|cd|mvn|go|mkdir|cat|bash)\s(?=[^\n]{0,300}(?:\s--?\w|\S/\S|\w=\S|\\\s*+$))",
    r"(?:pip3?|npm|go|mvn) (?:install|get|add|i) [\w@./=<>\[\]-]++\s*+$",
)
_SURE = re.compile(r"^\s*+(?:" + "|".join((*_PYTHON, *_BRACED, *_SHELL)) + ")")
_ENDS_SURE = (";", "{", "=>", "&&", "\\", "({", "([")
_LIKELY = re.compile(
    r"^\s*+(?:[\w.]++(?:\[[^\]\n]*+\])?(?:\s*+:[\w\[\]., ]++)?\s*+(?:\*\*|//|[-+*/|&%])?=(?![=>])\s*+\S|"
    r"(?:(?:await|return|print|new|yield|throw|raise|go|defer)\s++)?[\w.]++\([^\n]*+(?<=[][(){},:;'\"\\])$|[\w.]++(?:,\s*+[\w.]++)++\s*+=(?!=)|"
    r"--?\w[\w-]*+(?:[= ][^\s\\]++)?\s*+\\?\s*+$|[\"'][^\"'\n]*+[\"'],?\s*+$)"
)
_BETWEEN = re.compile(
    r"^\s*+(?:[)}\]]++[;,)]*+|#[^\n]*+|return\b[^\n]{0,80}|\[[\w.-]++\]|pass|break|continue|EOF|- [^\s:]++)\s*+$"
)
_JSON = re.compile(r"^\s*+(?:[\"'][^\"'\n]*+[\"']\s*+:|[{}\[\]]++[,;]?\s*+$)")
_NUMBERS = re.compile(r"^(?=[^,\[\]\n]*+[,\[\]])[\s\[\](){},;]*+[-+]?\d[\s\[\](){},;\d.eE+-]*+$")
_KEYED = re.compile(r"^(?P<indent>\s*+)(?:- )*+(?P<key>[A-Za-z_][\w./-]*+):(?:\s++(?P<value>[^\s][^\n]*+))?$")
_KEY_OF_CONFIG = re.compile(r"[a-z][A-Z]|\w[_./]\w")
_QUOTED = re.compile(r"\"[^\"\n]*+\"|'[^'\n]*+'")
_COMMENT = re.compile(r"(?<!\s)\s++(?:#|//)\s[^\n]*+$")
_SENTENCE = re.compile(r"(?<![\w.])[A-Za-z][a-z']*+(?: [A-Za-z][a-z']*+){2}(?![\w(.=\[])")
_CALL = re.compile(
    r"(?:\b(def|func|function|class|fn|void)\s++)?(?<![\w.])(?:\w++\.)*+(\w++)(?:<[\w, ]{0,60}>)?\(|\.(\w++)\("
)
_NOT_CALLED = frozenset(
    {"if", "for", "while", "switch", "catch", "return", "func", "function", "and", "or", "not", "in"}
)
_STRUCTURAL = frozenset("{}[]\":,'0123456789")
_LEAST_STRUCTURAL = 0.2
_MOST_WORDS_OF_A_VALUE = 4


def structured(lines: Sequence[str]) -> set[int]:
    """Which of the lines are code, data or configuration."""
    kinds = [_kind(line) for line in lines]
    found = {at for at, kind in enumerate(kinds) if kind == "data" and is_data(lines[at])}
    for run in _runs(lines, kinds):
        certain = any(kinds[at] in {"code", "data"} for at in run)
        if len(run) > 1 and (certain or _is_config([lines[at] for at in run])):
            found.update(run)
    return found


def is_data(line: str) -> bool:
    """Whether a line is JSON or an array, from its first character to its last."""
    text = line.strip()
    if len(text) < 2 or text[0] not in "{[" or text[-1] not in "}],;":
        return False
    return sum(character in _STRUCTURAL for character in text) >= _LEAST_STRUCTURAL * len(text)


def reads_as_text(line: str) -> bool:
    """Whether a line of a fenced block holds words, not code or data."""
    return _kind(line) == "" and _SENTENCE.search(line) is not None


def is_code(line: str) -> bool:
    """Whether a line looks like a statement of a programming language."""
    return _kind(line) == "code"


def called_in(code: str) -> Iterator[str]:
    """Names of the functions and methods that a line of code calls, in order."""
    for defines, name, method in _CALL.findall(code):
        if not defines and (name or method) not in _NOT_CALLED:
            yield name or method


def _runs(lines: Sequence[str], kinds: Sequence[str]) -> Iterator[list[int]]:
    """Stretches of lines that may be structure, blank lines and what is further to the right within them."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if kinds[at] or (run and run[-1] == at - 1 and line.startswith(("  ", "\t"))):
            run.append(at)
            continue
        yield run
        run = []
    yield run


def _is_config(run: Sequence[str]) -> bool:
    """Whether lines of "key: value" are YAML, not what somebody tells of his machine."""
    keyed = [found for line in run if (found := _KEYED.match(line))]
    if not keyed:
        return False
    nested = any(found["indent"] or not found["value"] for found in keyed)
    return nested or any(_KEY_OF_CONFIG.search(found["key"]) for found in keyed)


def _kind(line: str) -> str:
    """One of "code", "data", "keyed" (perhaps of YAML), "between" (what stands between such lines), or nothing."""
    text = line.rstrip()
    if not text:
        return ""
    if _SURE.match(text) and not text.endswith("?"):
        return "code"
    if _BETWEEN.match(text):
        return "between"
    if _JSON.match(text) or _NUMBERS.match(text) or is_data(text):
        return "data"
    plain = _COMMENT.sub("", _QUOTED.sub('""', text))
    if text.endswith(_ENDS_SURE) or (_LIKELY.match(plain) and not text.endswith("?") and not _SENTENCE.search(plain)):
        return "code"
    keyed = _KEYED.match(text)
    return "keyed" if keyed and _is_setting(keyed) else ""


def _is_setting(keyed: re.Match[str]) -> bool:
    value = _QUOTED.sub('""', keyed["value"] or "")
    begins_low = keyed["key"][0].islower() or bool(keyed["indent"])
    return begins_low and len(value.split()) <= _MOST_WORDS_OF_A_VALUE and not value.endswith("?")
