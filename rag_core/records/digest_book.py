"""Who got which digest, in a database."""

from datetime import datetime

from sqlalchemy import or_, select

from rag_core.records.database import Database
from rag_core.records.digests import DigestPlace
from rag_core.records.tables import DigestRow, ServerRow
from rag_core.records.writing import upsert


class SqlDigests:
    """`Digests` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, since: datetime) -> list[DigestPlace]:
        """Servers that want a digest and have got none since then, as it is on record now, by id."""
        wanted = (
            select(ServerRow.guild_id, ServerRow.digest_channel_id, ServerRow.language)
            .outerjoin(DigestRow, DigestRow.guild_id == ServerRow.guild_id)
            .where(ServerRow.digest_channel_id.is_not(None))
            .where(or_(DigestRow.posted_at.is_(None), DigestRow.posted_at < since))
            .order_by(ServerRow.guild_id)
        )
        async with self._database.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [DigestPlace(guild_id, channel_id, language) for guild_id, channel_id, language in rows if channel_id]

    async def posted(self, guild_id: int, at: datetime) -> None:
        """Keep that a server got one; or that it wants the next only, where it has just chosen a channel."""
        async with self._database.writing() as session:
            await upsert(session, DigestRow, [{"guild_id": guild_id, "posted_at": at}])
