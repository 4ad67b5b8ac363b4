"""A page of the documentation site, read from its HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError
from selectolax.lexbor import LexborHTMLParser

from rag_core.crawling._inline import UNREAD_SELECTOR, clean, one_line
from rag_core.crawling._pieces import read_pieces
from rag_core.crawling._sections import make_sections
from rag_core.crawling.page import Section, digest_of
from rag_core.errors import PageUnreadable

_BODY_SELECTOR = "div.doc-post-content"


class _FrontMatter(BaseModel):
    title: str | None = None
    summary: str | None = None


class _HomeData(BaseModel):
    front_matter: _FrontMatter | None = Field(None, alias="frontMatter")
    summary: str | None = None
    tree: str | None = None


class _MenuNode(BaseModel):
    id: str | None = None
    children: list[_MenuNode] | None = None

    def ids(self) -> Iterator[str]:
        if self.id and not self.children:
            yield self.id
        for child in self.children or ():
            yield from child.ids()


class _PageProps(BaseModel):
    home_data: _HomeData | None = Field(None, alias="homeData")
    version: str | None = None
    menus: list[_MenuNode] | None = None


class _Props(BaseModel):
    page_props: _PageProps = Field(alias="pageProps")


class _NextData(BaseModel):
    """The part of Next.js's `__NEXT_DATA__` that the crawler reads: the page's front matter and the whole menu."""

    props: _Props


@dataclass(frozen=True, slots=True)
class Links:
    """What a page leads to: addresses as they are written, and ids of pages in the same tree."""

    hrefs: tuple[str, ...]
    menu_ids: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Document:
    """What one page of the site says, and where it leads. `digest` is that of `digest_of`."""

    title: str
    summary: str
    sections: tuple[Section, ...]
    digest: str
    links: Links


def read_links(html: str) -> Links:
    """Links, menu and version name of any page of the site, also of one without a body."""
    tree = LexborHTMLParser(html)
    return _links(tree, _page_props(tree))


def read_document(html: str) -> Document:
    """Read a page.

    Raises:
        PageUnreadable: it has no body, a body without words, or one that is nested beyond reason.
    """
    tree = LexborHTMLParser(html)
    props = _page_props(tree)
    links = _links(tree, props)
    data = props.home_data or _HomeData(frontMatter=None)
    front_matter = data.front_matter or _FrontMatter()
    title = clean(front_matter.title or _title(tree)).strip()
    summary = clean(front_matter.summary or data.summary or "").strip()
    body = _body(tree, data.tree or "")
    return Document(title, summary, read_body(body, title), digest_of(links.version, title, body), links)


def read_body(html: str, title: str) -> tuple[Section, ...]:
    """The sections of a body without the page around it.

    Raises:
        PageUnreadable: as `read_document`.
    """
    body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}").body
    if body is None:
        raise PageUnreadable("The page's documentation body is empty.")
    for node in body.css(UNREAD_SELECTOR):
        node.decompose()
    try:
        sections = make_sections(read_pieces(body), title)
    except RecursionError as error:
        raise PageUnreadable("The page's elements are nested too deeply to be read.") from error
    if not any(section.blocks for section in sections):
        raise PageUnreadable("The page's documentation body is empty.")
    return sections


def _body(tree: LexborHTMLParser, original: str) -> str:
    """The HTML of the body.

    Where Next.js's data carries the body too, that copy is taken: a stray `</div>` in it ends the container early, and
    what follows would be lost among the parts around the body.
    """
    container = tree.css_first(_BODY_SELECTOR)
    if container is None:
        raise PageUnreadable("The page has no documentation body.")
    return original or container.inner_html or ""


def _page_props(tree: LexborHTMLParser) -> _PageProps:
    script = tree.css_first("script#__NEXT_DATA__")
    try:
        return _NextData.model_validate_json(script.text() if script is not None else "").props.page_props
    except ValidationError:
        return _PageProps(homeData=None)


def _links(tree: LexborHTMLParser, props: _PageProps) -> Links:
    hrefs = dict.fromkeys(link.attributes.get("href") or "" for link in tree.css("a[href]"))
    menu_ids = dict.fromkeys(page_id for node in props.menus or () for page_id in node.ids())
    version = _meta(tree, "docsearch:version") or props.version or ""
    return Links(tuple(hrefs), tuple(menu_ids), version)


def _title(tree: LexborHTMLParser) -> str:
    """The title of a page without front matter: its heading, else the document's title up to the site's name."""
    heading = tree.css_first(f"{_BODY_SELECTOR} h1")
    if heading is not None:
        return one_line(child for child in heading.iter(include_text=True) if child.is_text_node)
    title = tree.css_first("title")
    return title.text().partition(" | ")[0] if title is not None else ""


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[name="{name}"]')
    return (node.attributes.get("content") or "") if node is not None else ""
