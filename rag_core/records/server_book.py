"""What moderators set, in a database."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry, snapshot
from rag_core.records.audit_trail import put_on_record
from rag_core.records.database import Database
from rag_core.records.entries import storable
from rag_core.records.servers import ChannelSettings, Limit, LimitScope, Server, ServerSettings
from rag_core.records.tables import ChannelRow, LimitRow, ServerRow
from rag_core.records.writing import table_of, upsert


def _now() -> datetime:
    return datetime.now(UTC)


class SqlServerBook:
    """`ServerBook` over a `Database`; `clock` tells the time, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def servers(self) -> Mapping[int, Server]:
        """Those where anything is set, by id."""
        async with self._database.reading() as session:
            return await _read(session)

    async def save_settings(self, guild_id: int, settings: ServerSettings, by: int) -> Server:
        """Set what holds for a server."""
        clean = storable(settings)
        async with self._database.writing() as session:
            before = (await _one(session, guild_id)).settings
            if clean != before:
                row = {**asdict(clean), "guild_id": guild_id, "moderator_role_ids": list(clean.moderator_role_ids)}
                await upsert(session, ServerRow, [row])
                await self._record(session, guild_id, by, ("server set", "server"), before, clean)
            return await _one(session, guild_id)

    async def save_channel(self, guild_id: int, channel_id: int, channel: ChannelSettings, by: int) -> Server:
        """Set what holds in a channel."""
        async with self._database.writing() as session:
            before = (await _one(session, guild_id)).channels.get(channel_id)
            if channel != before:
                row = {"guild_id": guild_id, "channel_id": channel_id, **asdict(channel)}
                await upsert(session, ChannelRow, [row])
                await self._record(session, guild_id, by, ("channel set", f"channel {channel_id}"), before, channel)
            return await _one(session, guild_id)

    async def clear_channel(self, guild_id: int, channel_id: int, by: int) -> Server:
        """Go back to what holds where nothing is set."""
        async with self._database.writing() as session:
            before = (await _one(session, guild_id)).channels.get(channel_id)
            if before is not None:
                table = table_of(ChannelRow)
                here = (table.c.guild_id == guild_id, table.c.channel_id == channel_id)
                await session.execute(delete(table).where(*here))
                await self._record(session, guild_id, by, ("channel clear", f"channel {channel_id}"), before, None)
            return await _one(session, guild_id)

    async def save_limit(self, guild_id: int, limit: Limit, by: int) -> Server:
        """Set a limit; one for the same scope and target is replaced."""
        async with self._database.writing() as session:
            before = _limit_of(await _one(session, guild_id), limit.scope, limit.target_id)
            if limit != before:
                await upsert(session, LimitRow, [{"guild_id": guild_id, **asdict(limit)}])
                subject = f"{limit.scope} {limit.target_id}"
                await self._record(session, guild_id, by, ("limits set", subject), before, limit)
            return await _one(session, guild_id)

    async def clear_limit(self, guild_id: int, scope: LimitScope, target_id: int, by: int) -> Server:
        """Lift a limit."""
        async with self._database.writing() as session:
            before = _limit_of(await _one(session, guild_id), scope, target_id)
            if before is not None:
                table = table_of(LimitRow)
                here = (table.c.guild_id == guild_id, table.c.scope == scope, table.c.target_id == target_id)
                await session.execute(delete(table).where(*here))
                await self._record(session, guild_id, by, ("limits clear", f"{scope} {target_id}"), before, None)
            return await _one(session, guild_id)

    async def _record(
        self, session: AsyncSession, guild_id: int, by: int, what: tuple[str, str], before: Any, after: Any
    ) -> None:
        entry = AuditEntry(guild_id, by, *what, snapshot(before), snapshot(after), self._clock())
        await put_on_record(session, entry)


async def _one(session: AsyncSession, guild_id: int) -> Server:
    return (await _read(session, guild_id)).get(guild_id) or Server()


async def _read(session: AsyncSession, guild_id: int | None = None) -> dict[int, Server]:
    """All servers, or one."""
    settings = {row.guild_id: _settings(row) for row in await _rows(session, ServerRow, guild_id)}
    channels: dict[int, dict[int, ChannelSettings]] = defaultdict(dict)
    for channel in await _rows(session, ChannelRow, guild_id):
        found = ChannelSettings(channel.mode, channel.threads, channel.may_set_tags)
        channels[channel.guild_id][channel.channel_id] = found
    limits: dict[int, list[Limit]] = defaultdict(list)
    for limit in await _rows(session, LimitRow, guild_id):
        limits[limit.guild_id].append(Limit(limit.scope, limit.questions, limit.seconds, limit.target_id))
    return {
        each: Server(settings.get(each, ServerSettings()), dict(channels[each]), tuple(limits[each]))
        for each in settings.keys() | channels.keys() | limits.keys()
    }


async def _rows(session: AsyncSession, model: type[Any], guild_id: int | None) -> list[Any]:
    wanted = select(model).order_by(*table_of(model).primary_key.columns).execution_options(populate_existing=True)
    return list(await session.scalars(wanted if guild_id is None else wanted.where(model.guild_id == guild_id)))


def _settings(row: ServerRow) -> ServerSettings:
    return ServerSettings(
        language=row.language,
        instructions=row.instructions,
        helper_role_id=row.helper_role_id,
        moderator_role_ids=tuple(row.moderator_role_ids),
        digest_channel_id=row.digest_channel_id,
    )


def _limit_of(server: Server, scope: LimitScope, target_id: int) -> Limit | None:
    return next((each for each in server.limits if (each.scope, each.target_id) == (scope, target_id)), None)
