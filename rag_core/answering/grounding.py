"""Holds each sentence of an answer against the passages that it cites, before anyone reads it.

A sentence holds when all of this is so, asked in this order:

- every passage that it cites exists;
- every link and identifier in it stands in the cited passages to the letter;
- every number in it stands there with the same unit, and not about another name (`rag_core/answering/disputes.py`);
- what a clause says of a name is not said of another name instead;
- no sentence of the passages that is near it denies what it states, states what it denies, or says the opposite
  (`rag_core/answering/contradictions.py`);
- each cited passage shares wording with it (`_EACH`), and together they have at least `_SHARE` of its content, of each
  clause `_STATED`, and of its last words some (`_TAILS`); no other passage has clearly more of it (`_BETTER`);
- it says something (two words, numbers or names), asks nothing, and was not said before.

Where only wording is missing, and not much of it (`_DOUBT`), the verdict is undecided: a second opinion may settle it
(`rag_core/answering/checking.py`), else it is held back. Where somebody reads the sentence again, all that nothing but
wording speaks for or against is left to that.

A sentence without a citation gets one where a passage supports it strongly (`_STRONG`): small models forget to cite
what they copied. The passage that supports it best is cited, the earlier one of equals. A wrong citation is never
mended. A line that leads into what follows ("The parameters are:") waits, and is shown only with what it leads into.
Code needs no citation of its own: all of its names and numbers must stand in one passage, which is then cited below it.

The thresholds were chosen on sentences of `tests/golden/planted.jsonl`; `docs/grounding.md` has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from rag_core.answering import wording
from rag_core.answering.claim import Claim, read_claim
from rag_core.answering.contradictions import contradiction
from rag_core.answering.disputes import misattribution, wrong_number
from rag_core.answering.model import Passage
from rag_core.answering.roots import root, roots
from rag_core.answering.sources import Source, read_source
from rag_core.indexing.chunk import spoken_heading

_SHARE = 0.6
_DOUBT = 0.4
_STRONG = 0.8
_EACH = 0.4
_BETTER = 0.2
_LEAST_WORDS = 2
_LEAST_STATED = 3
_STATED = 0.5
_TAILS = ((2, 2), (4, 3))
"""Of how many last words of a clause how many may not be new."""
_OF_CODE = roots("example snippet code")
"""What a sentence may call a passage's code, which does not call itself so."""

Reason = Literal[
    "supported",
    "citation_added",
    "undecided",
    "leads_in",
    "says_nothing",
    "broken_code",
    "asks",
    "repeated",
    "uncited",
    "unknown_citation",
    "unknown_link",
    "unknown_identifier",
    "unknown_name",
    "unsupported_number",
    "misattributed",
    "contradicts",
    "unsupported_wording",
    "unsupported_code",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one unit. `text` is what to show, with its leading space: empty unless it held.

    `evidence` is set where the verdict is undecided: the claim without its citations, and below it the places of the
    passages that come closest. `worded` is what wording alone would make of it then.
    """

    held: bool
    reason: Reason
    text: str = ""
    evidence: tuple[str, ...] = ()
    worded: bool = False


class Grounding:
    """Judges the units of one answer, in order. Pure computing: about a millisecond a unit.

    Unless `wording_decides`, what nothing but wording speaks for or against is undecided.
    """

    def __init__(self, passages: tuple[Passage, ...], question: str, *, wording_decides: bool = True) -> None:
        self._wording_decides = wording_decides
        self._sources = {passage.number: read_source(passage) for passage in passages}
        self._asked = wording.words(question)
        self._said: set[tuple[str, ...]] = set()
        self._lead_in = ""

    def judge(self, unit: str) -> Verdict:
        """Check one unit as the splitter gives it; a held verdict brings its lead-in along.

        An undecided verdict changes nothing here: give it to `settle` before the next unit is judged.
        """
        claim = read_claim(unit)
        verdict = self._code(unit, claim) if claim.code else self._sentence(unit, claim)
        return verdict if verdict.reason == "undecided" else self._noted(unit, claim, verdict)

    def settle(self, unit: str, *, supported: bool) -> Verdict:
        """Decide a unit whose verdict was undecided."""
        return self._noted(unit, read_claim(unit), _decided(unit, supported=supported))

    def _noted(self, unit: str, claim: Claim, verdict: Verdict) -> Verdict:
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
            return self._cited(unit, claim)
        number = None if claim.leads_in else self._supporter(claim)
        if number is None:
            return Verdict(held=False, reason="uncited")
        return Verdict(held=True, reason="citation_added", text=_cite(unit, number))

    def _form_fault(self, claim: Claim) -> Reason | None:
        if len(claim.whole.content | claim.identifiers | claim.links) < _LEAST_WORDS:
            return "says_nothing"
        if claim.text.count("`") % 2 or "```" in claim.text:
            # Backticks out of step would pass names off as the words between two pieces of code.
            return "broken_code"
        if claim.text.rstrip("*_ ").endswith(("?", "？")):
            return "asks"
        return "repeated" if _key(claim) in self._said else None

    def _cited(self, unit: str, claim: Claim) -> Verdict:
        if any(number not in self._sources for number in claim.cited):
            return Verdict(held=False, reason="unknown_citation")
        sources = [self._sources[number] for number in claim.cited]
        if fault := _fault(claim, sources, [*self._sources.values()]):
            return Verdict(held=False, reason=fault)
        share, places = _support(claim, sources)
        if self._is_cited_wrongly(claim, share):
            return Verdict(held=False, reason="unsupported_wording")
        worded = share >= _SHARE and not (_adds(claim, sources, _STATED) or _ends_with_news(claim, sources))
        doubtful = _SHARE > share >= _DOUBT and not _adds(claim, sources, _EACH)
        if doubtful if self._wording_decides else places:
            shown = dict.fromkeys(chain(*places)) if self._wording_decides else map(_excerpt, sources, places)
            evidence = (claim.whole.text.strip(), *shown)
            return Verdict(held=False, reason="undecided", evidence=evidence, worded=worded)
        return _decided(unit, supported=worded)

    def _is_cited_wrongly(self, claim: Claim, share: float) -> bool:
        """Whether a passage that it does not cite has clearly more of it."""
        others = [source for number, source in self._sources.items() if number not in claim.cited]
        return share < _STRONG and any(
            _support(claim, [source])[0] >= share + _BETTER and _fault(claim, [source]) is None for source in others
        )

    def _supporter(self, claim: Claim) -> int | None:
        """The passage that supports an uncited claim best, if any does strongly."""
        fit = {
            number: share
            for number, source in self._sources.items()
            if (share := _support(claim, [source])[0]) >= _STRONG
            and _fault(claim, [source], [*self._sources.values()]) is None
            and not _ends_with_news(claim, [source])
        }
        return max(fit, key=lambda number: (fit[number], -number)) if fit else None

    def _may_lead_in(self, claim: Claim) -> bool:
        """A line that leads in denies nothing, and says nothing that neither the question nor a passage says."""
        content = claim.whole.content
        return not claim.negated and any(
            len(content & (self._asked | place)) >= _STRONG * len(content)
            and all(quantity.value in place for quantity in claim.whole.quantities)
            and not claim.links
            and all(source.spells(name) for name in claim.identifiers)
            for source in self._sources.values()
            for _, place in source.places
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


def _decided(unit: str, *, supported: bool) -> Verdict:
    """The verdict on a unit of which nothing but wording, or who reads it again, decides."""
    reason: Reason = "supported" if supported else "unsupported_wording"
    return Verdict(held=supported, reason=reason, text=unit if supported else "")


def _fault(claim: Claim, sources: list[Source], shown: Sequence[Source] = ()) -> Reason | None:
    """Why the sentence can't be true to the passages, however it is worded; None if nothing speaks against it."""
    if any(not any(link in source.text for source in sources) for link in claim.links):
        return "unknown_link"
    if any(not any(source.spells(name) for source in sources) for name in claim.identifiers):
        return "unknown_identifier"
    if any(not any(source.mentions(name) for source in sources) for name in claim.proper_names):
        return "unknown_name"
    if wrong_number(claim, sources):
        return "unsupported_number"
    if misattribution(claim, sources, shown):
        return "misattributed"
    return "contradicts" if contradiction(claim, sources) else None


def _support(claim: Claim, sources: list[Source]) -> tuple[float, list[tuple[str, ...]]]:
    """Share of the claim's content that its clauses find in the passages, and the places that come closest in each.

    The share is 0, without places, if a passage has none of it.
    """
    content = claim.whole.content
    if not content:
        return 1.0, []
    found: frozenset[str] = frozenset()
    places: list[tuple[str, ...]] = []
    for source in sources:
        best = [source.best_place(clause.content) for clause in claim.clauses]
        # Its names stand in the passage to the letter, if only in code far from what is said of them.
        named = (roots(name) for name in claim.whole.named if source.spells(name))
        shown = _OF_CODE if any(sentence.code for sentence in source.sentences) else frozenset()
        covered = content & shown.union(*(place for _, place in best), *named)
        if len(covered) < _EACH * len(content):
            return 0.0, []
        found |= covered
        places.append(tuple(dict.fromkeys(text for text, _ in best)))
    return len(found) / len(content), places


def _excerpt(source: Source, places: Sequence[str]) -> str:
    """Places of a passage under its heading: for somebody who reads them."""
    return "\n".join((f"{spoken_heading(source.path)}:", *places))


def _adds(claim: Claim, sources: list[Source], least: float) -> bool:
    """Whether a clause that states something says hardly anything that the passages say: most inventions are added."""
    return any(
        len(clause.content) >= _LEAST_STATED
        and max(len(clause.content & source.best_place(clause.content)[1]) for source in sources)
        < least * len(clause.content)
        for clause in claim.clauses
    )


def _ends_with_news(claim: Claim, sources: list[Source]) -> bool:
    """Whether a clause's last words stand nowhere in the passages, however right the others are."""
    for clause in claim.clauses:
        said = [word for word in wording.plain_words(clause.text) if root(word) and not word.isdigit()]
        new = [not any(source.mentions(word) for source in sources) for word in said]
        if any(len(said) >= last and sum(new[-last:]) >= most for last, most in _TAILS):
            return True
    return False


def _key(claim: Claim) -> tuple[str, ...]:
    """What makes two units the same to a reader."""
    return (*sorted(claim.whole.content), "|", *sorted(claim.identifiers))


def _cite(unit: str, number: int) -> str:
    """Put `[number]` in front of the closing punctuation."""
    body = unit.rstrip()
    bare = body.rstrip(".!。！")
    return f"{bare} [{number}]{body[len(bare) :]}"
