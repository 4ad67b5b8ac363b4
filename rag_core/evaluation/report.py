"""A run's figures: by kind of question and by type, with 95% intervals, as data and as a table of plain text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag_core.evaluation import metrics
from rag_core.evaluation.intervals import Figure, figure_of
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.runner import Run, RunRow

Pair = tuple[GoldenQuestion, RunRow]
_Measure = Callable[[Pair], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one group of questions; None where no question of the group has one."""

    name: str
    questions: int
    hit_1: Figure | None
    hit_2: Figure | None
    hit_5: Figure | None
    mrr_10: Figure | None
    ndcg_10: Figure | None
    answered: Figure | None
    refused: Figure | None
    facts: Figure | None
    citations_on_gold: Figure | None

    @property
    def figures(self) -> tuple[Figure | None, ...]:
        """In the order of `COLUMNS`."""
        return (
            self.hit_1,
            self.hit_2,
            self.hit_5,
            self.mrr_10,
            self.ndcg_10,
            self.answered,
            self.refused,
            self.facts,
            self.citations_on_gold,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All groups: `kinds` by kind of question, `types` of the answerable ones."""

    kinds: tuple[Row, ...]
    types: tuple[Row, ...]

    def table(self) -> str:
        """A table of plain text: each mean with the ends of its interval."""
        lines: list[tuple[str, ...]] = [("", "n", *COLUMNS)]
        lines += [_cells(row) for row in self.kinds]
        lines += [_cells(row, indent="  ") for row in self.types]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        return "\n".join(_aligned(line, widths) for line in lines)


def report(questions: Sequence[GoldenQuestion], run: Run) -> Report:
    """Measure a run. Questions without a row count as failed."""
    rows = {row.id: row for row in run.rows}
    pairs = [(question, rows.get(question.id, RunRow(question.id, (), "failed"))) for question in questions]
    kinds = {question.kind: None for question in questions}
    answerable = [pair for pair in pairs if pair[0].kind == "answerable"]
    types = sorted({question.type for question, _ in answerable if question.type})
    return Report(
        kinds=tuple(_row(kind, [pair for pair in pairs if pair[0].kind == kind]) for kind in kinds),
        types=tuple(_row(name, [pair for pair in answerable if pair[0].type == name]) for name in types),
    )


def _row(name: str, pairs: Sequence[Pair]) -> Row:
    with_gold = [pair for pair in pairs if pair[0].gold]
    return Row(
        name=name,
        questions=len(pairs),
        hit_1=_figure(with_gold, lambda pair: metrics.hit(pair[1].pages, pair[0].gold, 1)),
        hit_2=_figure(with_gold, lambda pair: metrics.hit(pair[1].pages, pair[0].gold, 2)),
        hit_5=_figure(with_gold, lambda pair: metrics.hit(pair[1].pages, pair[0].gold, 5)),
        mrr_10=_figure(with_gold, lambda pair: metrics.reciprocal_rank(pair[1].pages, pair[0].gold)),
        ndcg_10=_figure(with_gold, lambda pair: metrics.ndcg(pair[1].pages, pair[0].gold)),
        answered=_figure(pairs, lambda pair: float(pair[1].outcome == "answered")),
        refused=_figure(pairs, lambda pair: float(pair[1].outcome == "refused")),
        facts=_figure(with_gold, lambda pair: metrics.facts_found(pair[1].answer, pair[0].facts)),
        citations_on_gold=_citations(with_gold),
    )


def _figure(pairs: Iterable[Pair], measure: _Measure) -> Figure | None:
    return figure_of([value for pair in pairs if (value := measure(pair)) is not None])


def _citations(pairs: Iterable[Pair]) -> Figure | None:
    """Over all citations of all answered questions, as a reader meets them."""
    return figure_of(
        [
            float(citation.page in question.gold)
            for question, row in pairs
            if row.outcome == "answered"
            for citation in row.citations
        ]
    )


COLUMNS = ("hit@1", "hit@2", "hit@5", "MRR@10", "nDCG@10", "answered", "refused", "facts", "citations on gold")


def _cells(row: Row, indent: str = "") -> tuple[str, ...]:
    return (indent + row.name, str(row.questions), *map(_cell, row.figures))


def _cell(figure: Figure | None) -> str:
    return "-" if figure is None else f"{figure.mean:.2f} ({figure.low:.2f}-{figure.high:.2f})"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """The name to the left, the figures to the right of their columns."""
    figures = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
    return "  ".join((line[0].ljust(widths[0]), *figures))
