"""A finder of sections and pages that are given to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag_core.answering.finder import Found, FoundSection, Outline
from rag_core.errors import IndexingError
from rag_core.indexing.card import PageCard


@dataclass(slots=True)
class FakeFinder:
    """Finds the same `sections` whatever is searched, and pages of `outlines` by key; with an `error`, raises it.

    A page takes `seconds` of the event loop.
    """

    sections: Sequence[FoundSection] = ()
    outlines: dict[str, Outline] = field(default_factory=dict)
    error: IndexingError | None = None
    seconds: float = 0.0
    searched: list[tuple[str, str | None]] = field(default_factory=list)

    async def search(self, query: str, version: str | None = None) -> Found:
        self.searched.append((query, version))
        self._fail()
        return Found(query, tuple(self.sections), version or "v3.0.x")

    async def titles(self, typed: str, language: str = "en") -> list[PageCard]:
        self._fail()
        return [
            PageCard(key, key, "v3.0.x", language, latest=True, title=outline.title, summary="")
            for key, outline in self.outlines.items()
            if typed.lower() in outline.title.lower()
        ]

    async def outline(self, page: str) -> Outline | None:
        if self.seconds:
            await asyncio.sleep(self.seconds)
        self._fail()
        return self.outlines.get(page)

    async def versions(self) -> tuple[str, ...]:
        return ("v3.0.x", "v2.6.x")

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
