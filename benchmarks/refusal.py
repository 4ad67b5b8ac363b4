"""How well evidence tells what the documentation answers, and the weights for it: `python -m benchmarks.refusal`.

Asks the project's golden questions of the live index (DATA_DIR or MILVUS_URI; no engine), fits a logistic regression
for each set of signals that may be known, and prints, out of fold: the curve, what is refused by type, and the
calibrations as they stand in `rag_core/answering/evidence.py`. Writes the curve to docs/images/refusal.svg.

Questions for which nothing was found at all are left out: their version of the documentation is not indexed.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.commands import command_parts
from bot.settings import load_settings
from rag_core.answering.evidence import Calibration, Evidence
from rag_core.answering.model import Question, Turn
from rag_core.answering.retriever import Retriever
from rag_core.answering.understanding import understand
from rag_core.evaluation.questions import GoldenQuestion, shipped_questions

FOLDS = 5
ROUNDS = 10
PENALTY = 2.0
MOST_ANSWERABLE_REFUSED = 0.12
"""The operating point, fixed before the fit: the most that may be refused of the answerable questions, out of fold."""

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "refusal.svg"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """One golden question with the evidence for an answer to it."""

    question: GoldenQuestion
    evidence: Evidence

    @property
    def answerable(self) -> bool:
        """Whether the documentation answers it."""
        return self.question.kind != "unanswerable"


async def gather(retriever: Retriever, questions: Sequence[GoldenQuestion]) -> list[Case]:
    """The evidence for each question, without those for which nothing was found."""
    cases = []
    for golden in questions:
        turns = tuple(Turn(text, "") for text in golden.earlier)
        asked = Question(golden.id, golden.question, turns, golden.version, golden.language)
        evidence = (await retriever.retrieve(understand(asked).search)).evidence
        if evidence.words:
            cases.append(Case(golden, evidence))
    return cases


def fit(signals: Floats, answerable: Flags) -> tuple[Floats, float]:
    """Weights and bias of a ridge logistic regression in which both classes weigh the same, by Newton's method.

    `signals` has the shape (questions, signals), `answerable` (questions,). The penalty is on standardised signals;
    the weights are for raw ones.
    """
    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    columns = np.column_stack([(signals - mean) / spread, np.ones(len(signals))])
    shares = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    penalty = np.append(np.full(signals.shape[1], PENALTY), 0.0)
    found = np.zeros(columns.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (shares * (likely - answerable)) + penalty * found
        curvature = columns.T @ (columns * (shares * likely * (1 - likely))[:, None]) + np.diag(penalty)
        found -= np.linalg.solve(curvature, slope)
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ mean)


def out_of_fold(signals: Floats, answerable: Flags) -> Floats:
    """What each question weighs by regressions that never saw it: the mean of `ROUNDS` stratified splits."""
    total = np.zeros(len(signals))
    for seed in range(ROUNDS):
        folds = _folds(answerable, seed)
        for fold in range(FOLDS):
            held = folds == fold
            weights, bias = fit(signals[~held], answerable[~held])
            total[held] += signals[held] @ weights + bias
    return total / ROUNDS


def threshold(weighed: Floats, answerable: Flags, most: float = MOST_ANSWERABLE_REFUSED) -> float:
    """The highest that refuses at most this share of the answerable questions: those below it are refused."""
    ordered = np.sort(weighed[answerable])
    return float(ordered[math.floor(most * len(ordered))])


def calibrate(signals: Floats, answerable: Flags) -> tuple[Calibration, Floats]:
    """The calibration for all questions, and what each weighs out of fold."""
    weighed = out_of_fold(signals, answerable)
    weights, bias = fit(signals, answerable)
    rounded = tuple(round(float(weight), 3) for weight in weights)
    return Calibration(rounded, round(bias, 3), round(threshold(weighed, answerable), 3)), weighed


def known(cases: Sequence[Case], *, ranks: bool) -> Flags:
    """Of which cases these signals are known: ranks are not where no word of the question stands in the index."""
    return np.array([bool(case.evidence.ranks) or not ranks for case in cases])


def signals_of(cases: Sequence[Case], *, cosines: bool, ranks: bool) -> Floats:
    """Shape (cases, signals): those of the groups asked for, in the order of `Evidence.signals`."""
    rows = [
        Evidence(
            case.evidence.cosines if cosines else (), case.evidence.ranks if ranks else (), case.evidence.words
        ).signals
        for case in cases
    ]
    return np.array(rows, dtype=np.float64)


def area(weighed: Floats, answerable: Flags) -> float:
    """How likely an answerable question weighs more than an unanswerable one (the area under the curve)."""
    return float((weighed[answerable][:, None] > weighed[~answerable][None, :]).mean())


def curve(weighed: Floats, answerable: Flags) -> list[tuple[float, float]]:
    """Shares refused of the answerable and of the unanswerable questions, as the threshold rises."""
    steps = [-math.inf, *np.sort(weighed), math.inf]
    return [(float((weighed[answerable] < at).mean()), float((weighed[~answerable] < at).mean())) for at in steps]


def by_type(cases: Sequence[Case], refused: Flags) -> list[str]:
    """Refused of all, by type of question."""
    counts: defaultdict[str, list[bool]] = defaultdict(list)
    for case, is_refused in zip(cases, refused, strict=True):
        counts[case.question.type or case.question.kind].append(bool(is_refused))
    return [f"  {name:<36} {sum(flags):>3} of {len(flags)}" for name, flags in sorted(counts.items())]


def picture(points: Sequence[tuple[float, float]], chosen: tuple[float, float]) -> str:
    """The curve as an SVG that needs nothing else, legible on light and on dark pages."""
    line = " ".join(f"{60 + 400 * across:.0f},{320 - 300 * up:.0f}" for across, up in points)
    ticks = "".join(
        f'<text x="{60 + 4 * at}" y="338" text-anchor="middle">{at}%</text>'
        f'<text x="52" y="{324 - 3 * at}" text-anchor="end">{at}%</text>'
        for at in range(0, 101, 20)
    )
    across, up = 60 + 400 * chosen[0], 320 - 300 * chosen[1]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 370" font-family="sans-serif" font-size="12" '
        'fill="#7a7a7a"><title>Unanswerable against answerable questions refused, out of fold</title>'
        '<path d="M60 20V320H460" fill="none" stroke="#7a7a7a"/>'
        f'{ticks}<polyline points="{line}" fill="none" stroke="#2f81f7" stroke-width="2"/>'
        f'<circle cx="{across:.0f}" cy="{up:.0f}" r="5" fill="#d1495b"/>'
        f'<text x="{across + 12:.0f}" y="{up + 16:.0f}">refused: {chosen[1]:.0%} of the unanswerable, '
        f"{chosen[0]:.0%} of the answerable</text>"
        '<text x="260" y="360" text-anchor="middle">answerable questions refused</text>'
        '<text x="66" y="14">unanswerable questions refused</text></svg>\n'
    )


def report(cases: Sequence[Case]) -> None:
    """Print every figure; draw the curve of the calibrated embedding model."""
    answerable = np.array([case.answerable for case in cases])
    print(f"{answerable.sum()} answerable questions, {(~answerable).sum()} unanswerable ones")
    for cosines in (True, False):
        margins = np.zeros(len(cases))
        for ranks in (False, True):  # as in use: without ranks only where they are not known
            of = known(cases, ranks=ranks)
            some = [case for case, is_known in zip(cases, of, strict=True) if is_known]
            calibration, weighed = calibrate(signals_of(some, cosines=cosines, ranks=ranks), answerable[of])
            margins[of] = weighed - calibration.least
            print(f"    ({cosines}, {ranks}): {calibration},")
            _show(f"cosines {cosines}, ranks {ranks}", weighed, answerable[of])
        _show(f"cosines {cosines}, as in use", margins, answerable)
        if cosines:
            _draw(cases, margins, answerable)


def _show(name: str, weighed: Floats, answerable: Flags) -> None:
    print(f"{name}: area under the curve {area(weighed, answerable):.3f}")
    for most in (0.05, 0.08, 0.10, MOST_ANSWERABLE_REFUSED, 0.15, 0.20):
        below = weighed < threshold(weighed, answerable, most)
        print(f"  refused: {below[answerable].mean():6.1%} of answerable, {below[~answerable].mean():6.1%} of others")


def _draw(cases: Sequence[Case], margins: Floats, answerable: Flags) -> None:
    refused = margins < 0
    print("\n".join(by_type(cases, refused)))
    chosen = (float(refused[answerable].mean()), float(refused[~answerable].mean()))
    IMAGE.write_text(picture(curve(margins, answerable), chosen), encoding="utf-8")


async def _cases() -> list[Case]:
    async with command_parts(load_settings(), writes=False) as parts:
        return await gather(parts.retriever, await asyncio.to_thread(shipped_questions))


def _folds(answerable: Flags, seed: int) -> NDArray[np.int_]:
    """Which fold each question is in, each with its share of both classes."""
    folds = np.zeros(len(answerable), dtype=np.int_)
    for flag in (True, False):
        places = np.random.default_rng(seed).permutation(np.flatnonzero(answerable == flag))
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


if __name__ == "__main__":
    report(asyncio.run(_cases()))
