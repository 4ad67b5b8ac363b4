"""An entailment model without weights: what follows from what is told beforehand."""

from collections.abc import Mapping, Sequence


class FakeEntailment:
    """Implements `Entailment`: `known` has the probability for each premise, 0 for all others."""

    def __init__(self, known: Mapping[str, float] | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.started = False
        self._known = known or {}

    async def start(self) -> None:
        self.started = True

    async def close(self) -> None:
        self.started = False

    async def follows(self, premises: Sequence[str], hypothesis: str) -> list[float]:
        self.asked += [(premise, hypothesis) for premise in premises]
        return [self._known.get(premise, 0.0) for premise in premises]
