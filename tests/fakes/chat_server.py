"""A small OpenAI-compatible server on loopback that says what the test wrote."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class ChatServer:
    """Set the attributes before the request that they are for.

    `frames` are the bytes of a completion's stream, sent one after the other; `hold` keeps the stream open after them
    until the client goes (`gone` is set then); `cut` breaks the connection after them. `status` and `error` answer
    with an error instead; `silent` never answers. `models` is what /models lists; `bodies` and `keys` are what came.
    """

    def __init__(self) -> None:
        self.url = ""
        self.frames: list[bytes] = []
        self.hold = False
        self.cut = False
        self.silent = False
        self.status = 200
        self.error = ""
        self.models: Any = {"data": [{"id": "small", "max_model_len": 4096}, {"id": "large"}]}
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.gone = asyncio.Event()

    def say(self, *texts: str, finish_reason: str | None = "stop", usage: dict[str, Any] | None = None) -> None:
        """Stream these texts, one event each, as vLLM's server does."""
        chunks: list[Any] = [{"choices": [{"delta": {"role": "assistant", "content": ""}}]}]
        chunks += [{"choices": [{"delta": {"content": text}}]} for text in texts]
        if finish_reason:
            chunks.append({"choices": [{"delta": {}, "finish_reason": finish_reason}]})
        if usage:
            chunks.append({"choices": [], "usage": usage})
        self.frames = [frame(chunk) for chunk in chunks]
        if finish_reason:
            self.frames.append(b"data: [DONE]\n\n")

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        if self.error or self.status != 200:
            return web.Response(status=self.status, text=self.error)
        try:
            return await self._stream(request)
        except (asyncio.CancelledError, ConnectionError):
            self.gone.set()
            raise

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for part in self.frames:
            await response.write(part)
        if self.hold:
            await asyncio.Event().wait()
        if self.cut and request.transport:
            request.transport.abort()
        return response

    async def _list(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization"))
        if self.silent:
            await asyncio.Event().wait()
        if self.status != 200:
            return web.Response(status=self.status, text=self.error)
        return web.json_response(self.models)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ChatServer"]:
        """Serve on a free port until the block ends."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
            yield self
        finally:
            await runner.cleanup()


def frame(chunk: object) -> bytes:
    """One event."""
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"
