"""The port to what operators set for all servers at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BotState:
    """What holds everywhere. `recrawl_cron` is None where the setting RECRAWL_CRON holds."""

    paused: bool = False
    recrawl_cron: str | None = None


@dataclass(frozen=True, slots=True)
class AddedSource:
    """A website that is documentation too; `name` is what operators call it."""

    name: str
    address: str
    added_by: int
    at: datetime


class OperatingBook(Protocol):
    """Keeps it.

    Every write names who makes it and puts the change on record in the same transaction; one that changes nothing
    leaves no record. Any call may raise `RecordsUnavailable`.
    """

    async def state(self) -> BotState:
        """What holds now."""

    async def set_paused(self, by: int, *, paused: bool) -> BotState:
        """Take no questions any more, or again."""

    async def set_cron(self, cron: str, by: int) -> BotState:
        """When the documentation is crawled again."""

    async def sources(self) -> Sequence[AddedSource]:
        """Those that were added, by name."""

    async def add_source(self, name: str, address: str, by: int) -> bool:
        """Add one; False where there is one of that name already."""

    async def remove_source(self, name: str, by: int) -> bool:
        """Remove one; False where there is none."""
