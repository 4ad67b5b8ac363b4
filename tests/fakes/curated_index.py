"""The vectors of curated answers in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag_core.errors import NoIndex, StoreUnavailable
from rag_core.indexing.curated_index import CuratedEntry, Near
from rag_core.indexing.embedder import Vectors


@dataclass(slots=True)
class FakeCuratedIndex:
    """Implements `CuratedIndex`. `lose` forgets everything; with `available = False` every call raises."""

    available: bool = True
    model: str | None = None
    _rows: dict[str, tuple[CuratedEntry, Vectors]] = field(default_factory=dict)

    def lose(self) -> None:
        self.model = None
        self._rows.clear()

    async def open(self, model: str, dimension: int) -> None:
        self._enter(opening=True)
        if self.model != f"{model} {dimension}":
            self._rows.clear()
        self.model = f"{model} {dimension}"

    async def held(self) -> Mapping[str, str]:
        self._enter()
        return {key: entry.digest for key, (entry, _) in self._rows.items()}

    async def put(self, entries: Sequence[CuratedEntry], vectors: Vectors) -> None:
        self._enter()
        for entry, vector in zip(entries, vectors, strict=True):
            self._rows[entry.id] = (entry, vector.copy())

    async def remove(self, ids: Sequence[str]) -> None:
        self._enter()
        for each in ids:
            self._rows.pop(each, None)

    async def nearest(self, community_id: int, vector: Vectors, limit: int) -> list[Near]:
        self._enter()
        own = [(entry.id, held) for entry, held in self._rows.values() if entry.community_id == community_id]
        found = sorted((Near(key, float(held @ vector)) for key, held in own), key=lambda near: -near.cosine)
        return found[:limit]

    def _enter(self, *, opening: bool = False) -> None:
        if not self.available:
            raise StoreUnavailable("The fake index is switched off.")
        if self.model is None and not opening:
            raise NoIndex("The vectors of curated answers are gone.")
