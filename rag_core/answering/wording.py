"""What texts are compared by: content words, numbers, identifiers, links.

Words are reduced by a light suffix stripper (a short form of Porter's first step), enough for "indexes" to meet
"index"; both sides of every comparison go through it, so that odd stems do no harm.
"""

import re

_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\d_\u3400-\u9fff\uf900-\ufaff][^\W_\u3400-\u9fff\uf900-\ufaff]*")
_NUMBER = re.compile(r"(?<![\w.])[-+]?(\d{1,3}(?:,\d{3})+(?!\d)|\d+)(\.\d+)?(?![\d]|\.\d)")
_CODE = re.compile(r"`+([^`]+)`+")
_NUMERIC = re.compile(r"[\d.,\s%-]+")
_LINK = re.compile(r"(?:[a-z][a-z+.-]*://|www\.)[^\s<>()\[\]`\"']+|(?<=\]\()[^\s()]+", re.IGNORECASE)
_PROPER = re.compile(r"(?<=[a-z,\d)`] )[A-Z][a-z]{2,}(?![\w./-]*[A-Z_/\d])")
_VERSION = re.compile(
    r"(?<![\w.])[vV]\d+(?:\.\w+)*|(?<![\w.])\d+(?:\.\d+){2,}(?:\.x)?(?!\w)|(?<![\w.])\d+\.\d+\.x(?!\w)"
)
_TOKEN = re.compile(r"(?<![\w./-])(?:--?|\$)?[A-Za-z_][\w$]*(?:[.:/-]+[\w$]+)*")
_PLURAL = re.compile(r"[A-Z]{2,}s\Z")
_ABBREVIATION = re.compile(r"(?:[a-z]\.)+[a-z]?\Z", re.IGNORECASE)
_WORDS_IN_CAPITALS = frozenset({"RAM"})
"""Those that mean no more than a plain word does."""

_NUMERAL_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMERALS = {word: str(number) for number, word in enumerate(_NUMERAL_WORDS, start=2)}
_STOP_WORDS = frozenset(
    """
    a about above after again all also although am an and any are as at be because been before being below between
    both but by can could d did do does doing done down during each either else etc ever few for from further get gets
    got had has have having he her here hers him his how however i if in into is it its itself just let ll may me might
    more most much must my myself of off on once one only or other our ours out over own per please re same shall she
    should so some such t than that the their them then there these they this those through thus to too under until up
    upon us use used uses using ve very via was way we were what when where whether which while who whom why will with
    would you your yours yes s
    """.split()  # noqa: SIM905
)


def words(text: str) -> frozenset[str]:
    """Stems of the content words; of Chinese, every character."""
    return frozenset(word_list(text))


def word_list(text: str) -> list[str]:
    """Stems of the content words, in order, with repetitions."""
    return [_stem(word) for word in plain_words(text) if word not in _STOP_WORDS]


def plain_words(text: str) -> list[str]:
    """All words in lower case as they stand; of Chinese, every character."""
    return [match.casefold() for match in _WORD.findall(text)]


def numbers(text: str) -> frozenset[str]:
    """Numbers in digits or as a word up to twelve, without signs and thousands' commas: "16,384" is "16384"."""
    found = set()
    for whole, fraction in _NUMBER.findall(text):
        found.add(_plain(whole, fraction))
        if "," in whole:  # it may be a list of two numbers: "[1,163]"
            found.update(_plain(part, "") for part in whole.split(","))
    spelled = {_NUMERALS[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in _NUMERALS}
    return frozenset(found | spelled)


def links(text: str) -> frozenset[str]:
    """Web addresses, and whatever Markdown links to."""
    return frozenset(link.rstrip(".,;:!?*_") for link in _LINK.findall(text))


def identifiers(text: str) -> frozenset[str]:
    """Names that must be right to the letter: of parameters, functions, files, constants, versions.

    These are what stands in backticks, and whatever looks like code: snake_case, camelCase, dotted.names, CONSTANTS,
    --flags, words with digits, versions.
    """
    plain = _LINK.sub(" ", _CODE.sub(" ", text))
    coded = {part for span in _CODE.findall(text) for part in code_tokens(span)}
    named = {token.strip(".:/-") if token[0] != "-" else token for token in _TOKEN.findall(plain) if _is_name(token)}
    return frozenset(coded | named | set(_VERSION.findall(plain)))


def proper_names(text: str) -> frozenset[str]:
    """Capitalised words in mid-sentence, outside code."""
    return frozenset(_PROPER.findall(_CODE.sub("`", _LINK.sub(" ", text))))


def without_code(text: str) -> str:
    """The prose of a text, in its place; a number alone in code ("`30`") is prose, since it states a value."""
    return _CODE.sub(lambda span: re.sub(r"`" if _NUMERIC.fullmatch(span[1]) else r".", " ", span[0]), text)


def placed_identifiers(text: str) -> list[tuple[str, int]]:
    """Names of parameters, functions and the like, in order, with where each begins.

    Of a span of code its first name counts: what it is about in `ef=64` or `client.load_collection(...)`.
    """
    spans = [(span.start(), _first_name(span[1])) for span in _CODE.finditer(text)]
    plain = _CODE.sub(lambda span: " " * len(span[0]), text)
    tokens = [(match.start(), match[0].strip(".:/-")) for match in _TOKEN.finditer(plain) if _is_name(match[0])]
    versions = [(match.start(), match[0]) for match in _VERSION.finditer(plain)]
    found = {(at, name) for at, name in (*spans, *tokens) if name and (at, name) not in versions}
    return [(name, at) for at, name in sorted(found)]


def code_tokens(code: str) -> frozenset[str]:
    """Every name and number in a piece of code, of whatever language."""
    return frozenset(re.findall(r"[^\W\d]\w*|\d+(?:\.\d+)*", code))


def has_token(text: str, token: str) -> bool:
    """Whether `token` stands in `text` as a whole; constants in whatever case, and one for "SSDs" and the other way."""
    plural = _PLURAL.match(token)
    flags = re.IGNORECASE if token.isupper() or plural else re.NOFLAG
    singular = token.removesuffix("s") if plural else token
    may_be_more = token.isupper() and token.isalpha() and len(token) > 1
    form = re.escape(singular) + ("s?" if plural or may_be_more else "")
    return re.search(rf"(?<!\w){form}(?!\w)", text, flags) is not None


def _is_name(token: str) -> bool:
    core = token.lstrip("-$")
    if _ABBREVIATION.match(core) or core in _WORDS_IN_CAPITALS:
        return False
    parts = re.split(r"[./:]+", core)
    dotted = len(parts) > 1 and "." in core and all(parts)
    return (
        token.startswith(("--", "$"))
        or "_" in core
        or dotted
        or bool(re.search(r"[a-z][A-Z]|[A-Z]{2}|[A-Za-z]\d", core))
    )


def _first_name(code: str) -> str:
    name = re.match(r"\W*([^\W\d][\w.]*)", code)
    return name[1] if name else ""


def _plain(whole: str, fraction: str) -> str:
    digits = whole.replace(",", "").lstrip("0") or "0"
    return digits + fraction.rstrip("0").rstrip(".")


def _stem(word: str) -> str:
    for suffix, stands_for in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""), ("e", "")):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            return _single(word.removesuffix(suffix) + stands_for)
    return word


def _single(stem: str) -> str:
    """Undo a doubled consonant: "runn" is "run"."""
    doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "aeiouls"
    return stem[:-1] if doubled else stem
