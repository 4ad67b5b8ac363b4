"""The documentation without a generated answer: sections that a search finds, pages by their titles."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from rag_core.answering.facts import sentences_of
from rag_core.answering.model import IndexInfo, Notice, Question
from rag_core.answering.retriever import Retriever, without_near_duplicates
from rag_core.answering.transcript import Clock
from rag_core.answering.understanding import understand
from rag_core.answering.wording import words
from rag_core.errors import NoIndex
from rag_core.indexing.card import PageCard
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.store import Hit, SearchFilter, VectorStore

MOST_SECTIONS = 25
"""That one search brings: what comes behind them has little to do with it."""

_LINE = 180
_TITLES_GOOD_FOR = 60.0
"""Seconds; titles are looked at with every key that somebody presses, and change with a crawl."""

IndexInfoReader = Callable[[], Awaitable[IndexInfo | None]]


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section of a page; `line` is the sentence of it that has most of the query's words, or empty."""

    heading: str
    link: str
    line: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, best first; the version that was searched; what its reader should know of it."""

    query: str
    sections: tuple[FoundSection, ...]
    version: str = ""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its address, and how deep it stands below the title, from 1."""

    text: str
    link: str
    depth: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A page without its text. `summary` is its own, empty where it has none."""

    title: str
    link: str
    version: str
    summary: str
    headings: tuple[Heading, ...]


class Finder:
    """Finds sections and pages in the live index. Any call may raise what the store does, such as `NoIndex`."""

    def __init__(
        self, retriever: Retriever, store: VectorStore, index_info: IndexInfoReader, clock: Clock = time.monotonic
    ) -> None:
        self._retriever = retriever
        self._store = store
        self._index_info = index_info
        self._clock = clock
        self._titles: tuple[float, tuple[PageCard, ...]] | None = None
        self._reading = asyncio.Lock()

    async def search(self, query: str, version: str | None = None) -> Found:
        """Sections about the query, each once; of the latest version unless one is named, beside it or in it."""
        index = await self._index_info()
        asked = understand(Question("", query, version=version), index)
        found = await self._retriever.retrieve(asked.search)
        best = without_near_duplicates(found.hits)
        searched = asked.search.version or (index.version if index else "")
        return Found(query, tuple(_sections(best, query))[:MOST_SECTIONS], searched, asked.notices)

    async def versions(self) -> tuple[str, ...]:
        """Those that are indexed, the newest first; none where nothing is."""
        index = await self._index_info()
        return index.versions if index else ()

    async def titles(self, typed: str, language: str = "en") -> list[PageCard]:
        """Pages of the latest version whose title has all words that were typed; those that begin so come first.

        Pages in `language` come before others.
        """
        wanted = typed.casefold().split()
        found = [card for card in await self._cards() if all(word in card.title.casefold() for word in wanted)]
        return sorted(found, key=lambda card: _nearness(card, " ".join(wanted), language))

    async def outline(self, page: str) -> Outline | None:
        """A page by its key, or by (a part of) its title; None where there is none."""
        cards = await self._cards()
        card = next((card for card in cards if card.page_key == page), None)
        card = card or next(iter(await self.titles(page)), None)
        live = await self._store.live()
        if card is None or live is None:
            return None
        chunks = await self._store.chunks_of(live.id, card.page_key)
        return _outline(card, chunks) if chunks else None

    async def _cards(self) -> Sequence[PageCard]:
        async with self._reading:
            if self._titles is None or self._clock() - self._titles[0] > _TITLES_GOOD_FOR:
                index = await self._index_info()
                if index is None:
                    raise NoIndex("Nothing was indexed yet.")
                where = SearchFilter(languages=index.languages or ("en",))
                self._titles = self._clock(), tuple(await self._store.cards(where))
            return self._titles[1]


def _sections(hits: Iterable[Hit], query: str) -> list[FoundSection]:
    best: dict[tuple[str, tuple[str, ...]], Chunk] = {}
    for hit in hits:
        best.setdefault((hit.chunk.link, hit.chunk.path), hit.chunk)
    return [FoundSection(each.heading, each.link, _line(each.text, query)) for each in best.values()]


def _line(text: str, query: str) -> str:
    asked = words(query)
    prose = [" ".join(sentence.split()) for sentence, code in sentences_of(text) if not code]
    best = max(filter(None, prose), key=lambda sentence: len(asked & words(sentence)), default="")
    return best if len(best) <= _LINE else f"{best[: _LINE - 1].rstrip()}…"


def _nearness(card: PageCard, typed: str, language: str) -> tuple[bool, bool, bool, str]:
    title = card.title.casefold()
    return title != typed, card.language.split("-")[0] != language, not title.startswith(typed), title


def _outline(card: PageCard, chunks: Sequence[Chunk]) -> Outline:
    headings = {
        (chunk.anchor, chunk.path): Heading(chunk.path[-1], chunk.link, len(chunk.path))
        for chunk in chunks
        if chunk.path
    }
    return Outline(card.title, chunks[0].url, card.version, card.summary, tuple(headings.values()))
