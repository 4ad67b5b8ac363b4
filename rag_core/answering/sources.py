"""A passage made ready to be compared with claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag_core.answering import wording
from rag_core.answering.facts import Fact, counts_of, facts_of, sentences_of
from rag_core.answering.model import Passage
from rag_core.answering.polarity import Polarity, read_polarity
from rag_core.answering.quantities import measures, possible_quantities
from rag_core.answering.roots import roots

_WINDOW = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence, a table's row or a line of code. `content` is what it is compared by, without the heading's."""

    text: str
    content: frozenset[str]
    code: bool

    @cached_property
    def polarity(self) -> Polarity:
        """What it denies."""
        return read_polarity(self.text)


@dataclass(frozen=True)
class Source:
    """A passage: its text, its sentences, what neighbouring ones say together, its facts.

    `places` hold the content of one to three neighbouring sentences, read under the heading, which often names what
    they are about.
    """

    number: int
    text: str
    heading: frozenset[str]
    path: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    places: tuple[tuple[str, frozenset[str]], ...]
    facts: tuple[Fact, ...]

    def best_place(self, content: frozenset[str]) -> tuple[str, frozenset[str]]:
        """The shortest place that has most of the content."""
        return max(self.places, key=lambda place: len(content & place[1]))

    @cached_property
    def measures(self) -> frozenset[str]:
        """Units that are spelled out in it."""
        return measures(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """All names in its facts and its heading."""
        return self.heading.union(*(fact.named for fact in self.facts))

    @cached_property
    def told(self) -> frozenset[str]:
        """Names that it says something of in words, not only in code."""
        return self.heading.union(*(fact.named for fact in self.facts if not fact.code))

    @cached_property
    def rows(self) -> tuple[Fact, ...]:
        """The rows and cells of its tables."""
        return tuple(fact for fact in self.facts if fact.row)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Names that a table has a row or a column about."""
        return frozenset().union(*(row.subjects for row in self.rows))

    @cached_property
    def labels(self) -> frozenset[frozenset[str]]:
        """What its facts are about where that is no name: each time all words of it that tell it apart."""
        return frozenset(fact.labels for fact in self.facts if fact.labels)

    @cached_property
    def counts(self) -> frozenset[str]:
        """How many items its lists and rows and columns its tables have: what a reader may count."""
        return counts_of(self.text)

    def beside(self, other: "Source") -> bool:
        """Whether both stand under the same heading, each under its own."""
        return self.path[:-1] == other.path[:-1] and self.path[-1] != other.path[-1]

    def mentions(self, word: str) -> bool:
        """Whether the word stands in it, in whatever case and form."""
        return roots(word) <= self._roots

    @cached_property
    def _roots(self) -> frozenset[str]:
        return roots(self.text)

    def spells(self, name: str) -> bool:
        """Whether the name stands in it to the letter."""
        return wording.has_token(self.text, name)


def read_source(passage: Passage) -> Source:
    """Take a passage apart."""
    heading = roots(passage.heading) | frozenset(
        name.casefold() for name, _ in wording.placed_identifiers(passage.heading)
    )
    read = list(sentences_of(passage.text))
    sentences = tuple(_sentence(text, code=code) for text, code in read or [(passage.heading, False)])
    return Source(
        number=passage.number,
        text=f"{passage.heading}\n{passage.text}\n{passage.link}",
        heading=heading,
        path=(passage.title, *passage.path),
        sentences=sentences,
        places=tuple(_places(sentences, heading)),
        facts=tuple(facts_of(passage.text)),
    )


def _sentence(text: str, *, code: bool) -> Sentence:
    numbers = frozenset(quantity.value for quantity in possible_quantities(text))
    return Sentence(text, roots(text) | numbers, code)


def _places(sentences: Sequence[Sentence], heading: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    spans = [(at, at + length) for length in range(1, _WINDOW + 1) for at in range(len(sentences) - length + 1)]
    return [
        (
            " ".join(each.text for each in sentences[start:end]),
            heading.union(*(each.content for each in sentences[start:end])),
        )
        for start, end in spans
    ]
