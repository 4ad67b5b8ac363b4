"""What speaks against a claim although its words stand in the passage: numbers and names out of place."""

import re
from collections.abc import Sequence

from rag_core.answering import wording
from rag_core.answering.claim import Claim
from rag_core.answering.facts import Fact, labels_of
from rag_core.answering.quantities import Quantity
from rag_core.answering.roots import roots
from rag_core.answering.sources import Source
from rag_core.answering.subjects import subjects

_RIVAL = 0.25
_SAME = 0.8
"""Words that two statements share, of all that they have, from which on they say the same."""

_FEW_WORDS = 3

_LIMITS = frozenset({"limit", "topk", "top_k"})
_RESULTS = roots("results hits matches neighbors neighbours candidates entities rows")
"""What a search's limit counts."""


def wrong_number(claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether a number or a unit stands nowhere in the passages, or only in another context."""
    known = frozenset().union(*(source.measures for source in sources))
    if not claim.measures <= known or _has_other_numbers(claim.whole, sources):
        return True
    return any(
        not any(_has_quantity(source, clause, quantity) for source in sources)
        for clause in claim.clauses
        for quantity in clause.quantities
    )


def misattribution(claim: Claim, sources: Sequence[Source], shown: Sequence[Source] = ()) -> bool:
    """Whether a clause says of its first name what the passages say of another one, or has a name in place of one.

    `shown` are the passages that it might have cited.
    """
    return any(
        _is_substituted(clause, sources)
        or (not _is_of_its_row(clause, name, sources) and _is_misattributed(clause, name, sources))
        or _is_of_another_row(clause, sources)
        or _is_mispaired(clause, sources)
        or _is_of_neighbour(clause, sources, shown)
        for clause, name in zip(claim.clauses, subjects(claim, sources), strict=True)
    )


def _has_quantity(source: Source, clause: Fact, quantity: Quantity) -> bool:
    if (quantity.unit and _in_another_unit(quantity, source)) or _is_share(clause, quantity, source):
        return False
    holders = [fact for fact in source.facts if any(quantity.met_by(other) for other in fact.quantities)]
    said = clause.content - {quantity.value}
    told = [fact for fact in holders if not fact.code or fact.content & said or (_limits(fact) and said & _RESULTS)]
    if not told:  # a number in an example says something of its own line only
        return quantity.value in source.counts or any(quantity.value in name for name in source.heading)
    near = _near(clause, quantity)
    if near and any(near & (fact.named | source.heading) for fact in holders if not fact.row):
        return any(near & fact.named or not fact.named for fact in holders)
    if near and any(near & fact.subjects for fact in holders):
        return True
    if near & source.named and all(fact.named for fact in holders):
        return any(near & (_spelled(fact) if fact.code else fact.named) for fact in holders)
    return True


def _limits(fact: Fact) -> bool:
    """Whether it is a line of code that says how many results are wanted."""
    return not _LIMITS.isdisjoint(_spelled(fact))


def _spelled(fact: Fact) -> frozenset[str]:
    """All names in a line of code, also those in quotes: `{"ef": 64}`."""
    return frozenset(token.casefold() for token in wording.code_tokens(fact.text))


def _in_another_unit(quantity: Quantity, source: Source) -> bool:
    """Whether the passage gives the number a unit, but never this one."""
    units = _units(quantity, source)
    return quantity.unit not in units and bool(units - {""})


def _is_share(clause: Fact, quantity: Quantity, source: Source) -> bool:
    """Whether it counts things where the passage has a share of them: "95 entities" for "95%"."""
    counted = re.match(r"\d+ ([a-z]{3,})", clause.text[quantity.at :])
    is_count = not quantity.unit and counted is not None and bool(roots(counted[1]))
    return is_count and _units(quantity, source) == {"percent"}


def _units(quantity: Quantity, source: Source) -> set[str]:
    """The units that the passage gives the number; empty for none."""
    return {other.unit for fact in source.facts for other in fact.quantities if other.value == quantity.value}


def _has_other_numbers(whole: Fact, sources: Sequence[Source]) -> bool:
    """Whether every sentence that says the same has other numbers instead."""
    numbers = frozenset(quantity.value for quantity in whole.quantities)
    words = _without_numbers(whole.content)
    if not numbers or len(words) < _FEW_WORDS:
        return False
    same = [
        sentence.content
        for source in sources
        for sentence in source.sentences
        if not sentence.code and _are_same(words, _without_numbers(sentence.content))
    ]
    return bool(same) and all(numbers - content and content - _without_numbers(content) - numbers for content in same)


def _near(clause: Fact, quantity: Quantity) -> frozenset[str]:
    """The names right before and right after the number."""
    before = [name for name, at in clause.names if at < quantity.at]
    after = [name for name, at in clause.names if at > quantity.at]
    return frozenset(before[-1:] + after[:1])


def _is_misattributed(clause: Fact, name: str | None, sources: Sequence[Source]) -> bool:
    if name is None:
        return False
    words, beside = clause.predicate - {name} - roots(name), clause.named - {name}
    return any(_fits_another(words, names, name, clause, sources) for names in (frozenset[str](), beside))


def _is_of_its_row(clause: Fact, name: str | None, sources: Sequence[Source]) -> bool:
    """Whether it begins with what a row says, and names the row behind it: "`INVERTED` is meant for `VARCHAR`"."""
    rows = [row for source in sources for row in source.rows]
    return (
        len(clause.named) > 1
        and not any(name in row.subjects < row.named for row in rows)
        and any(clause.named <= row.named for row in rows)
    )


def _is_mispaired(clause: Fact, sources: Sequence[Source]) -> bool:
    """Whether it puts beside a row's name one that stands in other rows alone: "`BITMAP` for `VARCHAR`"."""
    own = clause.named & frozenset().union(*(source.subjects for source in sources))
    said = clause.named & frozenset().union(*(row.named for source in sources for row in source.rows)) - own
    if len(own) != 1 or not said:
        return False
    told = [fact.named for source in sources for fact in source.facts if not fact.code]
    return any(not any(own | {name} <= names for names in told) for name in said)


def _is_of_another_row(clause: Fact, sources: Sequence[Source]) -> bool:
    """Whether it has the words of a row's first cell, and with them another row's name instead of this one's."""
    words = frozenset(wording.plain_words(clause.text))
    rows = [row for source in sources for row in source.rows if row.labels]
    return any(
        row.labels <= words
        and row.named - row.labels
        and not row.named & clause.named
        and any(clause.named & other.named for other in rows if not other.labels <= words)
        for row in rows
    )


def _is_of_neighbour(clause: Fact, sources: Sequence[Source], shown: Sequence[Source]) -> bool:
    """Whether it is about what another heading beside the cited ones names, and these don't mention."""
    words = frozenset(wording.plain_words(clause.text))
    return any(
        others <= words and not any(cited.mentions(word) for cited in sources for word in others)
        for source in sources
        for other in shown
        if other not in sources and source.beside(other)
        for own, others in [labels_of([source.path[-1], other.path[-1]])]
        if others and not own & words
    )


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
            if _is_about(fact, name, source, clause.named):
                own = max(own, found)
                beside |= names & fact.named
            elif not fact.code and (fact.subjects - mentioned or not (name in source.named or source.mentions(name))):
                others = max(others, found + len(names & fact.named))
    return others - own - len(beside) >= max(_RIVAL * len(words | names), 1)


def _is_about(fact: Fact, name: str, source: Source, beside: frozenset[str]) -> bool:
    """A row is about its first cell's names; about others only where they have no row of their own.

    What names nothing but what the clause names, too, is about the heading's name.
    """
    if fact.row and name in source.subjects:
        return name in fact.subjects
    told = {name} if name in beside else roots(name)  # what is no name may stand in another form
    if name in fact.named or told <= fact.content:
        return True
    return told <= source.heading and fact.named <= beside


def _is_substituted(clause: Fact, sources: Sequence[Source]) -> bool:
    """Whether every fact that says the same has another name or number where the clause has one of its own."""
    words = _without_numbers(clause.predicate)
    if len(words) < _FEW_WORDS - 1:
        return False
    own = clause.named if len(words) > _FEW_WORDS else _leading(clause)
    same = [
        (fact, source)
        for source in sources
        for fact in source.facts
        if not fact.code and _are_same(words, _without_numbers(fact.predicate))
    ]
    return bool(same) and all(
        bool(own - source.heading - fact.named and _replaced(clause, fact) - clause.named)
        or _has_other_number(clause, fact)
        for fact, source in same
    )


def _replaced(clause: Fact, fact: Fact) -> frozenset[str]:
    """The names that the clause's may stand in place of: all, where one stands for one in a long sentence."""
    return fact.named if len(fact.named) == len(clause.named) == 1 else _leading(fact)


def _leading(fact: Fact) -> frozenset[str]:
    """The names in the first half of it."""
    return frozenset(name for name, at in fact.names if at < len(fact.text) / 2)


def _has_other_number(clause: Fact, fact: Fact) -> bool:
    own, others = (frozenset(quantity.value for quantity in each.quantities) for each in (clause, fact))
    return bool(own - others and others - own)


def _are_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _SAME * len(one | other)


def _without_numbers(content: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in content if not word[0].isdigit())
