"""The smallest statements of a text: clauses of sentences, rows of tables, cells of tables that compare.

A fact knows the names that it is about, so that what is said of `M` is not taken for what is said of `efConstruction`
in the next row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from rag_core.answering import wording
from rag_core.answering.polarity import Polarity, read_polarity
from rag_core.answering.quantities import Quantity, is_unit, possible_quantities, quantities
from rag_core.answering.roots import roots
from rag_core.answering.sentences import split_sentences

_BREAK = re.compile(
    r";\s+|:\s+(?=\S)|,?\s+(?=(?:while|whereas|where|but)\s)|"
    r",\s+(?=(?:so|otherwise|which|because|since|as)\s(?!that\s|well\s))|,\s+(?=(?:and|or)\s)|"
    r"(?-i:(?:(?<![`A-Z\d])|(?<=\d [KMGT]B))\s+(?=and\s+(?:`|[A-Z]{2})))",
    re.IGNORECASE,
)
_SERIES = re.compile(r",\s*\S+(?:\s\S+)?,\s*\Z")
"""What ends in a list: the "and" that follows brings its last item, no clause."""

_LEAST_CLAUSE = 2
_LEAST_ITEMS = 2
_NAME = re.compile(r"`[^`]*`|\w+(?:[._]\w+)+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_PRONOUN = re.compile(r"\s*(?:It|They|This|These|Its|Their)\b")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_FIRST_WORD = re.compile(_ITEM.pattern + r"([A-Z][a-z]+)")
_ROW = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Fact:
    """One statement. `names` are identifiers and labels in lower case, in order, with where they stand in the text.

    `content` is what it is compared by: the roots of its words and its numbers. `subjects` of a table's row are the
    names of its first cell; of any other fact, all of its names. `labels` are plain words that name what it is about:
    of a column's head or a row's first cell that no other has, or that an item of a list begins with.
    """

    text: str
    content: frozenset[str]
    quantities: tuple[Quantity, ...]
    names: tuple[tuple[str, int], ...]
    subjects: frozenset[str]
    labels: frozenset[str]
    row: bool = False
    code: bool = False

    @cached_property
    def polarity(self) -> Polarity:
        """What it denies."""
        return read_polarity(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """The names alone."""
        return frozenset(name for name, _ in self.names)

    @cached_property
    def predicate(self) -> frozenset[str]:
        """The content without the words of its names: what is said of them."""
        return self.content - frozenset().union(*(roots(name) for name in self.named)) - self.named

    def share(self, claimed: frozenset[str]) -> float:
        """Share of the claimed content that it has."""
        return len(claimed & self.content) / len(claimed) if claimed else 0.0


def read_fact(
    text: str,
    *,
    subject: str = "",
    labels: frozenset[str] = frozenset(),
    topic: frozenset[str] = frozenset(),
    claimed: bool = False,
    code: bool = False,
) -> Fact:
    """Read one statement.

    `subject` is the part of it that says what it is about, `labels` are names by position, `topic` are those that a
    pronoun stands for.
    A claim's "16,384" is one number, a passage's may be two. Numbers in code are literals of an example, no claim.
    """
    prose = wording.without_code(text) if claimed else text
    found = quantities(prose) if claimed else possible_quantities(text)
    names = tuple(_names(text)) + tuple((label, 0) for label in sorted(labels | topic))
    subjects = frozenset(name for name, _ in _names(subject))
    named = frozenset(name for name, _ in names)
    numbers = frozenset(quantity.value for quantity in found)
    content = roots(text) | numbers
    return Fact(text, content, found, names, subjects or named, labels, row=bool(subject), code=code)


def split_clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; what is too short to state anything stays with what precedes it."""
    masked = re.sub(r"`[^`]*`", lambda match: "`" * len(match[0]), sentence)
    cuts = [0, *(match.end() for match in _BREAK.finditer(masked)), len(sentence)]
    parts = [sentence[start:end] for start, end in pairwise(cuts)]
    clauses: list[str] = []
    for part in parts:
        if clauses and (min(_size(part), _size(clauses[-1])) < _LEAST_CLAUSE or _SERIES.search(clauses[-1])):
            clauses[-1] += part
        else:
            clauses.append(part)
    return [clause for clause in clauses if clause.strip()]


def sentences_of(text: str) -> Iterator[tuple[str, bool]]:
    """The sentences of a passage, and rows of tables with their header: "Default: 30". With whether it is code."""
    header: list[str] = []
    fenced = False
    for line in text.splitlines():
        cells = _cells(line)
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            if line.strip():
                yield line.strip(), True
        elif not cells:
            header = []
            yield from ((sentence, False) for sentence in split_sentences(line))
        elif not header:
            header = cells
        elif not _is_rule(cells):
            yield _spoken(header, cells), False


def facts_of(text: str) -> Iterator[Fact]:
    """All facts of a passage."""
    for kind, lines in groupby(_unfenced(text), lambda line: line[0]):
        block = [line for _, line in lines]
        if kind == "code":
            yield from (read_fact(line, code=True) for line in block)
        elif kind == "row":
            yield from _table_facts([_cells(line) for line in block])
        else:
            labels = _item_labels(block) if kind == "item" else [frozenset[str]()] * len(block)
            for line, label in zip(block, labels, strict=True):
                yield from _line_facts(line, label)


def _unfenced(text: str) -> Iterator[tuple[str, str]]:
    """Each line with its kind; what fences code is left out."""
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        else:
            yield "code" if fenced else _listed(line), line


def _item_labels(items: list[str]) -> list[frozenset[str]]:
    """The words that the items of a list begin with, if each begins with another word: what they tell apart."""
    found = [_FIRST_WORD.match(item) for item in items]
    first = [match[1].casefold() for match in found if match and roots(match[1])]
    if len(items) < _LEAST_ITEMS or len(set(first)) < len(items):
        return [frozenset()] * len(items)
    return [frozenset({word}) for word in first]


def _line_facts(line: str, labels: frozenset[str]) -> Iterator[Fact]:
    """The clauses of a line; what begins with a pronoun is about the names of the sentence before."""
    topic = frozenset[str]()
    for sentence in split_sentences(line):
        named = frozenset[str]()
        for clause in split_clauses(sentence):
            fact = read_fact(clause, labels=labels, topic=topic if _PRONOUN.match(sentence) else frozenset())
            named |= fact.named
            yield fact
        topic = named


def counts_of(text: str) -> frozenset[str]:
    """The lengths of its lists and tables, and the numbers of their columns."""
    counts: set[int] = set()
    for kind, lines in groupby(text.splitlines(), _listed):
        if kind == "row":
            rows = [_cells(line) for line in lines]
            counts |= {len(rows) - 2, len(rows[0]) - 1}
        elif kind == "item":
            counts.add(len(list(lines)))
    return frozenset(str(count) for count in counts if count > 1)


def _listed(line: str) -> str:
    return "row" if _cells(line) else "item" if _ITEM.match(line) else ""


def _table_facts(table: list[list[str]]) -> Iterator[Fact]:
    """The rows of a table; of one that compares, whose first head is empty, its cells."""
    header, rows = table[0], [cells for cells in table[1:] if not _is_rule(cells)]
    if header[0]:
        for cells, labels in zip(rows, labels_of([cells[0] for cells in rows]), strict=True):
            named = any(_names(cells[0]))  # its words say what kind of name it is, and a name needs none
            yield read_fact(_spoken(header, cells), subject=cells[0], labels=frozenset() if named else labels)
        return
    columns = labels_of(header[1:])
    for cells in rows:
        for column, cell, labels in zip(header[1:], cells[1:], columns, strict=False):
            yield read_fact(f"{column}: {cells[0]}: {cell}", subject=column, labels=labels)


def labels_of(titles: list[str]) -> list[frozenset[str]]:
    """The words of each title that no other title beside it has: what tells them apart."""
    rooted = [roots(title) for title in titles]
    common = [frozenset().union(*rooted[:at], *rooted[at + 1 :]) for at in range(len(titles))]
    return [
        frozenset(word for word in wording.plain_words(title) if roots(word) - others)
        for title, others in zip(titles, common, strict=True)
    ]


def _spoken(header: list[str], cells: list[str]) -> str:
    pairs = zip([*header, *[""] * len(cells)], cells, strict=False)
    return ", ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _names(text: str) -> Iterator[tuple[str, int]]:
    for name, at in wording.placed_identifiers(text):
        if not is_unit(name):
            yield name.casefold(), at


def _size(text: str) -> int:
    """Content words; a name is one, however many it is made of."""
    return len(wording.word_list(_NAME.sub("name", text)))


def _cells(line: str) -> list[str]:
    stripped = line.strip()
    if not stripped.startswith("|"):
        return []
    return [cell.strip() for cell in _ROW.split(stripped[1:].removesuffix("|"))]


def _is_rule(cells: list[str]) -> bool:
    return all(re.fullmatch(r":?-+:?", cell) for cell in cells)
