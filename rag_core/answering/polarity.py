"""What a text denies, and which words of two texts are opposites.

Every content word of a text has signs: `STATED`, `DENIED`, or `OPEN` where it is supposed ("if it is loaded"), or
within reach of a denial without being what is denied above all ("can't be *passed* by the client"). Opposites are one
word with two signs: "smaller" is "larger" denied, so that "not smaller" is "larger" stated; "incomplete" is "complete"
denied.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag_core.answering.roots import negated_within, root

STATED, OPEN, DENIED = 1, 0, -1
_TOKEN = re.compile(r"[A-Za-z]+(?:n['’]t\b)|[^\W_]+|[.,;:!?()|]")
_REACH = {"not": 4, "never": 4, "cannot": 4, "no": 2, "without": 2, "neither": 3, "nor": 3}
_OF_NOUNS = frozenset({"no"})
_WHOLE = frozenset({"nothing", "nobody", "none"})
_DENYING = _WHOLE | _REACH.keys()
_STOPS = frozenset({"and", "but", "or", "so", "because", "although", "whereas"})
_SUPPOSING = frozenset({"if", "when", "unless"})
_CONDITIONS = _SUPPOSING | {"whether"}
"""What follows them is supposed, not stated; but "says whether it is locked" is a statement about locks."""

_ONLY_AFTER = frozenset({"when", "if", "after", "once", "until"})
"""After "only": "answers only when it is loaded" is "doesn't answer until it is loaded"."""

_TAKES_BACK = re.compile(r"(?:ignor|disregard|omit|skip|exclud|neglect|lack|avoid|prevent|instead)\w*\Z")
"""Words that take back what follows, although they deny nothing themselves."""

_DENIES = re.compile(r"(?:ignor|disregard|neglect|lack)\w*\Z")
"""Those that do deny what follows at once."""

_LIGHT = frozenset({"be", "been", "have", "has", "had", "even", "ever", "able", "possible"})
_TAKEN_BACK = 3
_AUXILIARY = frozenset({"need", "needs", "needed", "required"})
"""Light words in front of "to": who needn't be asked is not asked."""

_REDUCED = re.compile(
    r"\b(?:only|instead|miss\w*|ignor\w*|omit\w*|out|rather than|except|exclud\w*|hardly)\b", re.IGNORECASE
)
_NEGATIVE = re.compile(
    r"\b(?:un\w{4,}|fail\w*|lose\w*|loss|off|disabl\w*|refus\w*|avoid\w*|leav\w*|stay\w*|remain\w*|keep\w* out|error|"
    r"invalid|atleast|atmost)\b",
    re.IGNORECASE,
)
_OPPOSITES = """
    larger bigger higher greater increase increases increased increasing raise raises raised grow grows atleast
    / smaller lower decrease decreases decreased decreasing reduce reduces reduced shrink shrinks atmost;
    fast quick / slow; faster quicker / slower; fastest quickest / slowest;
    inner / outer; upper / lower; incoming / outgoing; above / below; before / after; earlier / later;
    enable enables enabled switchedon / disable disables disabled switchedoff;
    always / never; true / false; same / different; better / worse; minimum / maximum;
    allow allows allowed permitted / forbid forbids forbidden prohibited;
    accept accepts accepted / refuse refuses refused reject rejects rejected;
    positive / negative; ascending / descending;
    required mandatory must / optional optionally;
    exact exactly / approximate approximately;
    automatic automatically / manual manually;
    succeed succeeds / fail fails;
    top topmost / bottom; start starts / stop stops; local / remote; long longer / short shorter
"""
_AXES = {
    word: (f"~{number}", sign)
    for number, pair in enumerate(_OPPOSITES.split(";"))
    for sign, side in zip((STATED, DENIED), pair.split("/"), strict=True)
    for word in side.split()
}
_PREFIX = re.compile(r"(?:un|in|im|ir|non|dis)(?=[a-z]{5})(?!form|port|cover|count|play)")
_NUMERALS = frozenset("two three four five six seven eight nine ten".split())  # noqa: SIM905
_SPELLINGS = (
    (re.compile(r"\A\W*no\s*[,.:;]\s*", re.IGNORECASE), ""),  # it answers a question, and denies nothing that follows
    (re.compile(r"\bno longer\b", re.IGNORECASE), "not"),
    (re.compile(r"\bno matter (?=how|wh|if)", re.IGNORECASE), ""),  # "however far"
    (re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE), ""),  # what comes with more is stated
    (re.compile(r"\bat least\b", re.IGNORECASE), "atleast"),
    (re.compile(r"\b(?:at most|up to)\b", re.IGNORECASE), "atmost"),
    (
        re.compile(
            r"\b((?:turn|switch|leav|keep|stay|remain|set|is|are|be)\w*(?: +(?!on\b|off\b)[^\s.,;]+){0,3}?) (on|off)\b"
            r"(?! (?:the|an?|its|your|this|each|every)\b)",
            re.IGNORECASE,
        ),
        r"\1 switched\2",
    ),
)


@dataclass(frozen=True, slots=True)
class Polarity:
    """The signs of a text's words, and what kind of text it is.

    `denies` something outright: "if nothing is found" does not. `reduces` if it denies or takes back anything,
    `negative` if any word at all has a negative sense. `odd` is the parity of its words of denial. `supposes` if it
    has a condition.
    """

    signs: Mapping[str, frozenset[int]]
    denies: bool
    reduces: bool
    negative: bool
    odd: bool
    supposes: bool

    def clashes(self, other: "Polarity") -> frozenset[str]:
        """Words that one of the two states and the other denies."""
        return frozenset(word for word in self.signs.keys() & other.signs.keys() if self._clash(other, word))

    def _clash(self, other: "Polarity", word: str) -> bool:
        return {*self.signs[word], *other.signs[word]} == {STATED, DENIED} and (
            len(self.signs[word]) == len(other.signs[word]) == 1
        )

    def denied(self) -> frozenset[str]:
        """Words that it denies and nowhere states."""
        return frozenset(word for word, signs in self.signs.items() if signs == {DENIED})


def read_polarity(text: str) -> Polarity:
    """Take a sentence apart."""
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    scopes = [scope for at in range(len(tokens)) if (scope := _scope(tokens, at))]
    reduces = bool(scopes) or _REDUCED.search(text) is not None
    return Polarity(
        signs=_signs(tokens, scopes),
        denies=any(not scope.supposed for scope in scopes),
        reduces=reduces,
        negative=reduces or _NEGATIVE.search(text) is not None,
        odd=sum(_is_denying(token) and not _adds_to_denial(tokens, at) for at, token in enumerate(tokens)) % 2 == 1,
        supposes=not _SUPPOSING.isdisjoint(tokens),
    )


def is_negated(text: str) -> bool:
    """Whether a word of denial stands in it."""
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    return any(_scope(tokens, at) for at in range(len(tokens)))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a denial's words stand: what it denies above all, and all that it may reach."""

    focus: Sequence[int]
    reached: Sequence[int]
    supposed: bool


def _signs(tokens: Sequence[str], scopes: Sequence[_Scope]) -> dict[str, frozenset[int]]:
    factors = _factors(tokens, scopes)
    signs: dict[str, set[int]] = {}
    for token, factor in zip(tokens, factors, strict=True):
        for word, sign in _signed(token):
            signs.setdefault(word, set()).add(sign * factor)
    return {word: frozenset(found) for word, found in signs.items()}


def _factors(tokens: Sequence[str], scopes: Sequence[_Scope]) -> list[int]:
    """What becomes of each token's sign. What is denied goes before what is open, wherever both reach."""
    factors = [STATED] * len(tokens)
    opened = [at for each in (_supposed(tokens), _taken_back(tokens), _purposes(tokens)) for at in each]
    opened += [at for scope in scopes for at in scope.reached]
    for at in opened:
        factors[at] = OPEN
    for at in _taken_out(tokens):
        factors[at] = DENIED
    for scope in scopes:
        for at in scope.focus:
            factors[at] = OPEN if scope.supposed else DENIED
        for at in scope.reached:
            if tokens[at] in _AXES and not scope.supposed:
                factors[at] = DENIED
    return factors


def _signed(token: str) -> Iterator[tuple[str, int]]:
    if token in _AXES:
        yield _AXES[token]
        return
    word = root(token)
    if word and token not in _NUMERALS and not token.isdigit():
        yield word, STATED
    prefix = None if negated_within(token) else _PREFIX.match(token)
    if prefix and (word := root(token[prefix.end() :])):
        yield word, DENIED


def _is_denying(token: str) -> bool:
    return token in _DENYING or token.endswith(("n't", "n’t")) or negated_within(token)


def _scope(tokens: Sequence[str], at: int) -> _Scope | None:
    token = tokens[at]
    supposed = _is_conditional(tokens, at)
    if token in _WHOLE:
        before, after = _before(tokens, at), _after(tokens, at)
        if tokens[at - 1 : at] == [":"]:  # a cell of a table, read with its head: "Default: none"
            return _Scope(_content(tokens, max(at - 2, 0), at), _content(tokens, 0, len(tokens)), supposed)
        following = after[-1:] if tokens[at + 1 : at + 2] == ["of"] else after[:1]
        return _Scope([*before[-1:], *following], [*before, *after], supposed)
    if negated_within(token):
        return _Scope([at], [at], supposed)
    reach = 4 if token.endswith(("n't", "n’t")) else _REACH.get(token)
    if reach is None or tokens[at + 1 : at + 2] == ["only"] or _adds_to_denial(tokens, at):
        return None
    following = _after(tokens, at)[: 1 if _denies_subject(tokens, at) else reach]
    verb = [at - 1] if token in _OF_NOUNS and at - 1 in _before(tokens, at) else []
    return _Scope([*following[:1], *verb], [*following, *verb], supposed)


def _is_conditional(tokens: Sequence[str], at: int) -> bool:
    return not _CONDITIONS.isdisjoint(tokens[_start(tokens, at) : at])


def _adds_to_denial(tokens: Sequence[str], at: int) -> bool:
    """Whether it goes on with what was denied before, as in "can't be moved, not even by night"."""
    return tokens[at : at + 2] == ["not", "even"] and at > 0 and _stops(tokens[at - 1])


def _denies_subject(tokens: Sequence[str], at: int) -> bool:
    """Whether it denies what the sentence is about and nothing more: "not waiting gives faster answers"."""
    begins = at == 0 or _stops(tokens[at - 1])
    return begins and tokens[at] == "not" and any(token.endswith("ing") for token in tokens[at + 1 : at + 2])


def _taken_back(tokens: Sequence[str]) -> list[int]:
    """What is within reach of a word that takes it back without denying: "instead of the scores"."""
    softened = (at for at, token in enumerate(tokens) if _TAKES_BACK.match(token))
    return [reached for at in softened for reached in _after(tokens, at)[:_TAKEN_BACK]]


def _taken_out(tokens: Sequence[str]) -> list[int]:
    """What a verb denies by itself: "ignores the scores", "leave the scores out"."""
    return [
        reached
        for at, token in enumerate(tokens)
        if (_DENIES.match(token) or (token.startswith("leav") and "out" in tokens[at : at + 6]))
        and not _is_conditional(tokens, at)
        for reached in _after(tokens, at)[:1]
    ]


def _supposed(tokens: Sequence[str]) -> list[int]:
    """What follows a condition's first word, up to the next stop, and what happens "only when"."""
    conditions = (at for at, token in enumerate(tokens) if token in _SUPPOSING)
    followed = [reached for at in conditions for reached in _after(tokens, at)]
    only = (at for at, pair in enumerate(pairwise(tokens)) if pair[0] == "only" and pair[1] in _ONLY_AFTER)
    return followed + [reached for at in only for reached in _before(tokens, at)]


def _purposes(tokens: Sequence[str]) -> list[int]:
    """What is only intended: "to enable it, ..."."""
    leading = (at for at, pair in enumerate(pairwise([".", *tokens])) if pair[1] == "to" and _stops(pair[0]))
    return [reached for at in leading for reached in _after(tokens, at)]


def _after(tokens: Sequence[str], at: int) -> list[int]:
    """Where the content words stand that follow, up to the next stop."""
    stop = next((end for end in range(at + 1, len(tokens)) if _stops(tokens[end])), len(tokens))
    return _content(tokens, at + 1, stop)


def _before(tokens: Sequence[str], at: int) -> list[int]:
    return _content(tokens, _start(tokens, at), at)


def _start(tokens: Sequence[str], at: int) -> int:
    return next((begin + 1 for begin in range(at - 1, -1, -1) if _stops(tokens[begin])), 0)


def _stops(token: str) -> bool:
    return not token[0].isalnum() or token in _STOPS


def _content(tokens: Sequence[str], start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if root(tokens[at]) and not _is_light(tokens, at)]


def _is_light(tokens: Sequence[str], at: int) -> bool:
    return tokens[at] in _LIGHT or (tokens[at] in _AUXILIARY and tokens[at + 1 : at + 2] == ["to"])
