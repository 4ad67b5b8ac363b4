"""A reranker without weights: how well a text answers is told beforehand."""

from collections.abc import Mapping, Sequence


class FakeReranker:
    """Implements `Reranker`: a text is worth the most of the `known` words that stand in it, else 0."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.asked: list[str] = []
        self.started = False
        self._known = known

    async def start(self) -> None:
        self.started = True

    async def close(self) -> None:
        self.started = False

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append(query)
        return [max((worth for word, worth in self._known.items() if word in text), default=0.0) for text in texts]
