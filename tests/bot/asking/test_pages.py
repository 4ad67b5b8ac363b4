import re
from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from bot.asking._markdown import Code, Prose, parse
from bot.asking._pages import split_blocks
from tests.bot.asking.test_markdown import LINKS, ONE, TWO, hostile

LIMITS = st.sampled_from([1000, 1001, 1100, 2000])
_CODE = "".join(f"{'x = ' * (n % 7)}{n}\n\n" for n in range(80))
_LONG = ["long " * 190, "long " * 230, "x" * 990, "x" * 2100, "\\" * 500, "[1][2]" * 14, f"```py\n{_CODE}\n```\n",
         "```\n" + "x" * 2100 + "\n```\n", f"```py\n{_CODE[:900]}\n```\n", f"- {'item ' * 30}\n" * 7, "`code` " * 140,
         "**bold** " * 110, "| a | b |\n" * 40, "\n" * 4]  # fmt: skip


def _placed(parts: tuple[str, ...], places: bytes) -> str:
    """Hostile parts with long stretches between them, a byte each; what is left over cuts the stretch short."""
    stretches = (_LONG[each % len(_LONG)][each // 16 :] for each in places)
    return "".join(part + stretch for part, stretch in zip_longest(parts, stretches, fillvalue=""))


texts = st.builds(_placed, st.tuples(hostile, hostile), st.binary(max_size=3))


def bare(markdown: str) -> str:
    return re.sub(r"^```.*|\s", "", markdown, flags=re.MULTILINE)


@given(texts, LIMITS)
def test_pieces_fit_lose_nothing_and_cut_through_nothing(text: str, limit: int) -> None:
    blocks = parse(text, LINKS)
    whole = "\n".join(block.markdown if isinstance(block, Code) else block.text for block in blocks)
    pieces = split_blocks(blocks, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert bare("\n".join(pieces)) == bare(whole)
    assert all(sum(piece.count(mark) for piece in pieces) == whole.count(mark) for mark in (ONE, TWO))
    assert not any(re.search(r"(?<!\\)(\\\\)*\\\Z", piece) for piece in pieces)


def test_a_code_block_that_fits_stays_whole() -> None:
    code = Code("py", "x = 1\n" * 100)
    first, second = split_blocks([Prose("word " * 150), code], 1000)
    assert "```" not in first
    assert second == code.markdown


def test_a_longer_code_block_gets_fences_of_its_own_in_every_piece() -> None:
    pieces = split_blocks([Code("py", "\n".join(f"line {n}" for n in range(300)))], 1000)
    assert len(pieces) > 2
    assert all(len(piece) <= 1000 for piece in pieces)
    assert all(piece.startswith("```py\nline ") and piece.endswith("\n```") for piece in pieces)


def test_a_long_line_is_cut_at_a_space_and_beside_links() -> None:
    line = " ".join(f"Statement number {n} is true {ONE}." for n in range(40))
    pieces = split_blocks([Prose(line)], 1000)
    assert " ".join(pieces) == line


def test_list_items_are_cut_between_lines() -> None:
    items = [f"- item {n} " + "x" * 90 for n in range(30)]
    pieces = split_blocks([Prose("\n".join(items))], 1000)
    assert all(line in items for piece in pieces for line in piece.split("\n"))
