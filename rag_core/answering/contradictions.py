"""Whether the passages deny what a claim states, or state what it denies.

Two questions. A sentence that says the same in nearly the same words must have as many denials, odd or even. And of
the sentences that come near, one that says the opposite must not be nearer than all that agree.
"""

from collections.abc import Iterable, Sequence

from rag_core.answering.claim import Claim
from rag_core.answering.facts import Fact
from rag_core.answering.polarity import DENIED, STATED, Polarity
from rag_core.answering.sources import Sentence, Source

_SAME = 0.8
"""Words that two texts share, of all that they have, from which on they say the same."""

_LEAST_WORDS = 3
_LEAST = 0.25
_TIE = 0.15
_RELATED = 0.25
_ALIKE = 0.1
"""The head start of a sentence that denies something, as the claim does, without clashing with it."""

_Sentences = Sequence[tuple[Sentence, frozenset[str]]]
"""Each with the words of the heading above it."""


def contradiction(claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether a passage contradicts a clause of the claim. What stands in code denies and states nothing."""
    sentences = [(each, source.heading) for source in sources for each in source.sentences if not each.code]
    facts = [fact for source in sources for fact in source.facts if not fact.code]
    return (
        _is_reversed(claim.whole, [sentence for sentence, _ in sentences])
        or any(_is_reversed(clause, facts) for clause in claim.clauses)
        or any(
            _is_opposed(clause, _told_of(clause, claim.whole, sentences), within=claim.whole.polarity)
            for clause in claim.clauses
        )
        or any(_is_denied_freely(clause, [sentence for sentence, _ in sentences]) for clause in claim.clauses)
    )


def _told_of(clause: Fact, whole: Fact, sentences: _Sentences) -> _Sentences:
    """The sentences that a clause is held against: of few words, it may be about anything but for the whole claim."""
    if len(clause.content) >= _LEAST_WORDS:
        return sentences
    shares = [len(whole.content & sentence.content) for sentence, _ in sentences]
    least = max(shares, default=0) - _RELATED * len(whole.content)
    return [each for each, share in zip(sentences, shares, strict=True) if share >= least]


def _is_reversed(claim: Fact, others: Iterable[Fact | Sentence]) -> bool:
    """Whether all that says the same in the same words has a denial more or less."""
    if len(claim.content) < _LEAST_WORDS:
        return False
    same = [
        other
        for other in others
        if len(claim.content & other.content) >= _SAME * len(claim.content | other.content)
        and other.polarity.supposes == claim.polarity.supposes  # "if that fails, it is better": the denial is another's
    ]
    return bool(same) and all(other.polarity.odd != claim.polarity.odd for other in same)


def _is_opposed(clause: Fact, sentences: _Sentences, *, within: Polarity) -> bool:
    """Whether a sentence with the opposite of a word is among the nearest, and nearer than all that agree on the word.

    `within` is the polarity of the whole claim.
    """
    keys = clause.content | {word for word in clause.polarity.signs if word.startswith("~")}
    near = [_compared(clause, keys, sentence, heading, within) for sentence, heading in sentences]
    nearest = max((len(shared) for shared, _, _ in near), default=0)
    alike = (len(shared) for shared, bad, reduces in near if reduces and not bad)
    agreeing = max(alike, default=0) + _ALIKE * len(keys)
    for word in frozenset().union(*(bad for _, bad, _ in near)):
        against = max(len(shared) for shared, bad, _ in near if word in bad)
        agree = max((len(shared - bad) for shared, bad, _ in near if word in shared - bad), default=0)
        most = max(agree, agreeing) if within.reduces else agree
        if against > most and against >= max(nearest - _TIE * len(keys), _LEAST * len(keys)):
            return True
    return False


def _compared(
    clause: Fact, keys: frozenset[str], sentence: Sentence, heading: frozenset[str], within: Polarity
) -> tuple[frozenset[str], frozenset[str], bool]:
    """The words that both have, those of them that clash, and whether the sentence denies or takes back anything.

    One clash of two texts that both deny something is a matter of wording, if it is the sentence that denies the word:
    "insert only the text" and "leave the sparse field out". A clash alone is no likeness.
    """
    signs = clause.polarity.signs
    shared = (keys | signs.keys()) & (sentence.content | sentence.polarity.signs.keys() | heading)
    bad = shared & clause.polarity.clashes(sentence.polarity)
    worded = len(bad) == 1 and within.reduces and sentence.polarity.reduces and STATED in signs[next(iter(bad))]
    if worded or bad == shared:
        return shared - bad, frozenset(), sentence.polarity.reduces
    return shared, bad, sentence.polarity.reduces


def _is_denied_freely(clause: Fact, sentences: Sequence[Sentence]) -> bool:
    """Whether the clause denies something, where nothing near it has a negative sense and nothing denies the word."""
    if not clause.polarity.denies or not clause.content or not sentences:
        return False
    denied = clause.polarity.denied()
    if any(DENIED in sentence.polarity.signs.get(word, ()) for word in denied for sentence in sentences):
        return False
    shares = [(len(clause.content & sentence.content) / len(clause.content), sentence) for sentence in sentences]
    most = max((share for share, _ in shares), default=0.0)
    return not any(sentence.polarity.negative for share, sentence in shares if share >= most - _RELATED and share > 0)
