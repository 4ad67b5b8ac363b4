"""One unit of an answer, read as a claim: what it states, and which passages it says it has that from."""

import re
from dataclasses import dataclass

from rag_core.answering import wording

CITATION = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
"""One or several passages' numbers. Longer ones are no citation: "[1, 16384]" is a range."""

_BULLET = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d+[.)]\s+)+")
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|none|neither|nor|without|unsupported)\b|n['’]t\b", re.IGNORECASE)
_FENCE = re.compile(r"\s*(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit of an answer and what has to stand in the passages that it cites."""

    text: str
    cited: tuple[int, ...]
    words: frozenset[str]
    numbers: frozenset[str]
    identifiers: frozenset[str]
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
    bare = _BULLET.sub("", CITATION.sub(" ", text))
    plain = bare
    for link in wording.links(bare):
        plain = plain.replace(link, " ")
    return Claim(
        text=text,
        cited=cited_numbers(text),
        words=wording.words(plain),
        numbers=wording.stated_numbers(plain),
        identifiers=wording.identifiers(plain),
        links=wording.links(bare),
        negated=is_negated(plain),
        code=False,
        item=_BULLET.match(text) is not None,
    )


def cited_numbers(text: str) -> tuple[int, ...]:
    """The n of every `[n]` outside code, each once, in order of appearance."""
    prose = re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`", " ", text, flags=re.DOTALL)
    return tuple(dict.fromkeys(int(n) for group in CITATION.findall(prose) for n in group.split(",")))


def without_citations(text: str) -> str:
    """The text as it was before anything was cited."""
    return re.sub(r"[ \t]*" + CITATION.pattern, "", text)


def is_negated(text: str) -> bool:
    """Whether a word of denial stands in it."""
    return _NEGATION.search(text) is not None


def _code_claim(text: str) -> Claim:
    body = "\n".join(line for line in text.splitlines()[1:] if not _FENCE.match(line))
    return Claim(
        text=text,
        cited=(),
        words=wording.words(body),
        numbers=frozenset(),
        identifiers=wording.code_tokens(body),
        links=wording.links(body),
        negated=False,
        code=True,
        item=False,
    )
