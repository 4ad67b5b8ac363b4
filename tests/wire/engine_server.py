"""An OpenAI-compatible server on loopback that writes what a test tells it to, at the pace of the test."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.wire.discord_server.signal import PATIENCE, Signal

Writer = Callable[[str], Sequence[str]]
"""Makes the pieces of an answer from the prompt's last message."""

_NUMBERED = re.compile(r"number=[\"']?(\d+)[\"']?>")
_SENTENCE = re.compile(r"(?<=\n)[A-Z][A-Za-z ,'-]{40,200}\.(?=\s)")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an engine writes: seconds to the first piece, and between two."""

    first: float
    between: float


@dataclass
class Completion:
    """One request: its prompt, the monotonic time of its arrival, and how it ended."""

    prompt: str
    at: float = field(default_factory=time.monotonic)
    finished: bool = False
    aborted: bool = False


class EngineServer:
    """The server. Use it as an async context manager.

    `writer` makes each answer; the default copies plain sentences from the first passages of the prompt and cites them.
    Without a `pace` all of it comes at once.
    """

    def __init__(self, writer: Writer | None = None, pace: Pace | None = None) -> None:
        self.writer: Writer = writer or quote_passages
        self._pace = pace
        self.completions: list[Completion] = []
        self.url = ""
        self._open = asyncio.Event()
        self._open.set()
        self._signal = Signal()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/v1/models", _models)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        if self._runner is not None:
            await self._runner.cleanup()

    def hold(self) -> None:
        """Keep the last piece of every answer back, until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Let answers go on."""
        self._open.set()

    async def asked(self, times: int, within: float = PATIENCE) -> list[Completion]:
        """Wait for so many requests."""

        def look() -> list[Completion] | None:
            return self.completions if len(self.completions) >= times else None

        return await self._signal.until(look, f"{times} requests to the engine", within)

    async def aborted(self, completion: Completion, within: float = PATIENCE) -> None:
        """Wait until the client hung up in the middle of this answer."""
        await self._signal.until(lambda: completion.aborted, "the abort of a request", within)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        completion = Completion(str(body["messages"][-1]["content"]))
        self.completions.append(completion)
        self._signal.notify()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self._write(response, self.writer(completion.prompt))
            completion.finished = True
        except (asyncio.CancelledError, ConnectionError):
            completion.aborted = True
            raise
        finally:
            self._signal.notify()
        return response

    async def _write(self, response: web.StreamResponse, pieces: Sequence[str]) -> None:
        for number, piece in enumerate(pieces, 1):
            if number == len(pieces):
                await self._open.wait()
            if self._pace is not None:
                await asyncio.sleep(self._pace.first if number == 1 else self._pace.between)
            await _send(response, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        await _send(response, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        usage = {"prompt_tokens": 100, "completion_tokens": len(pieces), "total_tokens": 100 + len(pieces)}
        await _send(response, {"choices": [], "usage": usage})
        await response.write(b"data: [DONE]\n\n")


def quote_passages(prompt: str) -> list[str]:
    """Up to three plain sentences of the prompt's passages, each with the number of its passage."""
    parts = _NUMBERED.split(prompt)
    found: list[str] = []
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        found += [f"{sentence.removesuffix('.')} [{number}]. " for sentence in _SENTENCE.findall(text)[:2]]
    return found[:3] or ["The passages have no plain sentence. "]


async def _send(response: web.StreamResponse, chunk: dict[str, Any]) -> None:
    frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"} | chunk
    await response.write(f"data: {json.dumps(frame)}\n\n".encode())


async def _models(_: web.Request) -> web.Response:
    model = {"id": "scripted", "object": "model", "created": 0, "owned_by": "tests", "max_model_len": 8192}
    return web.json_response({"object": "list", "data": [model]})
