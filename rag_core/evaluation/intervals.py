"""Means over questions with 95% intervals, from the percentile bootstrap.

Source: Efron, Tibshirani: An Introduction to the Bootstrap, chapter 13. Of two runs over the same questions, the
differences question by question are resampled, so that how hard a question is cancels out.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_RESAMPLES = 2000
_SEED = 20261101


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over questions with the ends of its 95% interval; `count` questions have it."""

    mean: float
    low: float
    high: float
    count: int


def figure_of(values: Sequence[float]) -> Figure | None:
    """The mean of these values; None where there are none. The same values always give the same interval."""
    if not values:
        return None
    rng = random.Random(_SEED)  # noqa: S311  # resampling, nothing secret
    count = len(values)
    means = sorted(sum(rng.choices(values, k=count)) / count for _ in range(_RESAMPLES))
    return Figure(sum(values) / count, means[int(_RESAMPLES * 0.025)], means[int(_RESAMPLES * 0.975)], count)
