"""What BM25 counts: words without endings, and without those that say nothing of the subject.

Milvus Lite has no stemmer and drops few words, so both sides are prepared here, the same for every server.
"""

import re

_WORD = re.compile(r"\w+")

_FUNCTION_WORDS = frozenset(
    _WORD.findall(
        """
        a about above after again against ah all also am an and any are as at be been before being below between
        both but by can cant could d did do does doesnt doing dont down during each few for from further get give
        got had has have having he help her here his how i if im in into is isnt it its ive just let ll m make may
        me might more most must my need no nor not now of off on once only or other ought our out over own please
        possible re s same shall she should so some such t than that the their them then there these they this those
        through to too under up us ve very want was way we were what whats when where which who whom whose why will
        with wont would you your
        """
    )
)
"""English words of grammar and politeness; a question has many, a reference page few."""

_LEAST_STEM = 3


def indexed_terms(text: str) -> str:
    """The text's words in order, stemmed, separated by spaces."""
    return " ".join(map(_stem, _content_words(text)))


def query_terms(text: str) -> str:
    """The question's words, each as it stands and stemmed, each form once.

    Collections of the first schema hold words with their endings, and must be found in until they are replaced.
    """
    words = _content_words(text)
    return " ".join(dict.fromkeys([*map(_stem, words), *words]))


def _content_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _FUNCTION_WORDS]


def _stem(word: str) -> str:
    """Take off the endings of plurals, "-ing", "-ed" and a final "e"; names with digits or underscores stay.

    Lighter than Porter's stemmer, which makes one word of too many ("generation", "general") for reference pages.
    """
    if len(word) <= _LEAST_STEM or not word.isalpha() or not word.isascii():
        return word
    return _without_e(_without_ing(_without_plural(word)))


def _without_plural(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_ing(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _LEAST_STEM:
            doubled = stem[-1] == stem[-2] and stem[-1] not in "lsz"
            return stem[:-1] if doubled else stem
    return word


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > _LEAST_STEM else word
