"""The HTML around a body, laid out as on the real documentation site."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable

from tests.site.pages import SitePage

VERSION = "v3.0.x"


def render(page: SitePage, menu: Iterable[SitePage], build: int, base: str) -> str:
    """A whole page. `build` numbers the deployment; the left menu shows this page only, `__NEXT_DATA__` all."""
    title = html.escape(page.title)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>{title} | Example Documentation</title>'
        f'<meta name="description" content="{html.escape(page.summary)}"/>'
        f'<meta name="docsearch:language" content="en"/><meta name="docsearch:version" content="{VERSION}"/>'
        f'<link rel="canonical" href="{base}/{page.id}"/></head><body><div id="__next"><main>'
        f"{_header()}{_menu(page)}{_crumbs(title)}"
        f'<div class="doc-style doc-post-content">{page.html}</div>{_aside()}{_footer()}</main>{_cookie_banner()}</div>'
        f'<script id="__NEXT_DATA__" type="application/json">{_next_data(page, menu, build)}</script>'
        f'<script src="/_next/static/build-{build}/main.js"></script></body></html>'
    )


def _header() -> str:
    return (
        '<header class="header_container"><div class="banner_cloud"><a href="/cloud">Try the managed cloud for free</a>'
        '</div><nav><ul><li><a href="/">Home</a></li><li><a href="/docs">Docs</a></li><li><a href="/blog">Blog</a></li>'
        '</ul></nav><button type="button">Choose a language</button></header>'
    )


def _menu(page: SitePage) -> str:
    address = "/docs" if page.id == "home.md" else f"/docs/{page.id}"
    return (
        '<div class="leftNavTree_menu"><div class="versionSelector"><button>All versions</button></div><ul>'
        f'<li><div><a class="mv3-item-link" href="{address}">{html.escape(page.title)}</a></div></li>'
        "<li><span>Closed menu branch</span></li></ul></div>"
    )


def _crumbs(title: str) -> str:
    return (
        '<ul class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/docs">Breadcrumb docs</a></li>'
        f'<li><p>{title}</p></li></ul><div class="LLMActions"><button>Copy page</button></div>'
    )


def _aside() -> str:
    return (
        '<aside class="aside_right"><h5>Table of contents</h5><div class="advert"><h3>Managed service advert</h3></div>'
        '<a href="https://code.example.org/edit">Edit this page</a><p>Was this page helpful?</p></aside>'
    )


def _footer() -> str:
    return "<footer><h6>Resources</h6><p>Footer: all rights reserved by nobody.</p></footer>"


def _cookie_banner() -> str:
    return (
        '<div class="CookieConsent"><p>This site uses cookies</p><button>Reject</button><button>Accept</button></div>'
    )


def _next_data(page: SitePage, menu: Iterable[SitePage], build: int) -> str:
    nodes = [{"id": entry.id, "label": entry.title, "children": []} for entry in menu]
    props = {
        "homeData": {
            "tree": page.html,
            "summary": page.summary,
            "frontMatter": {"id": page.id, "title": page.title, "summary": page.summary},
        },
        "version": VERSION,
        "menus": [{"id": "guides", "label": "Guides", "children": nodes}],
    }
    data = {"props": {"pageProps": props}, "page": "/docs/[id]", "buildId": f"build-{build}"}
    return json.dumps(data).replace("<", "\\u003c").replace("&", "\\u0026")
