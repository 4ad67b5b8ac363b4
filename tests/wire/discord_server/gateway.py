"""The gateway: handshake, heartbeats, resuming, and which events go to which shard.

See "Gateway" in Discord's developer documentation for the opcodes and close codes.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.wire.discord_server.connection import Closed, Connection
from tests.wire.discord_server.journal import Journal
from tests.wire.discord_server.model import Guild, Json, Message
from tests.wire.discord_server.payloads import guild_json, member_json, message_json, pings, user_json
from tests.wire.discord_server.session import (
    DIRECT_MESSAGES,
    GUILD_MEMBERS,
    GUILD_MESSAGES,
    GUILDS,
    MESSAGE_CONTENT,
    Session,
)
from tests.wire.discord_server.signal import Signal
from tests.wire.discord_server.world import World

_HEARTBEAT, _IDENTIFY, _PRESENCE, _VOICE, _RESUME, _REQUEST_MEMBERS = 1, 2, 3, 4, 6, 8
_CHUNK = 1000


class Gateway:
    """Takes the bot's websockets. `url` is set once the server listens.

    `privileged` are the privileged intents that the application has switched on; others are refused with 4014.
    """

    def __init__(self, world: World, journal: Journal, signal: Signal, token: str, heartbeat_interval: float) -> None:
        self.url = ""
        self.token = token
        self.privileged = GUILD_MEMBERS | MESSAGE_CONTENT
        self.sessions: list[Session] = []
        self.connections: list[Connection] = []
        self.starts_left = 1000
        self.resumes = 0
        self.heartbeats = 0
        self._world = world
        self._journal = journal
        self._signal = signal
        self._interval = heartbeat_interval

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One websocket, from HELLO to its end."""
        connection = Connection(request, self._interval)
        await connection.open()
        writer: asyncio.Task[None] | None = None
        try:
            while (frame := await connection.receive()) is not None:
                await self._obey(connection, frame)
                if writer is None and connection.session is not None:
                    writer = asyncio.create_task(connection.send_events())
        except Closed as reason:
            self._note(reason)
            await connection.socket.close(code=reason.code, message=reason.reason.encode())
        finally:
            self._forget(connection)
            if writer is not None:
                writer.cancel()
        return connection.socket

    def live(self) -> list[Connection]:
        """The connections that carry a session now."""
        return [item for item in self.connections if item.session is not None]

    def dispatch(self, name: str, data: Json, guild: Guild | None, intent: int = 0) -> None:
        """Send an event to the shard of its guild, if the bot asked for such events."""
        for session in self._receivers(guild, intent):
            session.dispatch(name, data)

    def dispatch_message(self, name: str, message: Message, base_url: str) -> None:
        """Send MESSAGE_CREATE or MESSAGE_UPDATE; an ephemeral one goes to no one.

        Without its intent, a bot reads contents only in direct messages, where it is mentioned, and of its own.
        """
        guild = message.channel.guild
        if message.ephemeral:
            return
        for session in self._receivers(guild, GUILD_MESSAGES if guild else DIRECT_MESSAGES):
            mentioned = pings(message, self._world.bot)
            own = message.author is self._world.bot
            readable = session.wants(MESSAGE_CONTENT) or guild is None or mentioned or own
            session.dispatch(name, message_json(message, base_url, content=readable))

    def _receivers(self, guild: Guild | None, intent: int) -> Iterable[Session]:
        wanted = [item for item in self.sessions if item.valid and (not intent or item.wants(intent))]
        return [item for item in wanted if item.covers(guild.id if guild else None)]

    async def _obey(self, connection: Connection, frame: Json) -> None:
        op: int = frame["op"]
        data: Any = frame.get("d")
        if op == _HEARTBEAT:
            self.heartbeats += 1
            await connection.send({"op": 11})
        elif op == _IDENTIFY:
            self._identify(connection, data)
        elif op == _RESUME:
            await self._resume(connection, data)
        elif connection.session is None:
            raise Closed(4003, "Not authenticated")
        elif op == _REQUEST_MEMBERS:
            self._send_members(connection.session, data)
        elif op not in {_PRESENCE, _VOICE}:
            raise Closed(4001, "Unknown opcode")

    def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise Closed(4005, "Already authenticated")
        if data["token"] != self.token or self.starts_left <= 0:
            raise Closed(4004, "Authentication failed")
        intents = data.get("intents")
        if not isinstance(intents, int) or not 0 <= intents < 1 << 26:
            raise Closed(4013, "Invalid intents")
        if intents & (GUILD_MEMBERS | MESSAGE_CONTENT | 1 << 8) & ~self.privileged:
            raise Closed(4014, "Disallowed intents")
        number, count = data.get("shard", (0, 1))
        if not 0 <= number < count:
            raise Closed(4010, "Invalid shard")
        self.starts_left -= 1
        self._start(connection, Session((number, count), intents, self._signal))

    def _start(self, connection: Connection, session: Session) -> None:
        for other in self.sessions:
            other.valid = other.valid and other.shard != session.shard
        self.sessions.append(session)
        self._attach(connection, session, cursor=0)
        guilds = [guild for guild in self._world.guilds.values() if session.covers(guild.id)]
        session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds if session.wants(GUILDS) else []:
            session.dispatch("GUILD_CREATE", guild_json(guild, members=session.wants(GUILD_MEMBERS)))

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        return {
            "v": 10,
            "user": user_json(self._world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._world.bot.id), "flags": 0},
            "private_channels": [],
        }

    async def _resume(self, connection: Connection, data: Json) -> None:
        if data["token"] != self.token:
            raise Closed(4004, "Authentication failed")
        session = next((item for item in self.sessions if item.id == data["session_id"] and item.valid), None)
        if session is None:
            await connection.send({"op": 9, "d": False})
            return
        if not 0 <= data["seq"] <= session.sequence:
            raise Closed(4007, "Invalid seq")
        self.resumes += 1
        self._attach(connection, session, cursor=data["seq"])
        session.dispatch("RESUMED", {})

    def _attach(self, connection: Connection, session: Session, cursor: int) -> None:
        connection.session, connection.cursor = session, cursor
        self.connections.append(connection)
        self._signal.notify()

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        self._signal.notify()

    def _note(self, reason: Closed) -> None:
        """A close that the bot brought about is a violation; 4004 and 4014 are the operator's settings."""
        if reason.code == 4009:
            self._journal.violation("heartbeat", "No heartbeat came in time.")
        elif reason.code not in {4004, 4014}:
            self._journal.violation("gateway", f"Closed with {reason.code}: {reason.reason}")

    def _send_members(self, session: Session, data: Json) -> None:
        """Answer "request guild members"; without a query, that needs the members intent, as on Discord."""
        guild = self._world.guild(str(data["guild_id"]))
        ids = {int(number) for number in _as_list(data.get("user_ids"))}
        query = str(data.get("query") or "").lower()
        members = [item for item in guild.members.values() if not ids or item.user.id in ids]
        found = [member_json(guild, item) for item in members if item.user.name.lower().startswith(query)]
        found = found[: data.get("limit") or None]
        count = max(1, -(-len(found) // _CHUNK))
        for index in range(count):
            chunk = {"members": found[index * _CHUNK : (index + 1) * _CHUNK], "chunk_index": index}
            chunk |= {"guild_id": str(guild.id), "chunk_count": count, "nonce": data.get("nonce"), "not_found": []}
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _as_list(value: str | int | list[str] | None) -> list[str | int]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
