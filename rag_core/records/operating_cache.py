"""What operators set, in memory: whether there is a pause is asked for every question."""

from collections.abc import Awaitable, Sequence

from rag_core.records.operating import AddedSource, BotState, OperatingBook


class Operating:
    """The state as it was read last; sources are read each time.

    Reading the state neither waits nor fails. Other processes on the same database see a change with their next
    `load`. All calls but `state` raise what `OperatingBook` does.
    """

    def __init__(self, book: OperatingBook) -> None:
        self._book = book
        self._state = BotState()

    @property
    def state(self) -> BotState:
        """What holds, as far as this process knows."""
        return self._state

    async def load(self) -> BotState:
        """Read the state anew."""
        self._state = await self._book.state()
        return self._state

    async def pause(self, by: int) -> bool:
        """Take no questions any more; False where none were taken already."""
        return await self._keep(self._book.set_paused(by, paused=True))

    async def resume(self, by: int) -> bool:
        """Take questions again; False where they were taken already."""
        return await self._keep(self._book.set_paused(by, paused=False))

    async def set_cron(self, cron: str, by: int) -> bool:
        """When the documentation is crawled again; False where it was so already."""
        return await self._keep(self._book.set_cron(cron, by))

    async def sources(self) -> Sequence[AddedSource]:
        """Those that were added, by name."""
        return await self._book.sources()

    async def add_source(self, name: str, address: str, by: int) -> bool:
        """Add one; False where there is one of that name already."""
        return await self._book.add_source(name, address, by)

    async def remove_source(self, name: str, by: int) -> bool:
        """Remove one; False where there is none."""
        return await self._book.remove_source(name, by)

    async def _keep(self, write: Awaitable[BotState]) -> bool:
        before, self._state = self._state, await write
        return self._state != before
