"""The small HTTP server behind WEB_ADDRESS."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.web._metrics import Metrics

Check = Callable[[], Awaitable[object]]
"""Looks at one part; raises where it is not there."""

_CHECK_SECONDS = 5.0
_log = structlog.get_logger(__name__)


class WebServer:
    """Serves /health (the process is alive), /ready (every part answers) and /metrics.

    Until it is told by `watch` what to look at, the bot is still starting, and not ready.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._checks: Mapping[str, Check] = {}
        application = web.Application()
        application.add_routes(
            [web.get("/health", self._health), web.get("/ready", self._ready), web.get("/metrics", self._figures)]
        )
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self, host: str, port: int) -> int:
        """Listen, and tell the port (the system's choice where `port` is 0).

        Raises:
            OSError: the address is taken or not ours.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound: int = self._runner.addresses[0][1]
        return bound

    def watch(self, checks: Mapping[str, Check]) -> None:
        """Let /ready look at these parts, by name."""
        self._checks = checks

    async def close(self) -> None:
        """Stop listening, where it was listening at all."""
        await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _: web.Request) -> web.Response:
        checks = self._checks
        states = await asyncio.gather(*(self._state(name, check) for name, check in checks.items()))
        parts = dict(zip(checks, states, strict=True))
        ready = bool(states) and all(state == "ok" for state in states)
        return web.json_response({"ready": ready, "parts": parts}, status=200 if ready else 503)

    async def _state(self, name: str, check: Check) -> str:
        try:
            await asyncio.wait_for(check(), _CHECK_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, the others are reported
            _log.warning("part not ready", part=name, error=str(error))
            return "away"
        return "ok"

    async def _figures(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), content_type="text/plain", charset="utf-8")
