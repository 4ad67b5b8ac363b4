"""A small model hub on loopback, as far as the hub's client asks for models."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class ModelHub:
    """`models` maps names to files; those in `gated` may be seen but not fetched without `token`.

    `hangs` makes it never answer; `status` answers everything with an error. `requests` are the paths asked for.
    """

    def __init__(self) -> None:
        self.endpoint = ""
        self.models: dict[str, dict[str, bytes]] = {}
        self.gated: set[str] = set()
        self.token = ""
        self.hangs = False
        self.status = 0
        self.requests: list[str] = []

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path)
        if self.hangs:
            await asyncio.Event().wait()
        if self.status:
            return web.Response(status=self.status)
        path = request.path.removeprefix("/api/models/").strip("/")
        name = "/".join(path.split("/")[:2])
        if name not in self.models:
            return web.Response(status=404, headers={"X-Error-Code": "RepoNotFound"})
        files = self.models[name]
        if not request.path.startswith("/api/"):
            return self._file(request, name, path.partition(f"/resolve/{COMMIT}/")[2])
        if "/tree/" in path:
            return web.json_response([_entry(file, data) for file, data in files.items()])
        return web.json_response({"id": name, "sha": COMMIT, "siblings": [{"rfilename": file} for file in files]})

    def _file(self, request: web.Request, name: str, file: str) -> web.Response:
        if name in self.gated and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401, headers={"X-Error-Code": "GatedRepo"})
        data = self.models[name][file]
        return web.Response(body=data, headers={"ETag": f'"{_digest(data)}"', "X-Repo-Commit": COMMIT})

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ModelHub"]:
        """Serve on a free port until the block ends."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()


def _entry(file: str, data: bytes) -> dict[str, object]:
    return {"type": "file", "path": file, "size": len(data), "oid": _digest(data)}


def _digest(data: bytes) -> str:
    # As git names a blob, which the client recomputes for small files.
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
