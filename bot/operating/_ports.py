"""What the commands need of the rest of the bot."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import discord

from bot.findings import Finding
from rag_core.answering.desk import Load
from rag_core.answering.model import IndexInfo
from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.indexing.ledger import IndexRun, Ledger
from rag_core.indexing.store import Generation, VectorStore
from rag_core.progress import ProgressHandler

Begun = Callable[[], Awaitable[None]]


class KeepsIndex(Protocol):
    """Runs the indexer: `bot.librarian.Librarian`."""

    @property
    def status(self) -> str:
        """What is going on or went wrong, in a few words; empty while all is well."""

    async def reindex(
        self, source: Source | None = None, *, full: bool = False, progress: ProgressHandler = ..., begun: Begun = ...
    ) -> IndexRun:
        """One run now."""

    async def rollback(self) -> tuple[Generation, Generation]:
        """What is live, and what a rollback would make live."""

    async def roll_back(self) -> IndexRun:
        """Go back."""


class Schedule(Protocol):
    """Crawls by the clock: `bot.scheduler.Scheduler`."""

    @property
    def cron(self) -> str:
        """When: five fields, or `off`."""

    @property
    def running(self) -> bool:
        """Whether the clock goes."""

    @property
    def next_crawl(self) -> datetime | None:
        """When next; None for never."""

    def reschedule(self, cron: str) -> None:
        """From now on at other times."""


@dataclass(frozen=True, slots=True)
class Operations:
    """The bot as operators see it.

    Args:
        librarian, schedule: what indexes, and when.
        ledger, store: what was indexed.
        sources: all documentation; `open_source` makes a source of an address, as a crawl would.
        checks: look at a part each, by name, and raise where it is not there.
        info, load: which index is live, and how many questions are being answered.
        examine: the doctor's findings; `examine_server` those of one server's channels.
        channel_id: the operators' channel, if they have one.
    """

    librarian: KeepsIndex
    schedule: Schedule
    ledger: Ledger
    store: VectorStore
    sources: SeveralSources
    open_source: Callable[[str], Source]
    checks: Mapping[str, Callable[[], Awaitable[object]]]
    info: Callable[[], Awaitable[IndexInfo | None]]
    load: Callable[[], Load]
    examine: Callable[[], Awaitable[Sequence[Finding]]]
    examine_server: Callable[[discord.Guild], Finding]
    channel_id: int | None = None
