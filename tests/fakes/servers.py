"""What moderators set, in memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rag_core.errors import RecordsUnavailable
from rag_core.records.servers import ChannelSettings, Limit, LimitScope, Server, ServerSettings
from tests.fakes.audit import FakeAudit


@dataclass(slots=True)
class FakeServerBook:
    """Implements `ServerBook`. With `down`, every call raises."""

    audit: FakeAudit = field(default_factory=FakeAudit)
    down: bool = False
    _servers: dict[int, Server] = field(default_factory=dict)

    async def servers(self) -> Mapping[int, Server]:
        self._refuse_when_down()
        return dict(self._servers)

    async def save_settings(self, guild_id: int, settings: ServerSettings, by: int) -> Server:
        await asyncio.sleep(0)  # a database lets others have a turn too
        old = self._server(guild_id)
        if settings != old.settings:
            self._servers[guild_id] = replace(old, settings=settings)
            self.audit.note(guild_id, by, "server set", "server", old.settings, settings)
        return self._server(guild_id)

    async def save_channel(self, guild_id: int, channel_id: int, channel: ChannelSettings, by: int) -> Server:
        old = self._server(guild_id)
        if channel != (before := old.channels.get(channel_id)):
            self._servers[guild_id] = replace(old, channels={**old.channels, channel_id: channel})
            self.audit.note(guild_id, by, "channel set", f"channel {channel_id}", before, channel)
        return self._server(guild_id)

    async def clear_channel(self, guild_id: int, channel_id: int, by: int) -> Server:
        old = self._server(guild_id)
        if before := old.channels.get(channel_id):
            others = {key: value for key, value in old.channels.items() if key != channel_id}
            self._servers[guild_id] = replace(old, channels=others)
            self.audit.note(guild_id, by, "channel clear", f"channel {channel_id}", before, None)
        return self._server(guild_id)

    async def save_limit(self, guild_id: int, limit: Limit, by: int) -> Server:
        before, others = self._limits(guild_id, limit.scope, limit.target_id)
        if limit != before:
            limits = sorted([*others, limit], key=lambda each: (each.scope, each.target_id))
            self._servers[guild_id] = replace(self._server(guild_id), limits=tuple(limits))
            self.audit.note(guild_id, by, "limits set", f"{limit.scope} {limit.target_id}", before, limit)
        return self._server(guild_id)

    async def clear_limit(self, guild_id: int, scope: LimitScope, target_id: int, by: int) -> Server:
        before, others = self._limits(guild_id, scope, target_id)
        if before:
            self._servers[guild_id] = replace(self._server(guild_id), limits=tuple(others))
            self.audit.note(guild_id, by, "limits clear", f"{scope} {target_id}", before, None)
        return self._server(guild_id)

    def _server(self, guild_id: int) -> Server:
        self._refuse_when_down()
        return self._servers.get(guild_id) or Server()

    def _limits(self, guild_id: int, scope: LimitScope, target_id: int) -> tuple[Limit | None, list[Limit]]:
        limits = self._server(guild_id).limits
        found = next((each for each in limits if (each.scope, each.target_id) == (scope, target_id)), None)
        return found, [each for each in limits if each is not found]

    def _refuse_when_down(self) -> None:
        if self.down:
            raise RecordsUnavailable("The fake database is down.")
