"""Writes pages into one generation: only what changed is embedded, and no page is lost if this stops anywhere.

A page's state is saved after its chunks and its card are written and its vanished chunks deleted. Whatever a crash cuts
off, the state is still the old one, so the next crawl brings the page again and the difference is taken anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_core.crawling.source import Changed, Unchanged
from rag_core.indexing.card import card_of, card_vector, plain
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.chunker import chunk_page
from rag_core.indexing.embedder import Embedder, Vectors
from rag_core.indexing.ledger import Ledger, PageState
from rag_core.indexing.store import Generation, VectorStore
from rag_core.progress import Progress, ProgressHandler

_CHUNKS_AT_ONCE = 256
"""Chunks of several pages are embedded together, so that batches are full and of like length."""

_STATES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Pending:
    """A page whose chunks wait to be written. `stored` are the chunks that it has in the store."""

    state: PageState
    chunks: tuple[Chunk, ...]
    stored: dict[str, Chunk]


class GenerationWriter:
    """Collects pages and writes them in batches.

    Args:
        generation: where to; its collection is made with the first page unless `exists`.
        states: what the generation holds by now, by address. Kept up to date.
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        ledger: Ledger,
        generation: Generation,
        states: dict[str, PageState],
        *,
        exists: bool,
        progress: ProgressHandler,
    ) -> None:
        self.states = states
        self.embedded = 0
        self.deleted = 0
        self.wrote = False
        self._store = store
        self._embedder = embedder
        self._ledger = ledger
        self._generation = generation
        self._exists = exists
        # What was made in this run holds nothing that was not written in this run.
        self._made_here = not exists
        self._progress = progress
        self._pending: list[_Pending] = []
        self._waiting_states: list[PageState] = []

    async def write(self, changed: Changed) -> None:
        """Take a new or changed page."""
        page = changed.page
        chunks = chunk_page(page)
        state = PageState(
            url=page.url,
            page_key=page.key,
            title=page.title,
            digest=page.digest,
            etag=changed.etag,
            last_modified=changed.last_modified,
            chunks=len(chunks),
        )
        await self._add(state, chunks)

    async def copy(self, state: PageState, origin: Generation) -> None:
        """Take over a page that could not be read this time from another generation, until it can be read again."""
        summary = await self._store.summary_of(origin.id, state.page_key)
        chunks = [replace(each, summary=summary) for each in await self._store.chunks_of(origin.id, state.page_key)]
        if chunks:
            # Without digest and validators the next crawl fetches it whole.
            state = replace(state, digest="", etag="", last_modified="", chunks=len(chunks))
            await self._add(state, chunks)

    async def refresh(self, unchanged: Unchanged) -> None:
        """Keep the newest validators of a page that is as it was."""
        old = self.states[unchanged.url]
        new = replace(old, etag=unchanged.etag, last_modified=unchanged.last_modified, misses=0)
        if new != old:
            await self.save(new)

    async def save(self, state: PageState) -> None:
        """Keep a page's state, its chunks being as they are."""
        self.states[state.url] = state
        self._waiting_states.append(state)
        if len(self._waiting_states) >= _STATES_AT_ONCE:
            await self.flush()

    async def remove(self, state: PageState) -> None:
        """Delete a page that is gone. One that is not here is no error."""
        if self.states.pop(state.url, None) is None:
            return
        stored = await self._stored(state.page_key)
        await self._delete([chunk.id for chunk in stored if chunk.url == state.url])
        await self._drop_cards({state.page_key})
        await self._ledger.forget_pages(self._generation.id, [state.url])

    async def flush(self) -> None:
        """Write everything that waits."""
        pending, self._pending = self._pending, []
        if pending:
            await self._write_chunks(pending)
        states = [page.state for page in pending] + self._waiting_states
        self._waiting_states = []
        if states:
            await self._ledger.save_pages(self._generation.id, states)

    async def _add(self, state: PageState, chunks: Sequence[Chunk]) -> None:
        if not self._exists:
            await self._store.create(self._generation)
            self._exists = True
        stored = {chunk.id: chunk for chunk in await self._stored_of(state)}
        self._pending.append(_Pending(state, tuple(chunks), stored))
        self.states[state.url] = state
        if sum(len(page.chunks) for page in self._pending) >= _CHUNKS_AT_ONCE:
            await self.flush()

    async def _stored_of(self, state: PageState) -> list[Chunk]:
        if self._made_here:
            return []
        stored = await self._stored(state.page_key)
        before = self.states.get(state.url)
        if before is not None and before.page_key != state.page_key:
            # The address shows another version now. The old key's chunks may stand at another address by now.
            stored += [chunk for chunk in await self._stored(before.page_key) if chunk.url == state.url]
        return stored

    async def _stored(self, page_key: str) -> list[Chunk]:
        return await self._store.chunks_of(self._generation.id, page_key)

    async def _write_chunks(self, pending: Sequence[_Pending]) -> None:
        wanted = {chunk.id: chunk for page in pending for chunk in page.chunks}
        stored = {chunk_id: chunk for page in pending for chunk_id, chunk in page.stored.items()}
        altered = [chunk for chunk in wanted.values() if stored.get(chunk.id) != chunk]
        vectors = await self._vectors(altered, stored)
        if altered:
            found = np.stack([vectors[chunk.id] for chunk in altered])
            await self._store.upsert(self._generation.id, altered, found)
        await self._delete([chunk_id for chunk_id in stored if chunk_id not in wanted])
        await self._write_cards([page.chunks for page in pending], vectors)
        await self._drop_cards({chunk.page_key for chunk in stored.values()})
        self.wrote = True

    async def _vectors(self, chunks: Sequence[Chunk], stored: dict[str, Chunk]) -> dict[str, Vectors]:
        """By id, each of shape (dimension,): stored ones where only what is not embedded differs, else new ones."""
        same = [c.id for c in chunks if c.id in stored and stored[c.id].embedding_text == c.embedding_text]
        kept = await self._store.vectors_of(self._generation.id, same) if same else {}
        fresh = [chunk for chunk in chunks if chunk.id not in kept]
        made = await self._embedder.embed_passages([chunk.embedding_text for chunk in fresh])
        self.embedded += len(fresh)
        self._progress(Progress("Embedding chunks", self.embedded))
        return kept | {chunk.id: vector for chunk, vector in zip(fresh, made, strict=True)}

    async def _write_cards(self, pages: Sequence[Sequence[Chunk]], vectors: dict[str, Vectors]) -> None:
        """Write the cards of pages whose chunks are written; `vectors` are those of the chunks that were altered."""
        cards = [card_of(chunks) for chunks in pages]
        unaltered = [chunk.id for chunks in pages for chunk in plain(chunks) if chunk.id not in vectors]
        kept = await self._store.vectors_of(self._generation.id, unaltered) if unaltered else {}
        known = kept | vectors
        about = await self._embedder.embed_passages([card.about for card in cards])
        made = [
            card_vector(np.stack([known[chunk.id] for chunk in plain(chunks)]), own)
            for chunks, own in zip(pages, about, strict=True)
        ]
        await self._store.upsert_cards(self._generation.id, cards, np.stack(made))

    async def _drop_cards(self, page_keys: Iterable[str]) -> None:
        """Drop the cards of pages of which nothing is left."""
        empty = [key for key in page_keys if not await self._stored(key)]
        if empty:
            await self._store.delete_cards(self._generation.id, empty)

    async def _delete(self, chunk_ids: list[str]) -> None:
        if chunk_ids:
            await self._store.delete(self._generation.id, chunk_ids)
            self.deleted += len(chunk_ids)
            self.wrote = True
