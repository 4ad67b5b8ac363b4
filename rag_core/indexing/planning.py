"""Decides which generation a run writes, and which generations stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rag_core.crawling.source import KnownPage
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.ledger import Ledger, PageState
from rag_core.indexing.store import Generation, VectorStore

_RUNS_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a run writes.

    `states` are the pages that `generation` holds by now. `exists` tells that its collection is there, `unsealed` that
    the last run into it was cut off. `origin` is the live generation where a new one from the same source will replace
    it, with its pages.
    """

    generation: Generation
    live: Generation | None
    states: Mapping[str, PageState]
    exists: bool
    unsealed: bool
    origin: Generation | None = None
    origin_states: Mapping[str, PageState] = field(default_factory=dict)

    @property
    def incremental(self) -> bool:
        """Whether the run writes into the live generation."""
        return self.live is not None and self.live.id == self.generation.id

    @property
    def known(self) -> dict[str, KnownPage]:
        """What the source should visit. Pages of the generation to be replaced are fetched whole."""
        visited = {url: KnownPage(url, digest="") for url in self.origin_states}
        return visited | {
            url: KnownPage(url, state.digest, state.etag, state.last_modified) for url, state in self.states.items()
        }


class Planner:
    """Plans runs over the generations of one store."""

    def __init__(self, store: VectorStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    async def plan(self, wanted: Generation, live: Generation | None, *, full: bool) -> Plan:
        """Go on in the live generation or in a build that did not go live, where of the wanted make; else in `wanted`.

        A build that was cut off is always resumed, and one that the gate turned away unless the run is `full`: then
        something may be wrong with what was written, else only with the pages, which may have been mended.
        Resuming is safe, since a page's state is saved only after its chunks, and it saves the embedding, which takes
        nearly all of the time.
        """
        live_states = await self._ledger.pages(live.id) if live else {}
        # Without its pages' states, nobody would notice which of them are gone.
        if live and live_states and not full and _same_make(live, wanted):
            return Plan(live, live, live_states, exists=True, unsealed=await self._was_cut_off(live))
        begun = await self._begun(wanted, live, full=full)
        states = await self._ledger.pages(begun.id) if begun else {}
        replaces = live is not None and (live.source, live.sample) == (wanted.source, wanted.sample)
        return Plan(
            begun or wanted,
            live,
            states,
            exists=begun is not None,
            unsealed=True,
            origin=live if replaces else None,
            origin_states=live_states if replaces else {},
        )

    async def drop_others(self, *kept: Generation | None, keep_rollback: bool = True) -> None:
        """Drop all generations but these and, for a rollback, the newest other one that was completed.

        A sample is not worth a rollback.
        """
        ids = {generation.id for generation in kept if generation}
        rollback_found = not keep_rollback
        for generation in reversed(await self._store.generations()):
            if generation.id in ids:
                continue
            if not rollback_found and not generation.sample and await self._is_complete(generation):
                rollback_found = True
                continue
            await self._store.drop(generation.id)
            await self._ledger.forget_pages(generation.id)

    async def rollback_target(self, live: Generation) -> Generation | None:
        """The newest complete generation other than the live one; a sample is none."""
        for generation in reversed(await self._store.generations()):
            if generation.id != live.id and not generation.sample and await self._is_complete(generation):
                return generation
        return None

    async def _begun(self, wanted: Generation, live: Generation | None, *, full: bool) -> Generation | None:
        for generation in reversed(await self._store.generations()):
            is_live = live is not None and generation.id == live.id
            if is_live or not _same_make(generation, wanted) or await self._is_complete(generation):
                continue
            if full and await self._ledger.gate_scores(generation.id):
                continue
            if await self._ledger.pages(generation.id):
                return generation
        return None

    async def _is_complete(self, generation: Generation) -> bool:
        return await self._ledger.refreshed_at(generation.id) is not None

    async def _was_cut_off(self, generation: Generation) -> bool:
        runs = await self._ledger.runs(_RUNS_LOOKED_AT)
        wrote = (run for run in runs if run.generation_id == generation.id and run.status != "rolled back")
        return next((run.status != "finished" for run in wrote), False)


def searchable(generation: Generation, embedder: Embedder) -> bool:
    """Whether a generation was made by this embedding model, so that its vectors mean the same."""
    return (generation.embedding_model, generation.dimension) == (embedder.model, embedder.dimension)


def _same_make(one: Generation, other: Generation) -> bool:
    """Whether one may go on where the other stopped: made by the same model, code and source."""
    return replace(one, id=other.id, created_at=other.created_at) == other
