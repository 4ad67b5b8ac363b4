"""HTML tables as pipe tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from selectolax.lexbor import LexborNode

from rag_core.crawling._inline import one_line

# The most that a cell may claim to span; HTML itself allows 65,534 rows, which nobody writes on purpose.
_MAX_SPAN = 100


def pipe_table(table: LexborNode) -> str:
    """The table's rows as Markdown, the first one as its header; empty for a table without words.

    A cell that spans rows is repeated in each, so that every row can be read alone; one that spans columns leaves the
    others empty.
    """
    rows = [row for row in _grid(table) if any(row)]
    if not rows:
        return ""
    columns = list(zip_longest(*rows, fillvalue=""))
    header, *body = zip(*columns, strict=True)
    return "\n".join([_line(header), _line(["---"] * len(columns)), *(_line(row) for row in body)])


def _grid(table: LexborNode) -> Iterator[list[str]]:
    spanning: dict[int, tuple[int, str]] = {}  # column: rows still to fill, text
    for row in table.css("tr"):
        if _is_nested(row, table):
            continue
        cells: list[str] = []
        for cell in row.iter():
            if cell.tag in {"td", "th"}:
                _take_spanning(cells, spanning)
                _add_cell(cells, cell, spanning)
        _take_spanning(cells, spanning)
        yield cells


def _take_spanning(cells: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    """Continue cells of earlier rows that reach down to the next free columns of this one."""
    while len(cells) in spanning:
        rows_left, text = spanning.pop(len(cells))
        if rows_left > 1:
            spanning[len(cells)] = (rows_left - 1, text)
        cells.append(text)


def _add_cell(cells: list[str], cell: LexborNode, spanning: dict[int, tuple[int, str]]) -> None:
    text = one_line(cell.iter(include_text=True)).replace("|", "\\|")
    columns, rows = _span(cell, "colspan"), _span(cell, "rowspan")
    for part in (text, *[""] * (columns - 1)):
        if rows > 1:
            spanning[len(cells)] = (rows - 1, part)
        cells.append(part)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _is_nested(row: LexborNode, table: LexborNode) -> bool:
    """A table in a cell is part of that cell's text."""
    parent = row.parent
    while parent is not None and parent.tag != "table":
        parent = parent.parent
    return parent is not None and parent.mem_id != table.mem_id


def _line(cells: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
