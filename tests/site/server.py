"""A small documentation site on loopback, with the HTML structure of the real one.

async with DocsSite() as site:
    ...  # crawl site.url
    site.edit("hnsw.md", "16 to 32", "24 to 48")
    site.delete("limits.md")
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.site.layout import render
from tests.site.pages import ALL_PAGES, SitePage

_HOME = SitePage("home.md", "Home", "", "<h1>Documentation</h1><p>Pick a page.</p>")


class DocsSite:
    """Serves `pages` at `url` while it is entered; `requests` holds the paths asked for, in order."""

    def __init__(self, pages: Iterable[SitePage] = ALL_PAGES) -> None:
        self.pages = {page.id: page for page in pages}
        self.requests: list[str] = []
        self._gone: dict[str, int] = {}
        self._build = 1

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"{self.origin}/docs"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def edit(self, page_id: str, find: str, replacement: str) -> None:
        """Replace a text in the HTML of a body."""
        page = self.pages[page_id]
        if find not in page.html:
            raise ValueError(f"{page_id} does not contain {find!r}")
        self.pages[page_id] = replace(page, html=page.html.replace(find, replacement))

    def add(self, page: SitePage) -> None:
        """Add a page, or replace one."""
        self.pages[page.id] = page
        self._gone.pop(page.id, None)

    def delete(self, page_id: str, status: int = 404) -> None:
        """From now on the page answers 404 or 410, and nothing leads to it but links in texts."""
        del self.pages[page_id]
        self._gone[page_id] = status

    def redeploy(self) -> None:
        """Change what a new deployment changes: every ETag, and nothing that a reader sees."""
        self._build += 1

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        if request.path == "/robots.txt":
            return web.Response(text=f"User-agent: *\nAllow: /\n\nSitemap: {self.origin}/sitemap.xml\n")
        if request.path == "/sitemap.xml":
            return web.Response(text=self._sitemap(), content_type="application/xml")
        if request.path == "/llms.txt":
            return web.Response(text=f"# Example\n\n- [HNSW]({self.url}/hnsw.md): a graph index\n")
        if request.path == "/docs":
            return self._send(_HOME, request)
        return self._page(request)

    def _page(self, request: web.Request) -> web.Response:
        page_id = request.path.removeprefix("/docs/")
        page = self.pages.get(page_id)
        if page is None or not request.path.startswith("/docs/"):
            return web.Response(status=self._gone.get(page_id, 404), text="Oops!", content_type="text/html")
        return self._send(page, request)

    def _send(self, page: SitePage, request: web.Request) -> web.Response:
        text = render(page, self.pages.values(), self._build, self.url)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:22]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _sitemap(self) -> str:
        """The first half of the pages: the others are found through menus and links alone."""
        listed = list(self.pages)[: len(self.pages) // 2]
        entries = "".join(f"<url><loc>{self.url}/{page_id}</loc></url>" for page_id in listed)
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset>{entries}</urlset>'
