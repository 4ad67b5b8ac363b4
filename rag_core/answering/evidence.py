"""Decides from the search alone whether the documentation may hold an answer.

Three kinds of signals speak for it: cosines, ranks (whether the searches by meaning and by wording find the same), and
words (what of the question stands in what was found). A logistic regression weighs those that are known:

- cosines, of passages and of questions of which is known whether there is an answer, count only of the embedding model
  that they were calibrated with, since other models have other scales;
- ranks count only where there was a search by wording.

The engine has the last word on what passes: its model may say that the passages do not answer.

`benchmarks/refusal.py` fits the weights on golden questions of this project's own, and prints them as they stand here.
docs/refusal.md has the figures, and the rule by which the threshold was chosen.
"""

import math
from dataclasses import dataclass

CALIBRATED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""The embedding model whose cosines the weights know."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signals, and the least sum with which a question is worth asking the engine."""

    weights: tuple[float, ...]
    bias: float
    least: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signals of one search; each group is empty where it is not known.

    `cosines`: best and mean of the passages, how far the best hit stands above the 20 nearest, and how much
    nearer the question is to those with an answer than to those without.
    `ranks`: 1 / rank by wording of the passage that is nearest in meaning (0 where wording did not find it), and how
    many hits are among the first ten of both searches.
    `words`, of the question's words that are not everyday talk: the shares that stand in the hits, in the passages, and
    in the one passage that has most of them; how many stand in no hit; how many of its names stand in no hit; the
    logarithms of how many words it has in all, and of how many letters those have that are not everyday talk.
    """

    cosines: tuple[float, ...] = ()
    ranks: tuple[float, ...] = ()
    words: tuple[float, ...] = ()

    @property
    def signals(self) -> tuple[float, ...]:
        """All that is known, in the order of the weights."""
        return (*self.cosines, *self.ranks, *self.words)

    @property
    def margin(self) -> float:
        """How far the signals, weighed, lie above the least that is worth asking the engine."""
        if not self.words:
            return -math.inf
        calibration = CALIBRATIONS[bool(self.cosines), bool(self.ranks)]
        weighed = sum(weight * signal for weight, signal in zip(calibration.weights, self.signals, strict=True))
        return weighed + calibration.bias - calibration.least

    @property
    def sufficient(self) -> bool:
        """Whether it is worth asking the engine."""
        return self.margin >= 0


CALIBRATIONS = {
    (True, False): Calibration(
        weights=(-0.938, 6.115, 7.142, 15.223, 4.099, 1.442, 0.841, 0.337, -1.73, -0.876, -0.207),
        bias=-6.178,
        least=-0.082,
    ),
    (True, True): Calibration(
        weights=(-0.595, 5.457, 5.789, 15.145, 0.013, 0.094, 4.231, 1.494, 0.607, 0.347, -1.746, -0.884, -0.245),
        bias=-5.968,
        least=-0.15,
    ),
    (False, False): Calibration(
        weights=(5.959, -0.042, 3.549, 0.472, -1.337, -0.049, 0.356), bias=-8.461, least=-0.513
    ),
    (False, True): Calibration(
        weights=(0.115, 0.299, 6.024, 0.457, 2.356, 0.452, -1.365, -0.247, 0.336), bias=-8.176, least=-0.597
    ),
}
"""By whether cosines and ranks are known. Fitted on 2026-11-26 with all-MiniLM-L6-v2 over version 3.0 of Milvus's
documentation, on 526 golden questions of this project's own."""
