"""What a text denies, and which words of two texts are opposites.

A word of denial reaches over the next few content words; the first of them is what is denied above all ("can't be
*passed* by the client"). Whether two texts contradict each other is asked of these words, not of whole sentences, since
right paraphrases often deny something else on the way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.roots import negated_within, root

_TOKEN = re.compile(r"[A-Za-z]+(?:n['’]t\b)|[^\W_]+|[.,;:!?()|]")
_REACH = {"not": 4, "never": 4, "cannot": 4, "no": 2, "without": 2, "neither": 3, "nor": 3}
_OF_NOUNS = frozenset({"no"})
_WHOLE = frozenset({"nothing", "nobody", "none"})
_NEITHER_SAID_NOR_DENIED = frozenset({"", *(root(word) for word in _WHOLE)})
_REPLY = re.compile(r"\A\W*no\s*[,.:;]\s*", re.IGNORECASE)
"""A "no" that answers a question denies nothing of what follows."""

_NO_LONGER = re.compile(r"\bno longer\b", re.IGNORECASE)
_STOPS = frozenset({"and", "but", "or", "so"})
_SUPPOSING = frozenset({"if", "when", "unless"})
_CONDITIONS = _SUPPOSING | {"whether"}
"""What follows them is supposed, not stated; but "says whether it is locked" is a statement about locks."""

_SOFT = re.compile(r"(?:ignor|disregard|omit|skip|exclud|neglect|lack|avoid|prevent|instead|leav)\w*\Z")
"""Words that take back what follows, although they deny nothing themselves."""

_LIGHT = frozenset({"be", "been", "have", "has", "had", "even", "ever", "able", "possible"})
_SOFT_REACH = 3
_AUXILIARY = frozenset({"need", "needs", "needed", "required"})
"""Light words in front of "to": who needn't be asked is not asked."""

_NEGATIVE = re.compile(
    r"\b(?:un\w{4,}|fail\w*|miss\w*|omit\w*|lose\w*|loss|off|disabl\w*|only|ignor\w*|refus\w*|avoid\w*|instead|"
    r"leav\w*|left out|keep\w* out|error|invalid|hardly|rather than|except)\b",
    re.IGNORECASE,
)
_OPPOSITES = """
    smaller/larger smaller/bigger lower/higher inner/outer upper/lower faster/slower fast/slow fastest/slowest
    quick/slow minimum/maximum most/least enable/disable enabled/disabled increase/decrease increases/decreases
    raise/lower more/less more/fewer always/never above/below true/false allowed/forbidden accepts/refuses
    positive/negative ascending/descending required/optional mandatory/optional earlier/later first/last
    compressed/uncompressed exact/approximate shorter/longer outgoing/incoming
"""
_PAIRS = frozenset(tuple(pair.split("/")) for pair in _OPPOSITES.split())


@dataclass(frozen=True, slots=True)
class Denial:
    """One word of denial: the roots it denies first, and all within its reach.

    `verb` is what "no" denies along with them: "needs no key" denies needing, too. `supposed` after "if" and its like.
    """

    focus: frozenset[str]
    scope: frozenset[str]
    verb: frozenset[str]
    supposed: bool


@dataclass(frozen=True, slots=True)
class Polarity:
    """A text's denials, its content roots outside of their reach, and its words as they stand."""

    denials: tuple[Denial, ...]
    stated: frozenset[str]
    words: frozenset[str]
    negative: bool

    @property
    def denies_outright(self) -> bool:
        """Whether it denies something, not only supposes it: "if nothing is found" denies nothing."""
        return any(not denial.supposed for denial in self.denials)

    def denied(self, one: str) -> bool:
        """Whether the root stands within reach of a denial."""
        return any(one in denial.scope | denial.verb for denial in self.denials)


def read_polarity(text: str) -> Polarity:
    """Take a sentence apart."""
    tokens = [token.casefold() for token in _TOKEN.findall(_NO_LONGER.sub("not", _REPLY.sub("", text)))]
    scopes = [scope for at in range(len(tokens)) if (scope := _scope(tokens, at))]
    words = [root(token) for token in tokens]
    reached = {at for scope in scopes for at in (*scope.reached, *scope.verb)}.union(
        _taken_back(tokens), _supposed(tokens)
    )
    return Polarity(
        denials=tuple(scope.denial(words) for scope in scopes),
        stated=frozenset(word for at, word in enumerate(words) if at not in reached) - _NEITHER_SAID_NOR_DENIED,
        words=frozenset(tokens),
        negative=bool(scopes) or _NEGATIVE.search(text) is not None,
    )


def is_negated(text: str) -> bool:
    """Whether a word of denial stands in it."""
    return bool(read_polarity(text).denials)


def denies(source: Polarity, claim: Polarity) -> bool:
    """Whether the source denies what the claim states."""
    for denial in source.denials:
        focus = denial.focus & claim.stated - source.stated
        if not denial.supposed and focus and len(denial.scope & claim.stated) >= min(2, len(denial.scope)):
            return True
    return False


def states(source: Polarity, claim: Polarity) -> bool:
    """Whether the source states what the claim denies."""
    return any(
        any(one in source.stated and not source.denied(one) for one in denial.focus)
        for denial in claim.denials
        if not denial.supposed
    )


def agrees(source: Polarity, claim: Polarity) -> bool:
    """Whether the source denies all that the claim denies outright."""
    return all(any(source.denied(one) for one in denial.focus) for denial in claim.denials if not denial.supposed)


def opposed(source: Polarity, claim: Polarity) -> bool:
    """Whether one of them has a word where the other has its opposite, neither denying anything."""
    if source.denials or claim.denials:
        return False
    return any(
        here in claim.words and there in source.words and there not in claim.words and here not in source.words
        for one, other in _PAIRS
        for here, there in ((one, other), (other, one))
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a denial's words stand."""

    focus: Sequence[int]
    reached: Sequence[int]
    supposed: bool
    verb: Sequence[int] = ()

    def denial(self, words: Sequence[str]) -> Denial:
        focus, scope, verb = (frozenset(words[at] for at in part) for part in (self.focus, self.reached, self.verb))
        return Denial(focus, scope, verb, self.supposed)


def _scope(tokens: Sequence[str], at: int) -> _Scope | None:
    token = tokens[at]
    supposed = not _CONDITIONS.isdisjoint(tokens[_start(tokens, at) : at])
    if token in _WHOLE:
        before, after = _before(tokens, at), _after(tokens, at)
        following = after[-1:] if tokens[at + 1 : at + 2] == ["of"] else after[:1]
        return _Scope([*before[-1:], *following], [*before, *after], supposed)
    if negated_within(token):
        return _Scope([at], [at], supposed)
    reach = 4 if token.endswith(("n't", "n’t")) else _REACH.get(token)
    if reach is None or tokens[at + 1 : at + 2] == ["only"] or _adds_to_denial(tokens, at):
        return None
    following = _after(tokens, at)[:reach]
    return _Scope(following[:1], following, supposed, _before(tokens, at)[-1:] if token in _OF_NOUNS else ())


def _adds_to_denial(tokens: Sequence[str], at: int) -> bool:
    """Whether it goes on with what was denied before, as in "can't be moved, not even by night"."""
    return tokens[at : at + 2] == ["not", "even"] and at > 0 and _stops(tokens[at - 1])


def _taken_back(tokens: Sequence[str]) -> list[int]:
    """What is within reach of a word that takes it back without denying: "ignores the scores"."""
    softened = (at for at, token in enumerate(tokens) if _SOFT.match(token))
    return [reached for at in softened for reached in _after(tokens, at)[:_SOFT_REACH]]


def _supposed(tokens: Sequence[str]) -> list[int]:
    """What follows a condition's first word, up to the next stop."""
    conditions = (at for at, token in enumerate(tokens) if token in _SUPPOSING)
    return [reached for at in conditions for reached in _after(tokens, at)]


def _after(tokens: Sequence[str], at: int) -> list[int]:
    """Where the content words stand that follow, up to the next stop."""
    stop = next((end for end in range(at + 1, len(tokens)) if _stops(tokens[end])), len(tokens))
    return _content(tokens, at + 1, stop)


def _before(tokens: Sequence[str], at: int) -> list[int]:
    if tokens[at - 1 : at] == [":"]:  # a cell of a table, read with its head: "Default: none"
        return _content(tokens, max(at - 2, 0), at)
    return _content(tokens, _start(tokens, at), at)


def _start(tokens: Sequence[str], at: int) -> int:
    return next((begin + 1 for begin in range(at - 1, -1, -1) if _stops(tokens[begin])), 0)


def _stops(token: str) -> bool:
    return not token[0].isalnum() or token in _STOPS


def _content(tokens: Sequence[str], start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if root(tokens[at]) and not _is_light(tokens, at)]


def _is_light(tokens: Sequence[str], at: int) -> bool:
    return tokens[at] in _LIGHT or (tokens[at] in _AUXILIARY and tokens[at + 1 : at + 2] == ["to"])
