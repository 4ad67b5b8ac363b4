"""The schedule: what is missed is caught up, once, whoever else has the same idea."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.testing import capture_logs

from bot.scheduler import RECRAWL_LOCK, Scheduler
from rag_core.errors import CrawlError
from rag_core.indexing.ledger import IndexRun, Ledger, RunStatus
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.fakes.ledger import FakeLedger

FOUR = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
DAILY = "0 4 * * *"


class Lock:
    """A lock that several schedulers share."""

    taken = False

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[bool]:
        assert name == RECRAWL_LOCK
        ours, self.taken = not self.taken, True
        try:
            yield ours
        finally:
            self.taken = not ours


class Home:
    """A scheduler with all that it needs."""

    def __init__(self, cron: str = DAILY, now: datetime = FOUR) -> None:
        self.cron = cron
        self.now = now
        self.ledger: Ledger = FakeLedger()
        self.lock = Lock()
        self.crawls = 0
        self.flushes = 0
        self.crawled = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.problem: Exception | None = None
        self.events: asyncio.Queue[JobEvent] = asyncio.Queue()
        self.jobs = AsyncIOScheduler(timezone=UTC)
        self.jobs.add_listener(self.events.put_nowait, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)
        self.scheduler = self.build(self.lock.take)

    def build(self, try_lock: Callable[[str], AbstractAsyncContextManager[bool]]) -> Scheduler:
        return Scheduler(
            self.cron, self._reindex, self._flush, self.ledger, try_lock, clock=lambda: self.now, jobs=self.jobs
        )

    def share(self, ledger: Ledger, try_lock: Callable[[str], AbstractAsyncContextManager[bool]]) -> None:
        """Use these, as another process does."""
        self.ledger = ledger
        self.scheduler = self.build(try_lock)

    async def attempt(self, at: datetime, status: RunStatus = "finished") -> None:
        await self.ledger.save_run(IndexRun(at.isoformat(), "g1", "site", at, status))

    def wake(self, job: str) -> None:
        """Make a job due now, by APScheduler's own clock."""
        self.jobs.modify_job(job, next_run_time=datetime.now(UTC))

    async def ring(self, job: str) -> None:
        """Make it due, and wait until APScheduler is done with it, one way or another."""
        self.wake(job)
        assert (await self.events.get()).job_id == job

    async def _reindex(self) -> None:
        self.crawls += 1
        self.crawled.set()
        await self.may_end.wait()
        if self.problem is not None:
            raise self.problem
        await self.attempt(self.now)

    async def _flush(self) -> None:
        self.flushes += 1


@asynccontextmanager
async def running(home: Home) -> AsyncIterator[Home]:
    await home.scheduler.start()
    try:
        yield home
    finally:
        await home.scheduler.close()


async def test_crawls_when_it_is_due() -> None:
    home = Home()
    await home.attempt(FOUR - timedelta(hours=20))
    async with running(home):
        home.now = FOUR + timedelta(seconds=1)
        await home.ring("recrawl")
    assert home.crawls == 1


async def test_the_next_time_is_what_cron_says() -> None:
    async with running(Home()) as home:
        due = home.jobs.get_job("recrawl").next_run_time
        assert (due.hour, due.minute, due.utcoffset()) == (4, 0, timedelta(0))


@pytest.mark.parametrize("status", ["finished", "failed", "rejected"])
async def test_a_missed_run_is_caught_up_at_start(status: RunStatus) -> None:
    home = Home(now=FOUR + timedelta(hours=6))
    await home.attempt(FOUR - timedelta(days=3), status)
    async with running(home):
        assert (await home.events.get()).job_id == "recrawl"
    assert home.crawls == 1


async def test_a_run_that_was_cut_off_is_caught_up() -> None:
    home = Home(now=FOUR + timedelta(hours=6))
    await home.attempt(FOUR - timedelta(days=1))
    await home.attempt(FOUR + timedelta(seconds=1), "running")
    async with running(home):
        await home.events.get()
    assert home.crawls == 1


@pytest.mark.parametrize("status", ["finished", "failed", "rejected"])
async def test_nothing_is_caught_up_where_nothing_was_missed(status: RunStatus) -> None:
    home = Home(now=FOUR + timedelta(hours=6))
    await home.attempt(FOUR + timedelta(seconds=1), status)
    async with running(home):
        await home.ring("flush")
        assert home.jobs.get_job("recrawl").next_run_time > datetime.now(UTC)
    assert home.crawls == 0


async def test_the_very_first_index_is_not_the_schedules_work() -> None:
    async with running(Home()) as home:
        await home.ring("flush")
        assert home.crawls == 0
        await home.ring("recrawl")
        assert home.crawls == 1


async def test_two_that_wake_at_once_crawl_once() -> None:
    first, second = Home(), Home()
    second.share(first.ledger, first.lock.take)
    first.may_end.clear()
    async with running(first), running(second):
        first.wake("recrawl")
        await first.crawled.wait()
        await second.ring("recrawl")
        first.may_end.set()
        await first.events.get()
    assert (first.crawls, second.crawls) == (1, 0)


async def test_one_that_wakes_late_finds_it_done() -> None:
    first, second = Home(), Home()
    second.share(first.ledger, first.lock.take)
    async with running(first), running(second):
        await first.ring("recrawl")
        second.now += timedelta(minutes=5)
        await second.ring("recrawl")
    assert (first.crawls, second.crawls) == (1, 0)


@pytest.mark.real
async def test_two_processes_with_real_records_crawl_once(database: Database, database_url: str) -> None:
    other = Database(database_url)
    first, second = Home(), Home()
    first.share(SqlLedger(database), database.try_lock)
    second.share(SqlLedger(other), other.try_lock)
    first.may_end.clear()
    async with running(first), running(second):
        first.wake("recrawl")
        await first.crawled.wait()
        await second.ring("recrawl")
        first.may_end.set()
        await first.events.get()
        await second.ring("recrawl")
    assert (first.crawls, second.crawls) == (1, 0)
    await other.close()


async def test_a_failed_run_is_told_and_does_not_end_the_schedule() -> None:
    home = Home()
    home.problem = CrawlError("The site is away.")
    async with running(home):
        with capture_logs() as logs:
            await home.ring("recrawl")
        home.problem = None
        await home.ring("recrawl")
    assert [(entry["event"], entry["job"]) for entry in logs] == [("A scheduled run failed", "recrawl")]
    assert str(logs[0]["exc_info"]) == "The site is away."
    assert home.crawls == 2


async def test_a_run_that_takes_too_long_is_not_doubled_and_told() -> None:
    home = Home()
    home.may_end.clear()
    async with running(home):
        home.wake("recrawl")
        await home.crawled.wait()
        with capture_logs() as logs:
            await home.ring("recrawl")
        home.may_end.set()
        await home.events.get()
    assert home.crawls == 1
    assert "still running" in logs[0]["event"]


async def test_closing_cancels_what_runs_and_waits_for_it() -> None:
    home = Home()
    home.may_end.clear()
    with capture_logs() as logs:
        async with running(home):
            home.wake("recrawl")
            await home.crawled.wait()
            assert home.lock.taken
    assert not home.lock.taken
    assert logs == []


async def test_off_leaves_only_the_flush() -> None:
    async with running(Home("off")) as home:
        assert [job.id for job in home.jobs.get_jobs()] == ["flush"]
        await home.ring("flush")
    assert home.flushes == 1


async def test_another_job_rings_at_full_hours_and_its_failure_is_told() -> None:
    async with running(Home("off")) as home:
        rung: list[str] = []

        async def job() -> None:
            rung.append("digest")
            raise CrawlError("Not this time.")

        home.scheduler.hourly("digest", job)
        due = home.jobs.get_job("digest").next_run_time
        assert (due.minute, due.second) == (0, 0)
        with capture_logs() as logs:
            await home.ring("digest")
    assert rung == ["digest"]
    assert [(entry["event"], entry["job"]) for entry in logs] == [("A scheduled run failed", "digest")]


async def test_a_ledger_that_is_away_does_not_stop_the_start() -> None:
    home = Home()
    away = FakeLedger()
    away.available = False
    home.share(away, home.lock.take)
    with capture_logs() as logs:
        async with running(home):
            await home.ring("flush")
    assert [entry["event"] for entry in logs] == ["Whether a re-crawl was missed is not known"]


async def test_old_records_are_deleted_at_the_start_and_once_a_day() -> None:
    home, pruned = Home("off"), asyncio.Event()

    async def prune() -> None:
        pruned.set()

    home.scheduler = Scheduler(
        "off", home._reindex, home._flush, home.ledger, home.lock.take, jobs=home.jobs, prune=prune
    )
    async with running(home):
        await pruned.wait()
        job = home.jobs.get_job("prune")
        assert job.trigger.interval == timedelta(days=1)


def test_what_is_no_schedule_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="five cron fields"):
        Home("every day")


async def test_another_schedule_is_in_force_at_once() -> None:
    home = Home(now=FOUR + timedelta(hours=6))
    await home.attempt(FOUR + timedelta(seconds=1))
    async with running(home):
        assert home.scheduler.running
        home.scheduler.reschedule("30 5 * * *")
        assert home.scheduler.cron == "30 5 * * *"
        due = home.scheduler.next_crawl
        assert due is not None
        assert (due.hour, due.minute) == (5, 30)
        await home.ring("flush")
        assert home.crawls == 0  # what the new times missed in the past is not caught up
        home.now = FOUR + timedelta(days=1, hours=2)
        await home.ring("recrawl")
        assert home.crawls == 1


async def test_the_clock_is_turned_off_and_on_again() -> None:
    async with running(Home()) as home:
        home.scheduler.reschedule("off")
        assert home.jobs.get_job("recrawl") is None
        assert home.scheduler.next_crawl is None
        home.scheduler.reschedule(DAILY)
        assert home.scheduler.next_crawl is not None


async def test_a_bad_schedule_changes_nothing() -> None:
    async with running(Home()) as home:
        with pytest.raises(ValueError):
            home.scheduler.reschedule("each morning")
        assert home.scheduler.cron == DAILY
        assert home.jobs.get_job("recrawl") is not None
