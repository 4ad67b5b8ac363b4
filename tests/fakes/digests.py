"""Who got which digest, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from rag_core.records.digests import DigestPlace
from tests.fakes.servers import FakeServerBook


@dataclass(slots=True)
class FakeDigests:
    """Implements `Digests`, over what is set in `servers`."""

    servers: FakeServerBook
    last: dict[int, datetime] = field(default_factory=dict)

    async def due(self, since: datetime) -> list[DigestPlace]:
        settings = {guild_id: server.settings for guild_id, server in (await self.servers.servers()).items()}
        return [
            DigestPlace(guild_id, each.digest_channel_id, each.language)
            for guild_id, each in sorted(settings.items())
            if each.digest_channel_id and (guild_id not in self.last or self.last[guild_id] < since)
        ]

    async def posted(self, guild_id: int, at: datetime) -> None:
        self.last[guild_id] = at
