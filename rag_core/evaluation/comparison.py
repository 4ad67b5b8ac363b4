"""Two runs over the same questions: what got better and what got worse, in all and question by question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rag_core.evaluation import metrics
from rag_core.evaluation.intervals import Figure, figure_of
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.runner import Run, RunRow

_Measure = Callable[[GoldenQuestion, RunRow], float | None]
_HALF: Final = 0.0005
"""Differences below what is printed are none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over all questions that have it in both runs.

    `difference` is the mean of after minus before, question by question, with its 95% interval: paired, so that how
    hard a question is cancels out.
    """

    measure: str
    before: float
    after: float
    difference: Figure
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One measure of one question that changed."""

    measure: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Shifted:
    """One question, with those of its measures that went one way."""

    id: str
    kind: str
    question: str
    shifts: tuple[Shift, ...]

    @property
    def size(self) -> float:
        """How much changed, to put the largest first."""
        return sum(abs(shift.after - shift.before) for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another; a question with gains and losses stands in both lists."""

    questions: int
    differences: tuple[Difference, ...]
    better: tuple[Shifted, ...]
    worse: tuple[Shifted, ...]

    def table(self) -> str:
        """Plain text: the measures, then the questions."""
        lines = [f"{'':20}  before   after  {'difference (95% interval)':>26}  better  worse"]
        lines += [_line(difference) for difference in self.differences]
        for name, questions in (("better", self.better), ("worse", self.worse)):
            lines += ["", f"{name}: {len(questions)} of {self.questions} questions"]
            lines += [f"  {each.id}  {shown(each.shifts)}  {each.question.splitlines()[0]}" for each in questions]
        return "\n".join(lines)


def shown(shifts: Sequence[Shift]) -> str:
    """Shifts in words: "nDCG@10 0.63 -> 1.00"."""
    return ", ".join(f"{shift.measure} {shift.before:.2f} -> {shift.after:.2f}" for shift in shifts)


def compare(questions: Sequence[GoldenQuestion], before: Run, after: Run) -> Comparison:
    """Compare what both runs have of these questions; the others are left out."""
    rows_before, rows_after = ({row.id: row for row in run.rows} for run in (before, after))
    common = [question for question in questions if question.id in rows_before and question.id in rows_after]
    values = {
        name: {
            question.id: (then, now)
            for question in common
            if (then := measure(question, rows_before[question.id])) is not None
            and (now := measure(question, rows_after[question.id])) is not None
        }
        for name, measure in _MEASURES.items()
    }
    differences = (_difference(name, list(pairs.values())) for name, pairs in values.items())
    return Comparison(
        questions=len(common),
        differences=tuple(filter(None, differences)),
        better=_shifted(common, values, sign=1),
        worse=_shifted(common, values, sign=-1),
    )


def _difference(measure: str, pairs: Sequence[tuple[float, float]]) -> Difference | None:
    differences = [now - then for then, now in pairs]
    figure = figure_of(differences)
    if figure is None:
        return None
    return Difference(
        measure=measure,
        before=sum(then for then, _ in pairs) / len(pairs),
        after=sum(now for _, now in pairs) / len(pairs),
        difference=figure,
        better=sum(each > _HALF for each in differences),
        worse=sum(each < -_HALF for each in differences),
    )


def _shifted(
    questions: Sequence[GoldenQuestion], values: dict[str, dict[str, tuple[float, float]]], *, sign: int
) -> tuple[Shifted, ...]:
    found = []
    for question in questions:
        both = ((name, values[name].get(question.id)) for name in _LISTED)
        moved = [Shift(name, *pair) for name, pair in both if pair and sign * (pair[1] - pair[0]) > _HALF]
        if moved:
            found.append(Shifted(question.id, question.kind, question.question, tuple(moved)))
    return tuple(sorted(found, key=lambda each: -each.size))


def _with_gold(measure: Callable[[Sequence[str], Sequence[str]], float]) -> _Measure:
    return lambda question, row: measure(row.pages, question.gold) if question.gold else None


_MEASURES: dict[str, _Measure] = {
    "hit@1": _with_gold(lambda pages, gold: metrics.hit(pages, gold, 1)),
    "hit@2": _with_gold(lambda pages, gold: metrics.hit(pages, gold, 2)),
    "hit@5": _with_gold(lambda pages, gold: metrics.hit(pages, gold, 5)),
    "MRR@10": _with_gold(metrics.reciprocal_rank),
    "nDCG@10": _with_gold(metrics.ndcg),
    "answered": lambda question, row: float(row.outcome == "answered") if question.gold else None,
    "refused as it should": lambda question, row: float(
        (row.outcome == "refused") == (question.kind == "unanswerable")
    ),
    "facts": lambda question, row: metrics.facts_found(row.answer, question.facts) if question.gold else None,
}
_LISTED = ("nDCG@10", "answered", "refused as it should", "facts")
"""Of the measures of places, which say the same of one question, the finest."""


def _line(difference: Difference) -> str:
    figure = difference.difference
    interval = f"{figure.mean:+.3f} ({figure.low:+.3f} to {figure.high:+.3f})"
    means = f"{difference.before:6.3f}  {difference.after:6.3f}"
    return f"{difference.measure:20}  {means}  {interval:>26}  {difference.better:6}  {difference.worse:5}"
