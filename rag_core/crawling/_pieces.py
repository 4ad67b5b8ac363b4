"""The body of a page as a flat stream of headings and blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from rag_core.crawling._inline import BLOCK_SELECTOR, BLOCK_TAGS, inline_text, one_line
from rag_core.crawling._tables import pipe_table
from rag_core.crawling.page import Block, BlockKind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LAYOUT_SELECTOR = "h1,h2,h3,h4,h5,h6,td table,th table"
_NOTE_CLASSES = frozenset({"alert", "admonition"})
_CODE_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` is that of its tag, from 1."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """A row of labels above code samples that say the same in different languages."""

    languages: frozenset[str]
    labels: tuple[str, ...]


Piece = Heading | Tabs | Block


def read_pieces(node: LexborNode) -> Iterator[Piece]:
    """What stands inside a node. Text that is in no block of its own makes paragraphs."""
    inline: list[LexborNode] = []
    for child in node.iter(include_text=True):
        if _is_inline(child):
            inline.append(child)
            continue
        yield from _paragraph(inline)
        inline.clear()
        yield from _read_block(child)
    yield from _paragraph(inline)


def _is_inline(node: LexborNode) -> bool:
    if not node.is_element_node:
        return True
    return node.tag not in BLOCK_TAGS and node.css_first(BLOCK_SELECTOR) is None


def _paragraph(nodes: Iterable[LexborNode]) -> Iterator[Piece]:
    text = inline_text(nodes)
    if text:
        yield Block("text", text)


def _read_block(node: LexborNode) -> Iterator[Piece]:
    tag = node.tag or ""
    if tag in _HEADINGS:
        return _heading(node, _HEADINGS[tag])
    if tag in {"ul", "ol"}:
        return _list(node)
    if tag == "pre":
        return _code(node)
    if tag == "table":
        return _table(node)
    return _container(node)


def _container(node: LexborNode) -> Iterator[Piece]:
    classes = _classes(node)
    if "multipleCode" in classes:
        return _tabs(node)
    if _NOTE_CLASSES & classes:
        return _note(node)
    return read_pieces(node)


def _heading(node: LexborNode, level: int) -> Iterator[Piece]:
    """A badge in a heading ("Compatible with ...") is a remark about its section, not part of its name."""
    children = list(node.iter(include_text=True))
    badges = [child for child in children if "beta-tag" in _classes(child)]
    ids = {badge.mem_id for badge in badges}
    text = one_line(child for child in children if child.mem_id not in ids)
    yield Heading(level, node.attributes.get("id") or "", text)
    for badge in badges:
        yield Block("note", one_line([badge]))


def _list(node: LexborNode) -> Iterator[Piece]:
    """Items as lines; code and tables inside an item become blocks of their own, after which the list goes on."""
    lines: list[str] = []
    for marker, pieces in _items(node):
        lead = marker
        for piece in pieces:
            if isinstance(piece, Block) and piece.kind in {"text", "list"}:
                lines.append(_hang(piece.text, lead, " " * len(marker)))
                lead = " " * len(marker)
                continue
            yield from _block("list", "\n".join(lines))
            lines.clear()
            yield piece
    yield from _block("list", "\n".join(lines))


def _items(node: LexborNode) -> Iterator[tuple[str, Iterator[Piece]]]:
    """The items with their markers; what stands in a list without being an item has none."""
    start = node.attributes.get("start") or ""
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1
    for child in node.iter(include_text=True):
        if child.tag == "li":
            yield (f"{number}. " if node.tag == "ol" else "- "), read_pieces(child)
            number += 1
        else:
            yield "", _paragraph([child]) if _is_inline(child) else _read_block(child)


def _hang(text: str, lead: str, indent: str) -> str:
    return lead + text.replace("\n", f"\n{indent}")


def _note(node: LexborNode) -> Iterator[Piece]:
    texts: list[str] = []
    for piece in read_pieces(node):
        if isinstance(piece, Block) and piece.kind in {"text", "list", "note"}:
            texts.append(piece.text)
            continue
        yield from _block("note", "\n".join(texts))
        texts.clear()
        yield piece
    yield from _block("note", "\n".join(texts))


def _code(node: LexborNode) -> Iterator[Piece]:
    """Code, word for word."""
    code = node.css_first("code")
    found = _CODE_LANGUAGE.search((code or node).attributes.get("class") or "")
    text = node.text().strip("\n")
    if text.strip():
        yield Block("code", text, found.group(1).lower() if found else "")


def _table(node: LexborNode) -> Iterator[Piece]:
    """A table, unless it only lays out the page: one that was never closed swallows whole sections."""
    if node.css_first(_LAYOUT_SELECTOR) is not None:
        yield from read_pieces(node)
        return
    caption = node.css_first("caption")
    if caption is not None:
        yield from _paragraph([caption])
    yield from _block("table", pipe_table(node))


def _tabs(node: LexborNode) -> Iterator[Piece]:
    links = node.css("a")
    languages = frozenset((link.attributes.get("href") or "").removeprefix("#").lower() for link in links)
    yield Tabs(languages, tuple(one_line([link]) for link in links))
    for sample in node.css("pre"):
        yield from _code(sample)


def _block(kind: BlockKind, text: str) -> Iterator[Piece]:
    if text.strip():
        yield Block(kind, text)


def _classes(node: LexborNode) -> set[str]:
    return set((node.attributes.get("class") or "").split()) if node.is_element_node else set()
