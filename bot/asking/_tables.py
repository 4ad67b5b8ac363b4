"""Pipe tables in a place that has none: aligned in a code block where they are narrow, else as a list."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest

MAX_WIDTH = 58
"""Columns of a code block that a message on a desktop shows without wrapping."""

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_ROW = re.compile(r"\s*\|.+\|")
_CELLS = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Table:
    """`aligned`: `text` wants a code block. Otherwise it is Markdown, one list item a row."""

    text: str
    aligned: bool


def is_table(lines: Sequence[str], start: int) -> bool:
    """Whether a pipe table begins at `lines[start]`: a row with a rule of dashes below, or rows cut off from theirs."""
    if "|" not in lines[start]:
        return False
    return _ROW.match(lines[start]) is not None or _has_rule(lines[start:])


def render_table(lines: Sequence[str]) -> Table:
    """Render a pipe table: header and rule, which may be missing, and rows."""
    rows = [_cells(line) for line in lines if not _RULE.match(line)]
    header = rows.pop(0) if rows and _has_rule(lines) else []
    plain = [[_plain(cell) for cell in row] for row in ([header] if header else []) + rows]
    widths = [max(map(_width, column)) for column in zip_longest(*plain, fillvalue="")]
    if sum(widths) + 2 * (len(widths) - 1) <= MAX_WIDTH:
        return Table(_aligned(plain, widths, ruled=bool(header)), aligned=True)
    return Table("\n".join(_item(header, row) for row in rows if any(row)), aligned=False)


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in _CELLS.split(inner)]


def _plain(cell: str) -> str:
    """Without the Markdown that a code block would show as characters."""
    text = _LINK.sub(r"\1", _BREAK.sub(" ", cell)).replace("`", "").replace("**", "")
    return " ".join(unescape(text).split())


def _has_rule(lines: Sequence[str]) -> bool:
    return len(lines) > 1 and "|" in lines[1] and _RULE.match(lines[1]) is not None


def _aligned(rows: Sequence[Sequence[str]], widths: Sequence[int], *, ruled: bool) -> str:
    aligned = [_row(row, widths) for row in rows]
    if ruled:
        aligned.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(aligned)


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [*row, *[""] * (len(widths) - len(row))]
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(padded, widths, strict=True)).rstrip()


def _item(header: Sequence[str], row: Sequence[str]) -> str:
    """- **first cell**: other cells, each with the name of its column from the second on."""
    first, *others = [_LINK.sub(r"\1", _BREAK.sub(" ", cell)) for cell in row]
    names = [*header[1:], *[""] * len(others)]
    named = [
        cell if number == 0 or not name else f"{name}: {cell}"
        for number, (name, cell) in enumerate(zip(names, others, strict=False))
        if cell
    ]
    return f"- **{first.replace('*', '')}**: {' · '.join(named)}" if named else f"- {first}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
