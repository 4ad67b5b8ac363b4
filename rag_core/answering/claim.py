"""One unit of an answer, read as a claim: what it states, and which passages it says it has that from."""

import re
from dataclasses import dataclass

from rag_core.answering import wording
from rag_core.answering.facts import Fact, read_fact, split_clauses
from rag_core.answering.polarity import is_negated
from rag_core.answering.quantities import measures

CITATION = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
"""One or several passages' numbers. Longer ones are no citation: "[1, 16384]" is a range."""

_RANGE = re.compile(
    r"(?:\b(?:ranges?|interval|between|within|of|in|is|are|from|to|accepts?|takes?|values?)[ \t]+)"
    r"\[\d+(?:\s*,\s*\d+)+\]|\[\d+(?:\s*,\s*\d+)+\](?=[ \t]+[^\W\d_])",
    re.IGNORECASE,
)
"""Two numbers in brackets that are a range: "in [2, 64]", or in mid-sentence, where no citation stands."""

_BULLET = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d+[.)]\s+)+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit of an answer and what has to stand in the passages that it cites. `clauses` are its parts, in order."""

    text: str
    cited: tuple[int, ...]
    whole: Fact
    clauses: tuple[Fact, ...]
    measures: frozenset[str]
    identifiers: frozenset[str]
    proper_names: frozenset[str]
    links: frozenset[str]
    negated: bool
    code: bool
    item: bool

    @property
    def leads_in(self) -> bool:
        """Whether it only makes sense with what follows: a heading, or a line that ends with a colon."""
        return not self.cited and (self.text.startswith("#") or self.text.rstrip("*_ ").endswith((":", "：")))


def read_claim(unit: str) -> Claim:
    """Take a sentence, list line, table row or code fence apart."""
    text = unit.strip()
    if _FENCE.match(unit):
        return _code_claim(text)
    bare = _BULLET.sub("", without_citations(text))
    links = wording.links(bare)
    plain = bare
    for link in links:
        plain = plain.replace(link, " ")
    return Claim(
        text=text,
        cited=cited_numbers(text),
        whole=read_fact(plain, claimed=True),
        clauses=tuple(read_fact(clause, claimed=True) for clause in split_clauses(plain)),
        measures=measures(wording.without_code(plain)),
        identifiers=wording.identifiers(plain),
        proper_names=wording.proper_names(plain),
        links=links,
        negated=is_negated(plain),
        code=False,
        item=_BULLET.match(text) is not None,
    )


def cited_numbers(text: str) -> tuple[int, ...]:
    """The n of every `[n]` outside code, each once, in order of appearance."""
    prose = _RANGE.sub(" ", _CODE.sub("`", text))
    return tuple(dict.fromkeys(int(n) for group in CITATION.findall(prose) for n in group.split(",")))


def without_citations(text: str) -> str:
    """The text as it was before anything was cited; code and ranges stay."""
    kept = [match.span() for pattern in (_CODE, _RANGE) for match in pattern.finditer(text)]

    def cut(match: re.Match[str]) -> str:
        inside = any(start <= match.start() and match.end() <= end for start, end in kept)
        return match[0] if inside else ""

    return re.sub(r"[ \t]*" + CITATION.pattern, cut, text)


def _code_claim(text: str) -> Claim:
    body = "\n".join(line for line in text.splitlines()[1:] if not _FENCE.match(line))
    return Claim(
        text=text,
        cited=(),
        whole=read_fact(body, claimed=True),
        clauses=(),
        measures=frozenset(),
        identifiers=wording.code_tokens(body),
        proper_names=frozenset(),
        links=wording.links(body),
        negated=False,
        code=True,
        item=False,
    )
