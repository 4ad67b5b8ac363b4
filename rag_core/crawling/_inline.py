"""The words of running text, as Markdown: code in backticks, links and emphasis as their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
BLOCK_SELECTOR = ",".join(sorted(BLOCK_TAGS))

# Not words of the page: what is pressed, drawn, played or run. Taken out before anything is read.
UNREAD_SELECTOR = "button,svg,style,script,noscript,template,iframe,audio,video,object,select,textarea"

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")


def inline_text(nodes: Iterable[LexborNode]) -> str:
    """The text of neighbouring nodes; a line break only where the page forces one."""
    text = "".join(part for node in nodes for part in _parts(node))
    lines = (re.sub(r" {2,}", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(nodes: Iterable[LexborNode]) -> str:
    """The same without line breaks, for headings and the cells of tables."""
    return inline_text(nodes).replace("\n", " ")


def clean(text: str) -> str:
    """Runs of white space as one space, without characters that nobody sees."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text))


def _parts(node: LexborNode) -> Iterator[str]:
    if node.is_text_node:
        yield clean(node.text_content or "")
    elif node.tag == "br":
        yield "\n"
    elif node.tag in {"code", "kbd", "samp"}:
        yield _code(clean(node.text()).strip())
    elif node.tag == "span" and "katex" in (node.attributes.get("class") or "").split():
        yield _formula(node)
    elif node.is_element_node:
        yield from _parts_inside(node)


def _parts_inside(node: LexborNode) -> Iterator[str]:
    """A block among running text, such as a list in the cell of a table, is set off by spaces; so are rows of links."""
    apart = " " if node.tag in BLOCK_TAGS or _follows_link(node) else ""
    yield apart + ("• " if node.tag == "li" else "")
    for child in node.iter(include_text=True):
        yield from _parts(child)
    yield apart


def _follows_link(node: LexborNode) -> bool:
    return node.tag == "a" and node.prev is not None and node.prev.tag == "a"


def _code(text: str) -> str:
    if not text:
        return ""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _formula(node: LexborNode) -> str:
    """KaTeX writes a formula three times: letters as MathML, TeX source, letters as drawn. Search may meet any."""
    source, drawn = node.css_first("annotation"), node.css_first("span.katex-html")
    if source is None or drawn is None:
        return clean(node.text())
    tex, letters = clean(source.text()).strip(), clean(drawn.text()).strip()
    source.decompose()
    drawn.decompose()
    return f"{clean(node.text()).strip()} ${tex}$ {letters}"
