"""The bot as operators see it, with fakes behind it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.cron import parse_cron
from bot.findings import Finding
from bot.operating import Operations
from rag_core.answering.desk import Load
from rag_core.answering.model import IndexInfo
from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.crawling.website import WebsiteSource
from rag_core.errors import IndexBusy, NoRollback, StoreUnavailable
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.store import Generation
from rag_core.progress import Progress, ProgressHandler, ignore_progress
from tests.fakes.desk import Wait
from tests.fakes.ledger import FakeLedger
from tests.fakes.operating import FakeOperatingBook
from tests.fakes.source import FakeSource, make_page
from tests.fakes.store import FakeStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DOCS = "https://docs.example.org/docs"


def a_run(**values: Any) -> IndexRun:
    """One that went well, unless `values` say otherwise."""
    usual = IndexRun(
        "r1",
        "g2",
        DOCS,
        NOON,
        "finished",
        NOON + timedelta(minutes=3),
        new=12,
        changed=3,
        unchanged=468,
        chunks_total=5120,
        chunks_embedded=61,
        seconds=192.0,
    )
    return replace(usual, **values)


def a_generation(generation_id: str, built: datetime) -> Generation:
    return Generation(generation_id, "model", 64, 1, 1, DOCS, built)


Step = Progress | Wait | IndexRun | Exception


async def _nothing() -> None:
    """As a run that nobody wants to hear of first."""


@dataclass(slots=True)
class FakeLibrarian:
    """Plays `script` in each run: reports, waits, and at the end a run or what it broke off with.

    `wanted` holds what was asked for: the one source, if it was one, and whether it was a full run.
    """

    script: Sequence[Step] = field(default_factory=lambda: (a_run(),))
    status: str = ""
    busy: bool = False
    wanted: list[tuple[str | None, bool]] = field(default_factory=list)
    generations: tuple[Generation, Generation] | None = None

    async def reindex(
        self,
        source: Source | None = None,
        *,
        full: bool = False,
        progress: ProgressHandler = ignore_progress,
        begun: Callable[[], Awaitable[None]] = _nothing,
    ) -> IndexRun:
        if self.busy:
            raise IndexBusy("Another process is writing the index.")
        self.busy = True
        try:
            await begun()
            self.wanted.append((source._only if isinstance(source, SeveralSources) else None, full))
            return await self._play(progress)
        finally:
            self.busy = False

    async def _play(self, progress: ProgressHandler) -> IndexRun:
        for step in self.script:
            if isinstance(step, IndexRun):
                return step
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
            else:
                progress(step)
        raise AssertionError("a script ends with a run or an exception")

    async def rollback(self) -> tuple[Generation, Generation]:
        if self.generations is None:
            raise NoRollback("The live one is all there is.")
        return self.generations

    async def roll_back(self) -> IndexRun:
        if self.busy:
            raise IndexBusy("Another process is writing the index.")
        live, earlier = await self.rollback()
        self.generations = earlier, live
        return a_run(generation_id=earlier.id, status="rolled back")


@dataclass(slots=True)
class FakeSchedule:
    """A clock that stands at noon."""

    cron: str = "0 4 * * *"
    running: bool = True

    @property
    def next_crawl(self) -> datetime | None:
        parsed = parse_cron(self.cron)
        return parsed.next_after(NOON) if parsed else None

    def reschedule(self, cron: str) -> None:
        self.cron = cron


@dataclass(slots=True)
class FakeOperations:
    """The fakes, to look into; `operations` is what the bot gets of them. `down` names parts that are away.

    A website in `websites` can be added; any other address is opened for real, as far as that goes without a network.
    """

    book: FakeOperatingBook = field(default_factory=FakeOperatingBook)
    librarian: FakeLibrarian = field(default_factory=FakeLibrarian)
    schedule: FakeSchedule = field(default_factory=FakeSchedule)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    store: FakeStore = field(default_factory=FakeStore)
    main: FakeSource = field(default_factory=lambda: FakeSource([make_page()], name=DOCS))
    websites: dict[str, FakeSource] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    info: IndexInfo | None = None
    load: Load = field(default_factory=Load)
    found: Sequence[Finding] = (Finding("milvus", "ok", "Milvus Lite answers."),)
    server: Finding = field(default_factory=lambda: Finding("discord", "ok", "The bot may answer in all 2 channels."))
    channel_id: int | None = None

    @property
    def operations(self) -> Operations:
        return Operations(
            librarian=self.librarian,
            schedule=self.schedule,
            ledger=self.ledger,
            store=self.store,
            sources=SeveralSources(self.main, self._added),
            open_source=self._open,
            checks={name: self._check(name) for name in ("milvus", "engine", "database")},
            info=self._info,
            load=lambda: self.load,
            examine=self._examine,
            examine_server=self._examine_server,
            channel_id=self.channel_id,
        )

    async def _added(self) -> Mapping[str, Source]:
        return {each.name: self._open(each.address) for each in await self.book.sources()}

    def _open(self, address: str) -> Source:
        return self.websites.get(address) or WebsiteSource(address, rate=1000)

    def _check(self, name: str) -> Callable[[], Awaitable[None]]:
        async def check() -> None:
            if name in self.down:
                raise StoreUnavailable(f"{name} is down.")

        return check

    async def _info(self) -> IndexInfo | None:
        if "milvus" in self.down:
            raise StoreUnavailable("milvus is down.")
        return self.info

    async def _examine(self) -> Sequence[Finding]:
        return self.found

    def _examine_server(self, guild: discord.Guild) -> Finding:
        return self.server
