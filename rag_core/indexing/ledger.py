"""The port to what is remembered about crawled pages and index runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

RunStatus = Literal["running", "finished", "failed", "rejected", "rolled back"]


@dataclass(frozen=True, slots=True)
class PageState:
    """What the last run learned of one page, kept for each generation.

    `misses` counts crawls in a row in which the page was not there; at two it is gone.
    """

    url: str
    page_key: str
    title: str
    digest: str
    etag: str = ""
    last_modified: str = ""
    misses: int = 0
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class IndexRun:
    """One run of the indexer, as `index --history` lists it. Counts are pages unless named otherwise.

    `generation_id` is the generation that it wrote or, of a rollback, made live again. For `gate_score`,
    `gate_live_score` and `gate_scores` see `Verdict`; they are empty where the gate was not asked.
    """

    id: str
    generation_id: str
    source: str
    started_at: datetime
    status: RunStatus = "running"
    finished_at: datetime | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    failed: int = 0
    chunks_total: int = 0
    chunks_embedded: int = 0
    chunks_deleted: int = 0
    seconds: float = 0.0
    note: str = ""
    failures: tuple[str, ...] = field(default=())
    gate_score: float | None = None
    gate_live_score: float | None = None
    gate_scores: Mapping[str, float] = field(default_factory=dict)


class Ledger(Protocol):
    """Remembers pages and runs. Any call may raise `RecordsUnavailable`."""

    async def pages(self, generation_id: str) -> Mapping[str, PageState]:
        """By address."""

    async def save_pages(self, generation_id: str, states: Sequence[PageState]) -> None:
        """Insert or replace."""

    async def forget_pages(self, generation_id: str, urls: Sequence[str] | None = None) -> None:
        """Delete these, or all of a generation."""

    async def save_run(self, run: IndexRun) -> None:
        """Insert or replace, by id."""

    async def runs(self, limit: int = 20) -> list[IndexRun]:
        """Newest first."""

    async def gate_scores(self, generation_id: str) -> Mapping[str, float]:
        """What the gate last found of this generation, by question; empty where it was not asked."""

    async def refreshed_at(self, generation_id: str) -> datetime | None:
        """When the last finished run that wrote this generation ended."""
