"""What each clause of a claim is about: a name, or the words that tell a row, an item or a heading from the others."""

import re
from collections.abc import Sequence

from rag_core.answering import wording
from rag_core.answering.claim import Claim
from rag_core.answering.facts import Fact, labels_of
from rag_core.answering.sources import Source

_OF_KIND = re.compile(r"\ban?\s+\Z", re.IGNORECASE)
"""In front of a name that says what kind of thing another one is: "the key is an `INT64`"."""

_BEFORE_SUBJECT = 2
"""Words that may stand in front of what a clause is about."""

_GOES_ON = re.compile(r"\s*(?:and|where)\b", re.IGNORECASE)


def subjects(claim: Claim, sources: Sequence[Source]) -> list[str | None]:
    """What each clause is about; one that goes on without a name of its own is about what was spoken of before."""
    found: list[str | None] = []
    for clause in claim.clauses:
        name = _subject(clause, sources)
        goes_on = found and not clause.named and _GOES_ON.match(clause.text)
        found.append(found[-1] if name is None and goes_on else name)
    return found


def _subject(clause: Fact, sources: Sequence[Source]) -> str | None:
    """The first name of the clause that the passages say something of; a word counts if it heads a table's line."""
    named = [
        name
        for name, at in clause.names
        if any(name in source.told for source in sources)
        and not _OF_KIND.search(clause.text, 0, at)
        and len(wording.word_list(clause.text[:at])) <= _BEFORE_SUBJECT
    ]
    if named:
        return named[0]
    said = wording.plain_words(clause.text)
    heads = frozenset().union(*(group for group in _labels(sources) if group <= frozenset(said)))
    return next((word for word in said if word in heads), None)


def _labels(sources: Sequence[Source]) -> frozenset[frozenset[str]]:
    """What tells apart what is said: within the passages, and by their headings."""
    headings = (
        labels_of([one.path[-1], other.path[-1]])[0] for one in sources for other in sources if one.beside(other)
    )
    return frozenset().union(*(source.labels for source in sources), headings) - {frozenset()}
