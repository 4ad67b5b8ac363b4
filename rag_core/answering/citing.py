"""What a reader is pointed to: citations of an answer's text, and excerpts where passages are quoted instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.claim import cited_numbers
from rag_core.answering.model import Answer, Citation, Passage
from rag_core.answering.sentences import SentenceSplitter
from rag_core.answering.wording import words

MOST_QUOTES = 3
EXCERPT_CHARACTERS = 700


@dataclass(frozen=True, slots=True)
class Quote:
    """An excerpt of a passage, as shown where no generated answer is. `text` is Markdown."""

    number: int
    heading: str
    link: str
    text: str


def citation(passage: Passage) -> Citation:
    """Point to a passage."""
    return Citation(passage.number, passage.page_id, passage.link, passage.heading)


def citations_in(text: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The passages that a text cites, each once, by number."""
    cited = set(cited_numbers(text))
    return tuple(citation(passage) for passage in passages if passage.number in cited)


def quotes(answer: Answer) -> tuple[Quote, ...]:
    """What to show of a quoted answer: excerpts of the closest passages, around what was asked."""
    return tuple(
        Quote(passage.number, passage.heading, passage.link, excerpt(passage.text, answer.query))
        for passage in answer.passages[:MOST_QUOTES]
    )


def quoted_text(answer: Answer) -> str:
    """All quotes of an answer as one Markdown text, for readers that take nothing else."""
    return "\n\n".join(_append(quote.text, f"[{quote.number}]") for quote in quotes(answer))


def excerpt(text: str, query: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """A run of whole sentences, rows and code blocks of at most `limit` characters, with the query's words in it.

    Its first sentence or row is the one from which the run has most of the query's content words. "…" marks what was
    left out. Where the first unit alone is longer, it is cut.
    """
    if len(text) <= limit:
        return text
    units = _units(text)
    asked = words(query)
    runs = [_run(units, start, limit) for start in range(len(units))]
    best = max(range(len(runs)), key=lambda start: (len(asked & words(runs[start])), -start))
    body = runs[best].strip() or _cut_unit(units[best].strip(), limit)
    before = "… " if best and not body.startswith(("`", "|", "-", "*", "#")) else ""
    return f"{before}{body}" if text.endswith(body) else _append(f"{before}{body}", "…")


def _append(text: str, mark: str) -> str:
    """Put a mark behind a text: on a line of its own where the last one must end as it does."""
    return f"{text}\n{mark}" if text.endswith(("`", "~", "|")) else f"{text} {mark}"


def _units(text: str) -> list[str]:
    splitter = SentenceSplitter()
    return [unit for unit in (*splitter.feed(text), splitter.rest()) if unit.strip()]


def _run(units: Sequence[str], start: int, limit: int) -> str:
    run = ""
    for unit in units[start:]:
        if len((run + unit).strip()) > limit:
            break
        run += unit
    return run


def _cut_unit(unit: str, limit: int) -> str:
    """The beginning of one unit that is too long, at a line's or word's end; a code fence is closed again."""
    if unit.startswith(("```", "~~~")):
        head = unit[:limit].rsplit("\n", 1)[0]
        fence = unit[: len(unit) - len(unit.lstrip(unit[0]))]
        return f"{head}\n{fence}"
    return unit[:limit].rsplit(None, 1)[0]
