"""Curated answers: which of a community's own fits a question, and their vectors kept in step with the database.

The database holds the answers, Milvus only the vectors of their questions. What is shown is read from the database
each time, so that an answer that was changed, removed or never consented to is not shown, whatever Milvus holds.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from rag_core.answering.claim import cited_numbers
from rag_core.answering.evidence import CALIBRATED_MODEL
from rag_core.answering.model import CURATED, Passage
from rag_core.answering.wording import identifiers
from rag_core.errors import IndexingError, NoIndex, RecordsError
from rag_core.indexing.curated_index import CuratedEntry, CuratedIndex, Near
from rag_core.indexing.embedder import Embedder, Vectors
from rag_core.records.curated import CuratedAnswer, CuratedBook, may_be_shown

_log = structlog.get_logger(__name__)

LEAST_COSINE: Final = {CALIBRATED_MODEL: 0.75}
"""From which on two questions ask the same, by embedding model; docs/discord.md has the figures."""

LEAST_OTHERWISE: Final = 0.9
"""For models that were not measured: they all rate what asks the same higher than this."""

_LOOKED_AT: Final = 3
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")

AddressOf = Callable[[CuratedAnswer], str]


@dataclass(frozen=True, slots=True)
class CuratedMatch:
    """An answer near a question; `fits` says whether it would be shown for it."""

    answer: CuratedAnswer
    cosine: float
    fits: bool


class CuratedAnswers:
    """Finds them, and keeps their vectors.

    Args:
        book: holds the answers.
        index: holds the vectors of their questions.
        embedder: makes those; its model decides how near is near enough.
        address_of: where an answer can be read in its own place, empty where nowhere.
    """

    def __init__(self, book: CuratedBook, index: CuratedIndex, embedder: Embedder, address_of: AddressOf) -> None:
        self._book = book
        self._index = index
        self._embedder = embedder
        self._address_of = address_of
        self._in_step = False
        self._stepping = asyncio.Lock()

    async def find(self, community_id: int, query: str, vectors: Sequence[Vectors]) -> Passage | None:
        """The answer of this community that fits a question best, as a passage; None where none does.

        Without Milvus or the database there is none, rather than no answer at all.
        """
        try:
            matches = await self._matches(community_id, query, vectors, _LOOKED_AT)
        except (IndexingError, RecordsError) as error:
            _log.warning("curated answers could not be searched", reason=str(error))
            return None
        fitting = next((each for each in matches if each.fits), None)
        return self._passage(fitting) if fitting else None

    async def search(self, community_id: int, query: str, limit: int) -> list[CuratedMatch]:
        """Those nearest to a question, best first. Raises what store and database do."""
        return await self._matches(community_id, query, [await self._embedder.embed_query(query)], limit)

    async def keep_up(self, answer: CuratedAnswer) -> bool:
        """Let searches find an answer as it is now, or no longer; False where that has to wait for Milvus."""
        try:
            await self._step()
            if may_be_shown(answer):
                await self._put([answer])
            else:
                await self._index.remove([answer.id])
        except (IndexingError, RecordsError) as error:
            return self._later(error)
        return True

    async def forget(self, answer_id: str) -> None:
        """Let go of the vector of an answer that was removed."""
        try:
            # What is gone altogether is made again without it.
            with suppress(NoIndex):
                await self._index.remove([answer_id])
        except IndexingError as error:
            self._later(error)

    def _later(self, error: Exception) -> bool:
        self._in_step = False
        _log.warning("the vectors of curated answers are behind", reason=str(error))
        return False

    async def _matches(
        self, community_id: int, query: str, vectors: Sequence[Vectors], limit: int
    ) -> list[CuratedMatch]:
        best: dict[str, float] = {}
        for vector in vectors:
            for near in await self._nearest(community_id, vector, limit):
                best[near.id] = max(near.cosine, best.get(near.id, -1.0))
        ranked = sorted(best.items(), key=lambda item: -item[1])[:limit]
        found = [(await self._book.get(community_id, answer_id), cosine) for answer_id, cosine in ranked]
        return [
            CuratedMatch(answer, cosine, self._fits(query, answer, cosine))
            for answer, cosine in found
            if answer is not None and may_be_shown(answer)
        ]

    async def _nearest(self, community_id: int, vector: Vectors, limit: int) -> list[Near]:
        await self._step()
        try:
            return await self._index.nearest(community_id, vector, limit)
        except NoIndex:
            self._in_step = False
        await self._step()
        return await self._index.nearest(community_id, vector, limit)

    async def _step(self) -> None:
        """Bring the vectors in step with the database, where they may not be."""
        async with self._stepping:
            if self._in_step:
                return
            await self._index.open(self._embedder.model, self._embedder.dimension)
            wanted = {each.id: each for each in await self._book.showable()}
            held = await self._index.held()
            await self._index.remove([each for each in held if each not in wanted])
            changed = [each for each in wanted.values() if held.get(each.id) != _digest(each)]
            await self._put(changed)
            self._in_step = True
            _log.info("curated answers are ready", answers=len(wanted), embedded=len(changed))

    async def _put(self, answers: Sequence[CuratedAnswer]) -> None:
        entries = [CuratedEntry(each.id, each.guild_id, _digest(each)) for each in answers]
        await self._index.put(entries, await self._embedder.embed_passages([each.question for each in answers]))

    def _fits(self, query: str, answer: CuratedAnswer, cosine: float) -> bool:
        """Near enough, and about no other number or name: vectors hardly tell version 2.4 from 2.5."""
        least = LEAST_COSINE.get(self._embedder.model, LEAST_OTHERWISE)
        return cosine >= least and _names(query) <= _names(f"{answer.question}\n{answer.answer}")

    def _passage(self, match: CuratedMatch) -> Passage:
        answer = match.answer
        return Passage(
            number=1,
            chunk_ids=(answer.id,),
            page_id=f"{CURATED}{answer.id}",
            page_key=f"{CURATED}{answer.id}",
            url=self._address_of(answer),
            anchor="",
            title=answer.question,
            path=(),
            text=answer.answer,
            version="",
            language="",
            score=match.cosine,
            dense=match.cosine,
        )


def shown_text(passage: Passage) -> str:
    """A curated answer as it is shown: word for word, citing itself where it cites nothing of its own."""
    if cited_numbers(passage.text):
        return passage.text
    last_line = passage.text.rsplit("\n", 1)[-1]
    mark = f"[{passage.number}]"
    return f"{passage.text}\n{mark}" if last_line.startswith(("```", "|")) else f"{passage.text} {mark}"


def _digest(answer: CuratedAnswer) -> str:
    return hashlib.sha256(f"{answer.guild_id}\n{answer.question}".encode()).hexdigest()[:32]


def _names(text: str) -> frozenset[str]:
    return frozenset(name.casefold() for name in (*identifiers(text), *_NUMBER.findall(text)))
