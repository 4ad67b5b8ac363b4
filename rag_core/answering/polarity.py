"""What a text denies, and which words of two texts are opposites.

A word of denial reaches over the next few content words; the first of them is what is denied above all ("can't be
*passed* by the client"). Whether two texts contradict each other is asked of these words, not of whole sentences, since
right paraphrases often deny something else on the way.
"""

import re
from dataclasses import dataclass

from rag_core.answering.roots import root, roots

_TOKEN = re.compile(r"[A-Za-z]+(?:n['’]t\b)|[^\W_]+|[.,;:!?()|]")
_REACH = {"not": 4, "never": 4, "cannot": 4, "no": 2, "without": 2, "neither": 3, "nor": 3, "unsupported": 0}
_WHOLE = frozenset({"nothing", "nobody", "none"})
_NEGATORS = frozenset(root(word) for word in (*_REACH, *_WHOLE))
_STOPS = frozenset({"and", "but", "or", "so"})
_CONDITIONS = frozenset({"if", "when", "whether", "unless"})
"""What follows them is supposed, not stated."""

_LIGHT = frozenset({"be", "been", "have", "has", "had", "need", "needs", "even", "ever", "able", "longer", "possible"})
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
    """One word of denial: the roots it denies first, and all within its reach; `supposed` after "if" and its like."""

    focus: frozenset[str]
    scope: frozenset[str]
    supposed: bool


@dataclass(frozen=True, slots=True)
class Polarity:
    """A text's denials, its content roots outside of their reach, and its words as they stand."""

    denials: tuple[Denial, ...]
    stated: frozenset[str]
    words: frozenset[str]
    negative: bool

    def denied(self, one: str) -> bool:
        """Whether the root stands within reach of a denial."""
        return any(one in denial.scope for denial in self.denials)


def read_polarity(text: str) -> Polarity:
    """Take a sentence apart."""
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    denials = [denial for at in range(len(tokens)) if (denial := _denial(tokens, at))]
    reached = _NEGATORS.union(*(denial.scope for denial in denials))
    negative = bool(denials) or _NEGATIVE.search(text) is not None
    return Polarity(tuple(denials), roots(text) - reached, frozenset(tokens), negative)


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
    return any(any(one in source.stated and not source.denied(one) for one in denial.focus) for denial in claim.denials)


def opposed(source: Polarity, claim: Polarity) -> bool:
    """Whether one of them has a word where the other has its opposite, neither denying anything."""
    if source.denials or claim.denials:
        return False
    return any(
        here in claim.words and there in source.words and there not in claim.words and here not in source.words
        for one, other in _PAIRS
        for here, there in ((one, other), (other, one))
    )


def _denial(tokens: list[str], at: int) -> Denial | None:
    token = tokens[at]
    supposed = not _CONDITIONS.isdisjoint(_before(tokens, at))
    if token in _WHOLE:
        before, after = _content(_before(tokens, at)), _content(_after(tokens, at))
        following = after[-1:] if tokens[at + 1 : at + 2] == ["of"] else after[:1]
        return Denial(frozenset((*before[-1:], *following)), frozenset((*before, *after)), supposed)
    reach = 4 if token.endswith(("n't", "n’t")) else _REACH.get(token)
    if reach is None or tokens[at + 1 : at + 2] == ["only"]:
        return None
    following = [root(token)] if not reach else _content(_after(tokens, at))[:reach]
    return Denial(frozenset(following[:1]), frozenset(following), supposed)


def _after(tokens: list[str], at: int) -> list[str]:
    stop = next((end for end in range(at + 1, len(tokens)) if _stops(tokens[end])), len(tokens))
    return tokens[at + 1 : stop]


def _before(tokens: list[str], at: int) -> list[str]:
    start = next((begin for begin in range(at - 1, -1, -1) if _stops(tokens[begin])), -1)
    return tokens[start + 1 : at]


def _stops(token: str) -> bool:
    return not token[0].isalnum() or token in _STOPS


def _content(tokens: list[str]) -> list[str]:
    return [found for token in tokens if token not in _LIGHT for found in [root(token)] if found]
