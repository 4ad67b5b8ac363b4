"""Holds each sentence of an answer against the passage that it cites, before anyone reads it.

A sentence holds when all of this is so:

- every passage that it cites exists and shares wording with it (`_EACH`);
- some place of the cited passages, no longer than `_WINDOW` sentences or table rows, has at least `_SHARE` of its
  content words, and all of its numbers;
- each number stands in a paragraph or table row that is worded about as much like the sentence (`_MARGIN`) as any
  other, since the next row of a table has the next parameter's number;
- every identifier and link in it stands in the cited passages to the letter;
- the closest sentence of the passage denies something if, and only if, the sentence does;
- it says something (two words, numbers or names), asks nothing, and was not said before.

A sentence without a citation gets one where a passage supports it strongly (`_STRONG`): small models forget to cite
what they copied. The passage that supports it best is cited, the earlier one of equals. A wrong citation is never
mended. A line that leads into what follows ("The parameters are:") waits, and is shown only with what it leads into.
Code needs no citation of its own: all of its names and numbers must stand in one passage, which is then cited below it.

The shares are set by judgement, strict rather than lenient, and hold on the sentences of the tests; they were not
calibrated on answers of a model.
"""

from dataclasses import dataclass
from typing import Literal

from rag_core.answering import wording
from rag_core.answering.claim import Claim, is_negated, read_claim
from rag_core.answering.model import Passage
from rag_core.answering.sentences import split_sentences

_WINDOW = 3
_SHARE = 0.6
_STRONG = 0.8
_EACH = 0.4
_MARGIN = 0.25
_TIE = 0.1
_LEAST_WORDS = 2

Reason = Literal[
    "supported",
    "citation_added",
    "leads_in",
    "says_nothing",
    "asks",
    "repeated",
    "uncited",
    "unknown_citation",
    "unknown_link",
    "unknown_identifier",
    "unsupported_wording",
    "unsupported_number",
    "contradicts",
    "unsupported_code",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one unit. `text` is what to show, with its leading space: empty unless it held."""

    held: bool
    reason: Reason
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A few neighbouring sentences of a passage."""

    words: frozenset[str]
    numbers: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """A passage, ready to be compared with claims.

    `places` are its sentences, alone and with neighbours; `inner` those of them that lie within one line (a paragraph,
    a list item, a table row); `sentences` the single ones.
    """

    number: int
    text: str
    sentences: tuple[_Place, ...]
    inner: tuple[_Place, ...]
    places: tuple[_Place, ...]

    def best(self, claim: Claim) -> _Place:
        """Where the passage says most of what the claim says: its numbers first, then its words."""
        return max(self.places, key=lambda place: (len(claim.numbers & place.numbers), _share(claim, place)))

    def closest(self, claim: Claim) -> list[_Place]:
        """The single sentences that are worded most like the claim."""
        most = max(_share(claim, place) for place in self.sentences)
        return [place for place in self.sentences if _share(claim, place) >= most - _TIE]

    def has_number_of(self, claim: Claim, number: str) -> bool:
        """Whether the number stands where the passage speaks of what the claim speaks of."""
        closest = max(_share(claim, place) for place in self.inner)
        return any(number in place.numbers and _share(claim, place) >= closest - _MARGIN for place in self.inner)


class Grounding:
    """Judges the units of one answer, in order."""

    def __init__(self, passages: tuple[Passage, ...], question: str) -> None:
        self._sources = {passage.number: _source(passage) for passage in passages}
        self._asked = wording.words(question)
        self._said: set[tuple[str, ...]] = set()
        self._lead_in = ""

    def judge(self, unit: str) -> Verdict:
        """Check one unit as the splitter gives it; a held verdict brings its lead-in along."""
        claim = read_claim(unit)
        verdict = self._code(unit, claim) if claim.code else self._sentence(unit, claim)
        lead_in = self._lead_in
        if verdict.reason == "leads_in":
            self._lead_in = unit
        elif verdict.held or not claim.item:  # where an item of a list fell out, the next one may need it still
            self._lead_in = ""
        if not verdict.held:
            return verdict
        self._said.add(_key(claim))
        return Verdict(held=True, reason=verdict.reason, text=lead_in + verdict.text)

    def _sentence(self, unit: str, claim: Claim) -> Verdict:
        if claim.leads_in and self._may_lead_in(claim):
            return Verdict(held=False, reason="leads_in")
        if fault := self._form_fault(claim):
            return Verdict(held=False, reason=fault)
        if claim.cited:
            fault = self._fault(claim, claim.cited, _SHARE)
            return Verdict(held=False, reason=fault) if fault else Verdict(held=True, reason="supported", text=unit)
        number = None if claim.leads_in else self._supporter(claim)
        if number is None:
            return Verdict(held=False, reason="uncited")
        return Verdict(held=True, reason="citation_added", text=_cite(unit, number))

    def _form_fault(self, claim: Claim) -> Reason | None:
        if len(claim.words | claim.identifiers | claim.numbers | claim.links) < _LEAST_WORDS:
            return "says_nothing"
        if claim.text.rstrip("*_ ").endswith(("?", "？")):
            return "asks"
        return "repeated" if _key(claim) in self._said else None

    def _fault(self, claim: Claim, cited: tuple[int, ...], share: float) -> Reason | None:
        """Why the passages do not support the claim, or None if they do."""
        if any(number not in self._sources for number in cited):
            return "unknown_citation"
        sources = [self._sources[number] for number in cited]
        if any(not any(link in source.text for source in sources) for link in claim.links):
            return "unknown_link"
        if any(not any(wording.has_token(source.text, name) for source in sources) for name in claim.identifiers):
            return "unknown_identifier"
        return _wording_fault(claim, sources, share) or _number_fault(claim, sources) or _denial_fault(claim, sources)

    def _supporter(self, claim: Claim) -> int | None:
        """The passage that supports an uncited claim best, if any does strongly."""
        fit = [number for number in self._sources if self._fault(claim, (number,), _STRONG) is None]
        return max(fit, key=lambda n: (_share(claim, self._sources[n].best(claim)), -n)) if fit else None

    def _may_lead_in(self, claim: Claim) -> bool:
        """A line that leads in denies nothing, and says nothing that neither the question nor a passage says."""
        return not claim.negated and any(
            len(claim.words & (self._asked | place.words)) >= _STRONG * len(claim.words)
            and claim.numbers <= place.numbers
            and not claim.links
            and all(wording.has_token(source.text, name) for name in claim.identifiers)
            for source in self._sources.values()
            for place in source.places
        )

    def _code(self, unit: str, claim: Claim) -> Verdict:
        if not claim.identifiers:
            return Verdict(held=False, reason="says_nothing")
        if _key(claim) in self._said:
            return Verdict(held=False, reason="repeated")
        for number, source in self._sources.items():
            if claim.identifiers <= wording.code_tokens(source.text):
                return Verdict(held=True, reason="citation_added", text=f"{unit}\n[{number}]")
        return Verdict(held=False, reason="unsupported_code")


def _wording_fault(claim: Claim, sources: list[_Source], share: float) -> Reason | None:
    places = [source.best(claim) for source in sources]
    if any(_share(claim, place) < _EACH for place in places):
        return "unsupported_wording"
    together: frozenset[str] = frozenset().union(*(place.words for place in places))
    return "unsupported_wording" if len(claim.words & together) < share * len(claim.words) else None


def _number_fault(claim: Claim, sources: list[_Source]) -> Reason | None:
    for number in claim.numbers:
        if not any(number in source.best(claim).numbers and source.has_number_of(claim, number) for source in sources):
            return "unsupported_number"
    return None


def _denial_fault(claim: Claim, sources: list[_Source]) -> Reason | None:
    backed = any(claim.negated == place.negated for source in sources for place in source.closest(claim))
    return None if backed else "contradicts"


def _source(passage: Passage) -> _Source:
    text = f"{passage.heading}\n{passage.text}\n{passage.link}"
    lines = [split_sentences(line) for line in passage.text.splitlines() if line.strip()] or [[passage.heading]]
    sentences = [_sentence_place(passage.heading, sentence) for line in lines for sentence in line]
    homes = [number for number, line in enumerate(lines) for _ in line]
    spans = [(at, at + length) for length in range(1, _WINDOW + 1) for at in range(len(sentences) - length + 1)]
    places = {(start, end): _joined(sentences[start:end]) for start, end in spans}
    inner = tuple(place for (start, end), place in places.items() if homes[start] == homes[end - 1])
    return _Source(passage.number, text, tuple(sentences), inner, tuple(places.values()))


def _sentence_place(heading: str, sentence: str) -> _Place:
    """A sentence is read under its heading, which often names what the sentence is about."""
    text = f"{heading} {sentence}"
    return _Place(wording.words(text), wording.numbers(text), is_negated(sentence))


def _joined(sentences: list[_Place]) -> _Place:
    if len(sentences) == 1:
        return sentences[0]
    return _Place(
        frozenset().union(*(place.words for place in sentences)),
        frozenset().union(*(place.numbers for place in sentences)),
        negated=any(place.negated for place in sentences),
    )


def _share(claim: Claim, place: _Place) -> float:
    """Share of the claim's content words that stand in the place."""
    return len(claim.words & place.words) / len(claim.words) if claim.words else 0.0


def _key(claim: Claim) -> tuple[str, ...]:
    """What makes two units the same to a reader."""
    return (*sorted(claim.words), "|", *sorted(claim.numbers | claim.identifiers))


def _cite(unit: str, number: int) -> str:
    """Put `[number]` in front of the closing punctuation."""
    body = unit.rstrip()
    bare = body.rstrip(".!。！")
    return f"{bare} [{number}]{body[len(bare) :]}"
