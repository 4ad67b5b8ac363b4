"""What speaks against a claim although its words stand in the passage: numbers, names and denials out of place."""

import re
from collections.abc import Iterable, Sequence

from rag_core.answering import wording
from rag_core.answering.claim import Claim
from rag_core.answering.facts import Fact
from rag_core.answering.polarity import agrees, denies, opposed, states
from rag_core.answering.quantities import Quantity
from rag_core.answering.sources import Sentence, Source

_OF_KIND = re.compile(r"\ban?\s+\Z", re.IGNORECASE)
"""In front of a name that says what kind of thing another one is: "the key is an `INT64`"."""

_MARGIN = 0.35
_RIVAL = 0.25
_RELATED = 0.25
_TIE = 0.1


def wrong_number(claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether a number, or a unit that is spelled out, stands nowhere in the passages, or only in another context."""
    known = frozenset().union(*(source.measures for source in sources))
    if not claim.measures <= known:
        return True
    return any(
        not any(_has_quantity(source, clause, quantity) for source in sources)
        for clause in claim.clauses
        for quantity in clause.quantities
    )


def misattribution(claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether a clause says of its first name what the passages say of another one."""
    return any(_is_misattributed(clause, sources) for clause in claim.clauses)


def contradiction(claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether a related sentence of the passages denies, or states the contrary of, a clause."""
    sentences = [sentence for source in sources for sentence in source.sentences if not sentence.code]
    return any(_is_contradicted(clause, sentences) for clause in claim.clauses)


def _has_quantity(source: Source, clause: Fact, quantity: Quantity) -> bool:
    holders = [fact for fact in source.facts if any(quantity.met_by(other) for other in fact.quantities)]
    if not holders:
        return any(quantity.value in name for name in source.heading)
    near = _near(clause, quantity)
    if near and any(near & (fact.named | source.heading) for fact in holders if not fact.row):
        return any(near & fact.named or not fact.named for fact in holders)
    if near and any(near & fact.subjects for fact in holders):
        return True
    if near & source.named and all(fact.named for fact in holders):
        return any(near & fact.named for fact in holders)
    closest = max(fact.share(clause.content) for fact in source.facts)
    return any(fact.share(clause.content) >= closest - _MARGIN for fact in holders)


def _near(clause: Fact, quantity: Quantity) -> frozenset[str]:
    """The names right before and right after the number."""
    before = [name for name, at in clause.names if at < quantity.at]
    after = [name for name, at in clause.names if at > quantity.at]
    return frozenset(before[-1:] + after[:1])


def _is_misattributed(clause: Fact, sources: Sequence[Source]) -> bool:
    name = _subject(clause, sources)
    if name is None:
        return False
    words, beside = clause.predicate - {name}, clause.named - {name}
    return any(_fits_another(words, names, name, clause, sources) for names in (frozenset[str](), beside))


def _fits_another(
    words: frozenset[str], names: frozenset[str], name: str, clause: Fact, sources: Sequence[Source]
) -> bool:
    """Whether what is said stands in a fact about another name, and clearly less of it in those about this one.

    `names` are those that stand beside it. What the heading says is said of all names below it.
    """
    mentioned = clause.content | clause.named | frozenset(each.casefold() for each in wording.code_tokens(clause.text))
    own, others = 0, 0
    beside = frozenset[str]()
    for source in sources:
        for fact in source.facts:
            found = len(words & (fact.content | source.heading))
            if _is_about(fact, name, source):
                own = max(own, found)
                beside |= names & fact.named
            elif not fact.code and (fact.subjects - mentioned or name not in source.named):
                others = max(others, found + len(names & fact.named))
    return others - own - len(beside) >= max(_RIVAL * len(words | names), 1)


def _subject(clause: Fact, sources: Sequence[Source]) -> str | None:
    """The first name of the clause that the passages say something of; a word counts if it heads a table's line."""
    labels = frozenset().union(*(source.labels for source in sources))
    named = [
        name
        for name, at in clause.names
        if any(name in source.told for source in sources) and not _OF_KIND.search(clause.text, 0, at)
    ]
    return named[0] if named else next(iter(sorted(labels & clause.content)), None)


def _is_about(fact: Fact, name: str, source: Source) -> bool:
    """A row is about its first cell's names; about others only where they have no row of their own."""
    if fact.row and name in source.subjects:
        return name in fact.subjects
    return name in fact.named or (name in source.heading and not fact.names)


def _is_contradicted(clause: Fact, sentences: Iterable[Sentence]) -> bool:
    shares = [
        (len(clause.content & sentence.content) / max(len(clause.content), 1), sentence) for sentence in sentences
    ]
    most = max((share for share, _ in shares), default=0.0)
    related = [sentence for share, sentence in shares if share >= most - _RELATED and share > 0]
    closest = [sentence for share, sentence in shares if share >= most - _TIE and share > 0]
    claim = clause.polarity
    if any(denies(sentence.polarity, claim) for sentence in related):
        return True
    if claim.denies_outright and closest:
        stating = max((share for share, sentence in shares if states(sentence.polarity, claim)), default=0.0)
        agreeing = max((share for share, sentence in shares if agrees(sentence.polarity, claim)), default=0.0)
        if stating >= most - _TIE and stating > agreeing:
            return True
        if not any(sentence.polarity.negative for sentence in related):
            return True
    return bool(closest) and all(opposed(sentence.polarity, claim) for sentence in closest)
