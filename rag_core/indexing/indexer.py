"""Brings the index up to what a source says, in the live generation or in a new one beside it."""

import asyncio
import fcntl
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import structlog

from rag_core.answering.model import IndexInfo
from rag_core.answering.versions import version_order
from rag_core.crawling.source import Changed, Failed, Missing, Outcome, Source, Unchanged, Unwanted
from rag_core.errors import CrawlError, IndexBusy, NoRollback, RagError, RecordsError
from rag_core.indexing.ahead import ahead
from rag_core.indexing.chunker import CHUNKING
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.gate import Gate, Verdict
from rag_core.indexing.ledger import IndexRun, Ledger, PageState
from rag_core.indexing.milvus_rows import SCHEMA
from rag_core.indexing.planning import Plan, Planner, searchable
from rag_core.indexing.store import Generation, VectorStore
from rag_core.indexing.writer import GenerationWriter
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)

_MOST_LOST = 0.2
"""Share of the known pages that one crawl may lose; with more, the site is broken rather than changed."""

_MISSES_UNTIL_GONE = 2
_PAGES_AHEAD = 64
_FAILURES_KEPT = 20
_RUNS_LOOKED_AT = 50


@dataclass(slots=True)
class _Crawl:
    """What one crawl brought; `failed` holds reasons by address."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class Indexer:
    """The only writer of the index.

    Args:
        store, embedder, ledger: started by their owner.
        lock_file: held while a run lasts, so that a second process does not write at the same time.
        clock: the time of day, in UTC.
        gate: decides whether a new generation may replace the live one; without it, whatever is complete may.
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        ledger: Ledger,
        *,
        lock_file: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        gate: Gate | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._ledger = ledger
        self._planner = Planner(store, ledger)
        self._lock_file = lock_file
        self._clock = clock
        self._gate = gate
        self._info: IndexInfo | None = None

    async def run(
        self, source: Source, *, full: bool = False, sample: bool = False, progress: ProgressHandler = ignore_progress
    ) -> IndexRun:
        """Crawl the source and bring the index up to it.

        Writes into the live generation where that was made by the same model, code and source, else (or with `full`)
        builds a new one beside it, which goes live at the end unless the gate turns it away. `sample` marks the pages
        shipped with the project; they never replace real documentation that can be searched.

        Returns:
            The run: "finished"; "failed" where the source could not be read; "rejected" where nothing was deleted or
            made live. `note` says why.

        Raises:
            IndexBusy: another run is writing.
            StoreUnavailable, StoreRejected, RecordsUnavailable, IndexingError: the run stopped. The live index still
                answers, no page of it is lost, and the next run goes on.
        """
        async with _exclusive(self._lock_file):
            await self._close_interrupted_runs()
            live = await self._store.live()
            wanted = self._new_generation(source, sample=sample)
            run = IndexRun(uuid.uuid4().hex, wanted.id, source.name, self._clock())
            if sample and live and not live.sample and searchable(live, self._embedder):
                note = "The real documentation is live, so the sample is not needed."
                return replace(run, status="rejected", finished_at=run.started_at, note=note)
            plan = await self._planner.plan(wanted, live, full=full)
            await self._planner.drop_others(live, plan.generation)
            return await self._recorded(replace(run, generation_id=plan.generation.id), plan, source, progress)

    async def roll_back(self) -> IndexRun:
        """Make the complete generation beside the live one live again; a second time, the one that was live before.

        Returns:
            The entry in the ledger, with the status "rolled back".

        Raises:
            IndexBusy: a run is writing.
            NoRollback: there is no such generation, or the embedder can't search it.
            StoreUnavailable, StoreRejected, RecordsUnavailable: a part is away.
        """
        async with _exclusive(self._lock_file):
            await self._close_interrupted_runs()
            live, earlier = await self.rollback()
            run = IndexRun(uuid.uuid4().hex, earlier.id, earlier.source, self._clock())
            await self._ledger.save_run(run)
            await self._store.activate(earlier.id)
            note = f"Generation {live.id} was live before."
            done = replace(run, status="rolled back", finished_at=self._clock(), note=note)
            await self._ledger.save_run(done)
            _log.info("Rolled back", live=earlier.id, before=live.id)
            return done

    async def rollback(self) -> tuple[Generation, Generation]:
        """What is live, and what a rollback would make live.

        Raises:
            NoRollback: there is no such generation, or the embedder can't search it.
            StoreUnavailable, StoreRejected, RecordsUnavailable: a part is away.
        """
        live = await self._store.live()
        if live is None:
            raise NoRollback("Nothing is live yet, so there is nothing to roll back.")
        earlier = await self._planner.rollback_target(live)
        if earlier is None:
            raise NoRollback("There is no other complete generation to roll back to: the live one is all there is.")
        if not searchable(earlier, self._embedder):
            raise NoRollback(
                f"Generation {earlier.id} was made by {earlier.embedding_model}, and can only be searched with it."
            )
        return live, earlier

    async def info(self) -> IndexInfo | None:
        """Which documentation is live; None where nothing is."""
        live = await self._store.live()
        if live is None:
            return None
        refreshed_at = await self._ledger.refreshed_at(live.id)
        known = self._info
        if known is None or (known.generation_id, known.refreshed_at) != (live.id, refreshed_at):
            states = await self._ledger.pages(live.id)
            self._info = known = _described(live, refreshed_at, [state.page_key for state in states.values()])
        return known

    async def _close_interrupted_runs(self) -> None:
        """Nobody else runs while we hold the lock, so what is called running was cut off."""
        for run in await self._ledger.runs(_RUNS_LOOKED_AT):
            if run.status == "running":
                note = "The process ended in the middle of this run."
                await self._ledger.save_run(replace(run, status="failed", finished_at=self._clock(), note=note))

    def _new_generation(self, source: Source, *, sample: bool) -> Generation:
        now = self._clock()
        return Generation(
            id=f"{now:%Y%m%d_%H%M%S}_{uuid.uuid4().hex[:4]}",
            embedding_model=self._embedder.model,
            dimension=self._embedder.dimension,
            chunking=CHUNKING,
            schema=SCHEMA,
            source=source.name,
            created_at=now,
            sample=sample,
        )

    async def _recorded(self, run: IndexRun, plan: Plan, source: Source, progress: ProgressHandler) -> IndexRun:
        """Do the run between two entries in the ledger."""
        started = time.monotonic()

        def ended(run: IndexRun) -> IndexRun:
            return replace(run, finished_at=self._clock(), seconds=round(time.monotonic() - started, 3))

        await self._ledger.save_run(run)
        try:
            done = ended(await self._crawl_and_write(run, plan, source, progress))
        except CrawlError as error:
            done = ended(replace(run, status="failed", note=str(error)))
        except RagError as error:
            with suppress(RecordsError):
                await self._ledger.save_run(ended(replace(run, status="failed", note=str(error))))
            raise
        await self._ledger.save_run(done)
        _log.info("Index run ended", status=done.status, source=done.source, seconds=done.seconds, note=done.note)
        return done

    async def _crawl_and_write(self, run: IndexRun, plan: Plan, source: Source, progress: ProgressHandler) -> IndexRun:
        writer = GenerationWriter(
            self._store,
            self._embedder,
            self._ledger,
            plan.generation,
            dict(plan.states),
            exists=plan.exists,
            progress=progress,
        )
        crawl = _Crawl()
        known = plan.known
        async with aclosing(ahead(source.crawl(known, progress), _PAGES_AHEAD)) as outcomes:
            async for outcome in outcomes:
                await _take(outcome, known, crawl, writer)
        await writer.flush()
        gone = await _remove_unwanted(crawl, writer)
        lost = sum(url in known for url in crawl.missing)
        if lost > _MOST_LOST * (wanted := len(known) - len(crawl.unwanted)):
            note = f"{lost} of {wanted} known pages were missing, so the site seems broken: none of them was deleted."
            return _counted(replace(run, status="rejected", note=note, gone=gone), crawl, writer)
        gone += await _settle_absent(plan, crawl, writer)
        if not writer.states:
            note = "The source has no page that could be read."
            return _counted(replace(run, status="failed", note=note), crawl, writer)
        if writer.wrote or plan.unsealed:
            progress(Progress("Preparing the index for searches", 0))
            await self._store.seal(plan.generation.id)
        if plan.incremental:
            return _counted(replace(run, status="finished", gone=gone), crawl, writer)
        verdict = await self._judged(plan, progress)
        if verdict.passed:
            await self._make_live(plan)
        return _counted(_with_verdict(replace(run, gone=gone), verdict), crawl, writer)

    async def _judged(self, plan: Plan, progress: ProgressHandler) -> Verdict:
        """A sample stands in until there is something better, so nobody asks how good it is."""
        if self._gate is None or plan.generation.sample:
            return Verdict(passed=True)
        return await self._gate.judge(plan.generation, plan.live, progress)

    async def _make_live(self, plan: Plan) -> None:
        await self._store.activate(plan.generation.id)
        replaced = plan.live
        keep_rollback = replaced is None or replaced.sample
        await self._planner.drop_others(plan.generation, replaced, keep_rollback=keep_rollback)


async def _take(outcome: Outcome, known: Collection[str], crawl: _Crawl, writer: GenerationWriter) -> None:
    match outcome:
        case Changed():
            if outcome.page.url in known:
                crawl.changed += 1
            else:
                crawl.new += 1
            await writer.write(outcome)
        case Unchanged():
            crawl.unchanged += 1
            await writer.refresh(outcome)
        case Missing(url):
            crawl.missing.append(url)
        case Failed(url, reason):
            crawl.failed[url] = reason
        case Unwanted(url):
            crawl.unwanted.append(url)


async def _remove_unwanted(crawl: _Crawl, writer: GenerationWriter) -> int:
    """Remove pages of sources that were removed. Returns how many went."""
    states = [state for url in crawl.unwanted if (state := writer.states.get(url)) is not None]
    for state in states:
        await writer.remove(state)
    return len(states)


async def _settle_absent(plan: Plan, crawl: _Crawl, writer: GenerationWriter) -> int:
    """Remove pages that were missing twice, keep the others. Returns how many pages went."""
    gone = 0
    for url in crawl.missing:
        state = writer.states.get(url) or plan.origin_states.get(url)
        if state is None:
            continue
        missed = replace(state, misses=state.misses + 1)
        if missed.misses < _MISSES_UNTIL_GONE:
            await _keep(missed, plan, writer)
        else:
            gone += 1
            await writer.remove(state)
    for url in crawl.failed:
        if url in plan.origin_states and url not in writer.states:
            await _keep(plan.origin_states[url], plan, writer)
    await writer.flush()
    return gone


async def _keep(state: PageState, plan: Plan, writer: GenerationWriter) -> None:
    """Keep a page that could not be read this time; a new generation gets the chunks of the old one."""
    if state.url in writer.states:
        await writer.save(state)
    elif plan.origin is not None:
        await writer.copy(state, plan.origin)


def _with_verdict(run: IndexRun, verdict: Verdict) -> IndexRun:
    return replace(
        run,
        status="finished" if verdict.passed else "rejected",
        note=verdict.note,
        gate_score=verdict.score,
        gate_live_score=verdict.live_score,
        gate_scores=verdict.scores,
    )


def _counted(run: IndexRun, crawl: _Crawl, writer: GenerationWriter) -> IndexRun:
    return replace(
        run,
        new=crawl.new,
        changed=crawl.changed,
        unchanged=crawl.unchanged,
        failed=len(crawl.failed),
        chunks_total=sum(state.chunks for state in writer.states.values()),
        chunks_embedded=writer.embedded,
        chunks_deleted=writer.deleted,
        failures=tuple(f"{url}: {reason}" for url, reason in crawl.failed.items())[:_FAILURES_KEPT],
    )


def _described(live: Generation, refreshed_at: datetime | None, page_keys: Iterable[str]) -> IndexInfo:
    """The live generation by the keys of its pages, such as "en/v2.6.x/hnsw.md".

    Versions are those of the documentation: what was added to it ("en/v1.0.x/blog/post.md") counts its own.
    """
    kinds = {(language, version) for language, version, *page in (key.split("/") for key in page_keys) if len(page) < 2}
    versions = sorted({version for _, version in kinds}, key=version_order, reverse=True)
    languages = sorted({language for language, _ in kinds})
    latest = versions[0] if versions else ""
    return IndexInfo(live.id, live.source, latest, refreshed_at, live.sample, tuple(versions), tuple(languages))


@asynccontextmanager
async def _exclusive(lock_file: Path) -> AsyncIterator[None]:
    """Hold the lock file. The kernel lets go of it however this process ends."""
    with await asyncio.to_thread(_locked, lock_file):
        yield


def _locked(lock_file: Path) -> TextIO:
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = lock_file.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise IndexBusy("Another run is writing the index: wait until it has ended.") from error
    return lock
