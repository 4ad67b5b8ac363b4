"""The port of a model for natural-language inference: does one text follow from another?"""

from collections.abc import Sequence
from typing import Protocol


class Entailment(Protocol):
    """A model that reads a premise and a hypothesis. Model calls run in a thread: the event loop stays free."""

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelError: the weights can't be had, or are of another kind of model.
        """

    async def close(self) -> None:
        """Let go of the weights."""

    async def follows(self, premises: Sequence[str], hypothesis: str) -> list[float]:
        """For each premise the probability, from 0 to 1, that the hypothesis follows from it."""
