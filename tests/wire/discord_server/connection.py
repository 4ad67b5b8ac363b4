"""One websocket of the gateway: frames in and out, heartbeats, and the session that it carries."""

import asyncio
import json
import zlib
from collections import deque
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from tests.wire.discord_server.model import Json
from tests.wire.discord_server.session import Session

_COMMANDS_PER_MINUTE = 120


class Closed(Exception):
    """The gateway ends the connection with one of Discord's close codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """Sends and receives. `cursor` is the sequence number of the last event sent on it."""

    def __init__(self, request: web.Request, heartbeat_interval: float) -> None:
        self.socket = web.WebSocketResponse(compress=False)
        self.session: Session | None = None
        self.cursor = 0
        self.heartbeats = 0
        self._request = request
        self._interval = heartbeat_interval
        self._compressor = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._commands: deque[float] = deque(maxlen=_COMMANDS_PER_MINUTE)

    async def open(self) -> None:
        """Upgrade to a websocket and say HELLO."""
        await self.socket.prepare(self._request)
        await self.send({"op": 10, "d": {"heartbeat_interval": int(self._interval * 1000)}})

    async def send(self, frame: Json) -> None:
        """Send one frame, compressed as the client asked for. A broken connection is the reader's to notice."""
        text = json.dumps({"t": None, "s": None, "op": 0, "d": None} | frame)
        try:
            if self._compressor is None:
                await self.socket.send_str(text)
            else:
                data = self._compressor.compress(text.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(data)
        except (ConnectionError, RuntimeError):
            self.abort()

    async def receive(self) -> Json | None:
        """The client's next frame, or None when the connection is over.

        Raises:
            Closed: no heartbeat in time (4009), an unreadable frame (4002), too many frames (4008).
        """
        try:
            message = await asyncio.wait_for(self.socket.receive(), self._interval * 1.5)
        except TimeoutError:
            raise Closed(4009, "Session timed out") from None
        if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
            return None
        self._count()
        return _decoded(message)

    def abort(self) -> None:
        """Break the connection without a goodbye, as a lost network does."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def send_events(self) -> None:
        """Send the session's events from `cursor` on, until cancelled."""
        assert self.session is not None
        session = self.session
        while True:
            await session.signal.until(lambda: session.sequence > self.cursor, "the next event", within=86_400)
            event = session.events[self.cursor]
            self.cursor += 1
            await self.send(event)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._commands) == _COMMANDS_PER_MINUTE and now - self._commands[0] < 60:
            raise Closed(4008, "Rate limited")
        self._commands.append(now)


def _decoded(message: WSMessage) -> Json:
    try:
        frame: Any = json.loads(message.data)
    except ValueError:
        raise Closed(4002, "Decode error") from None
    if not isinstance(frame, dict) or "op" not in frame:
        raise Closed(4002, "Decode error")
    return frame
