"""What the bot does by the clock: crawl again, write records that had to wait, delete old ones, post digests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cron import Cron, parse_cron
from rag_core.errors import RecordsError
from rag_core.indexing.ledger import Ledger

RECRAWL_LOCK = "recrawl"
"""Whoever crawls by the clock holds the lock of this name, in whichever process."""
_ENOUGH_RUNS = 20
_NO_ATTEMPTS = ("running", "rolled back")
_FLUSH_SECONDS = 60
_FLUSH_GRACE = 3600
_PRUNE_HOURS = 24

_RECRAWL: Final = "recrawl"
# APScheduler's default grace of one second skips silently, so: however late, once.
_RECRAWL_OPTIONS: Final[dict[str, Any]] = {
    "id": _RECRAWL,
    "coalesce": True,
    "max_instances": 1,
    "misfire_grace_time": None,
}

_log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Scheduler:
    """Runs its own jobs, and those that are added, from `start` to `close`.

    A re-crawl is due when a time of `cron` has passed since the last attempt on record. That one rule catches up what
    was missed while the bot was away, and keeps two processes that wake at the same time from doing it twice: the
    second finds the lock taken or, later, the attempt on record. A run that was cut off counts as no attempt.

    Args:
        cron: five fields in UTC, or `off`.
        reindex: crawls and reindexes what changed, and puts its run into the ledger.
        flush: writes records that wait.
        ledger: knows the earlier runs.
        prune: deletes old records, at the start and once a day; where nobody does, they are kept for good.
        try_lock: takes a lock that holds across processes (`Database.try_lock`).
        clock: tells the time, aware.
        jobs: the APScheduler to use; not yet started.

    Raises:
        ValueError: `cron` is no schedule.
    """

    def __init__(
        self,
        cron: str,
        reindex: Callable[[], Awaitable[None]],
        flush: Callable[[], Awaitable[object]],
        ledger: Ledger,
        try_lock: Callable[[str], AbstractAsyncContextManager[bool]],
        clock: Callable[[], datetime] = _now,
        jobs: AsyncIOScheduler | None = None,
        prune: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._text = cron
        self._cron = parse_cron(cron)
        self._reindex = reindex
        self._flush = flush
        self._prune = prune
        self._ledger = ledger
        self._try_lock = try_lock
        self._clock = clock
        self._jobs = jobs or AsyncIOScheduler(timezone=UTC)
        self._closing = False
        self._running: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Start the clock; a re-crawl that was missed starts at once, behind."""
        self._jobs.add_listener(_log_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._jobs.add_job(
            self._run,
            "interval",
            seconds=_FLUSH_SECONDS,
            args=[self._flush],
            id="flush",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=_FLUSH_GRACE,
        )
        if self._prune is not None:
            self._add_prune(self._prune)
        if self._cron is not None:
            await self._add_recrawl(self._cron)
        self._jobs.start()

    @property
    def cron(self) -> str:
        """When the documentation is crawled again: five fields, or `off`."""
        return self._text

    @property
    def running(self) -> bool:
        """Whether the clock goes."""
        return bool(self._jobs.running)

    @property
    def next_crawl(self) -> datetime | None:
        """When it is crawled again; None for never."""
        job = self._jobs.get_job(_RECRAWL)
        return getattr(job, "next_run_time", None)

    def reschedule(self, cron: str) -> None:
        """From now on crawl at other times. What those missed in the past is not caught up.

        Raises:
            ValueError: `cron` is no schedule.
        """
        if cron == self._text:
            return
        parsed = parse_cron(cron)
        self._text, self._cron = cron, parsed
        if self._jobs.get_job(_RECRAWL):
            self._jobs.remove_job(_RECRAWL)
        if parsed is not None:
            self._jobs.add_job(self._run, parsed.trigger, args=[partial(self._recrawl, parsed)], **_RECRAWL_OPTIONS)

    def hourly(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run another job too, at every full hour and never twice at once."""
        options: dict[str, Any] = {"id": name, "coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._jobs.add_job(self._run, "cron", minute=0, args=[job], **options)

    async def close(self) -> None:
        """Stop the clock, cancel what runs and wait until it has let go."""
        self._closing = True
        if self._jobs.running:
            self._jobs.shutdown(wait=False)
            await asyncio.sleep(0)  # the turn of the loop in which APScheduler stops, and cancels what runs
        await asyncio.gather(*self._running)

    def _add_prune(self, prune: Callable[[], Awaitable[object]]) -> None:
        self._jobs.add_job(
            self._run,
            "interval",
            hours=_PRUNE_HOURS,
            args=[prune],
            id="prune",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=_now(),  # else a bot that is started anew each day would never do it
        )

    async def _add_recrawl(self, cron: Cron) -> None:
        options = dict(_RECRAWL_OPTIONS)
        if await self._was_missed(cron):
            _log.info("A scheduled re-crawl was missed and starts now", cron=cron.text)
            options["next_run_time"] = self._clock()
        self._jobs.add_job(self._run, cron.trigger, args=[partial(self._recrawl, cron)], **options)

    async def _was_missed(self, cron: Cron) -> bool:
        try:
            last = await self._last_attempt()
        except RecordsError as error:
            _log.warning("Whether a re-crawl was missed is not known", reason=str(error))
            return False
        # Without any run there is nothing to catch up: the first index is not the schedule's work.
        return last is not None and self._is_due(cron, last)

    async def _run(self, job: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._running.add(task)
        try:
            await job()
        except asyncio.CancelledError:
            if not self._closing:  # else it is our own doing, and no failure to report
                raise
        finally:
            self._running.discard(task)

    async def _recrawl(self, cron: Cron) -> None:
        async with self._try_lock(RECRAWL_LOCK) as ours:
            if not ours:
                _log.info("Another process crawls at present, so this one does not")
                return
            last = await self._last_attempt()
            if last is not None and not self._is_due(cron, last):
                _log.info("Another process has crawled already, so this one does not", started_at=last.isoformat())
                return
            await self._reindex()

    async def _last_attempt(self) -> datetime | None:
        runs = await self._ledger.runs(_ENOUGH_RUNS)
        return max((run.started_at for run in runs if run.status not in _NO_ATTEMPTS), default=None)

    def _is_due(self, cron: Cron, last: datetime) -> bool:
        due = cron.next_after(last)
        return due is not None and due <= self._clock()


def _log_trouble(event: JobEvent) -> None:
    if event.code == EVENT_JOB_MAX_INSTANCES:
        _log.warning("A scheduled run was skipped, since the one before is still running", job=event.job_id)
    elif event.code == EVENT_JOB_MISSED:
        _log.warning("A scheduled run was missed", job=event.job_id, due=event.scheduled_run_time.isoformat())
    else:
        _log.error("A scheduled run failed", job=event.job_id, exc_info=event.exception)
