"""What is set in each server, in memory: read for every question, changed a few times a year."""

import asyncio
from collections.abc import Awaitable, Callable

from rag_core.records.servers import ChannelSettings, Limit, LimitScope, Server, ServerBook, ServerSettings

SettingsChange = Callable[[ServerSettings], ServerSettings]
ChannelChange = Callable[[ChannelSettings], ChannelSettings]


class Servers:
    """All servers' settings, read once at the start and replaced by each write.

    Reading neither waits nor fails, so that a slow or absent database holds up no answer. Nobody else may write the
    tables meanwhile: of several processes, each has the servers of its own shards.
    """

    def __init__(self, book: ServerBook) -> None:
        self._book = book
        self._known: dict[int, Server] = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        """Read everything; to be called once, before anything is looked up.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        self._known = dict(await self._book.servers())

    def of(self, guild_id: int | None) -> Server:
        """What is set in a server; what holds by itself, in direct messages."""
        return self._known.get(guild_id or 0) or Server()

    async def change_settings(self, guild_id: int, change: SettingsChange, by: int) -> None:
        """Make what holds for a server into something else. This and all writes below raise what `ServerBook` does."""

        def write() -> Awaitable[Server]:
            return self._book.save_settings(guild_id, change(self.of(guild_id).settings), by)

        await self._keep(guild_id, write)

    async def change_channel(self, guild_id: int, channel_id: int, change: ChannelChange, by: int) -> None:
        """Make what holds in a channel into something else."""

        def write() -> Awaitable[Server]:
            return self._book.save_channel(guild_id, channel_id, change(self.of(guild_id).channel(channel_id)), by)

        await self._keep(guild_id, write)

    async def clear_channel(self, guild_id: int, channel_id: int, by: int) -> None:
        """Go back to what holds where nothing is set."""
        await self._keep(guild_id, lambda: self._book.clear_channel(guild_id, channel_id, by))

    async def save_limit(self, guild_id: int, limit: Limit, by: int) -> None:
        """Set a limit."""
        await self._keep(guild_id, lambda: self._book.save_limit(guild_id, limit, by))

    async def clear_limit(self, guild_id: int, scope: LimitScope, target_id: int, by: int) -> None:
        """Lift a limit."""
        await self._keep(guild_id, lambda: self._book.clear_limit(guild_id, scope, target_id, by))

    async def _keep(self, guild_id: int, write: Callable[[], Awaitable[Server]]) -> None:
        # One at a time, so that a change is made of what was written last, and is what is kept.
        async with self._writing:
            self._known[guild_id] = await write()
