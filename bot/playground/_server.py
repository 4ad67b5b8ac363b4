"""The playground's web server: the page, its socket, and the files that were sent in the world."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import simcord
from aiohttp import web
from simcord.backend.cdn import CDN_BASE

from bot.playground._place import Place
from bot.playground._seat import Seat
from bot.texts import IN

HOST: Final = "127.0.0.1"

_HOSTS: Final = (HOST, "localhost")
_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FONTS: Final = Path(simcord.__file__).parent / "preview" / "static" / "fonts"
_PICTURES: Final = ("png", "jpg", "jpeg", "gif", "webp")
_LARGEST_ACT: Final = 16 * 1024 * 1024
"""Bytes of one act, files and all."""

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageServer:
    """Serves one place on a socket of the loopback."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._open: set[web.WebSocketResponse] = set()
        self._pages: dict[str, str] = {}
        application = web.Application(middlewares=[_from_here])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/live", self._live),
                web.get("/files/{path:.+}", self._file),
                web.get("/fonts/{name}", self._font),
                web.get("/{name}", self._page),
            ]
        )
        application.on_shutdown.append(self._hang_up)
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self, listening: socket.socket) -> None:
        """Serve on a socket that listens already."""
        self._pages = await asyncio.to_thread(_read_pages)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def close(self) -> None:
        """Close every page's socket and stop."""
        await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._pages:
            raise web.HTTPNotFound
        return web.Response(text=self._pages[name], content_type=_TYPES[name.rpartition(".")[2]])

    async def _font(self, request: web.Request) -> web.FileResponse:
        font = _FONTS / request.match_info["name"]
        if font.suffix != ".ttf" or font.parent != _FONTS:
            raise web.HTTPNotFound
        return web.FileResponse(font)

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        texts = IN["zh" if request.query.get("language", "").startswith("zh") else "en"].playground
        live = web.WebSocketResponse(max_msg_size=_LARGEST_ACT, heartbeat=30)
        await live.prepare(request)
        self._open.add(live)
        try:
            await live.send_json({"texts": texts.on_page()})
            await Seat(self._place, live, texts).serve()
        finally:
            self._open.discard(live)
        return live

    async def _file(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        content = self._place.env.backend.cdn.get(f"{CDN_BASE}/attachments/{path}")
        if content is None:
            raise web.HTTPNotFound
        ending = path.rpartition(".")[2].lower()
        if ending in _PICTURES:
            return web.Response(body=content, content_type=f"image/{ending.replace('jpg', 'jpeg')}")
        return web.Response(body=content, headers={"Content-Disposition": "attachment"})

    async def _hang_up(self, _: web.Application) -> None:
        for live in tuple(self._open):
            await live.close()


def listen(port: int) -> socket.socket:
    """Take a port of the loopback; the system's choice where it is 0.

    Raises:
        OSError: it is taken.
    """
    return socket.create_server((HOST, port))


def _read_pages() -> dict[str, str]:
    """The page's files, by name."""
    return {file.name: file.read_text(encoding="utf-8") for file in (files("bot.playground") / "page").iterdir()}


@web.middleware
async def _from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer this machine's own pages only: a strange page must not act in here, nor under a name that leads here."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in _HOSTS or (origin and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response
