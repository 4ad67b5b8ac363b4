"""Cuts blocks into pieces of limited length without cutting through a code block, link, citation or escape."""

import re
from collections.abc import Iterable, Iterator

from bot.asking._markdown import Block, Code

_ATOM = re.compile(
    r"\[\[\d+\]\]\(<[^>]*>\)"  # a citation
    r"|\[(?:\\.|[^\]\\\n])*\]\(<[^>]*>\)"  # another link
    r"|`[^`\n]+`|\\.|\*\*|\s+|[^\s\\`\[*]+|.",
    re.DOTALL,
)


def split_blocks(blocks: Iterable[Block], limit: int) -> list[str]:
    """Pieces of at most `limit` characters (1,000 or more), each complete Markdown on its own.

    A code block that fits into a piece stays whole; a longer one is cut between its lines, with fences of its own in
    every piece.
    """
    pieces: list[str] = []
    current = ""
    for unit in _units(blocks, limit):
        joined = f"{current}\n{unit}" if current else unit
        if len(joined) <= limit:
            current = joined
            continue
        pieces.append(current)
        current = unit
    return [piece for piece in (part.strip("\n") for part in [*pieces, current]) if piece]


def _units(blocks: Iterable[Block], limit: int) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Code):
            yield from _code_units(block, limit)
        else:
            for line in block.text.split("\n"):
                yield from break_line(line, limit)


def _code_units(block: Code, limit: int) -> Iterator[str]:
    room = limit - len(Code(block.language, "").markdown)
    lines = [part for line in block.text.split("\n") for part in _hard_cut(line, room)]
    held: list[str] = []
    for line in lines:
        if held and sum(map(len, held)) + len(held) + len(line) > room:
            yield Code(block.language, "\n".join(held)).markdown
            held = []
        held.append(line)
    yield Code(block.language, "\n".join(held)).markdown


def break_line(line: str, limit: int) -> Iterator[str]:
    """Parts of `line` of at most `limit` characters, cut at spaces where there are any."""
    part = ""
    for atom in (cut for whole in _ATOM.findall(line) for cut in _hard_cut(whole, limit)):
        if len(part) + len(atom) > limit:
            head, tail = _at_last_space(part)
            if len(tail) + len(atom) > limit:
                head, tail = part, ""
            yield head
            part = tail
        part += atom
    yield part


def _at_last_space(part: str) -> tuple[str, str]:
    """Cut behind the last space that stands between atoms; nothing is carried over where there is none."""
    end = 0
    position = 0
    for atom in _ATOM.findall(part):
        position += len(atom)
        if atom.isspace():
            end = position
    return (part[:end].rstrip(), part[end:]) if end else (part, "")


def _hard_cut(text: str, limit: int) -> list[str]:
    return [text[start : start + limit] for start in range(0, len(text), limit)] or [""]
