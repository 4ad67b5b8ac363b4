import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asking._markdown import Code, Prose, parse
from bot.asking._pages import split_blocks
from tests.bot.asking.test_markdown import LINKS, ONE, hostile

LIMITS = st.sampled_from([1000, 2000, 4096])
long_texts = st.lists(st.one_of(hostile, st.integers(1, 3000).map(lambda n: "long " * (n // 5) + "x" * n)), max_size=8)
codes = st.lists(st.text("ab \n", max_size=300), max_size=20).map(
    lambda parts: "```py\n" + "\n".join(parts) + "\n```\n"
)


def bare(markdown: str) -> str:
    return re.sub(r"```\w*|\s", "", markdown)


@settings(max_examples=10_000)
@given(st.lists(st.one_of(long_texts.map("\n".join), codes), max_size=4).map("\n".join), LIMITS)
def test_pieces_fit_lose_nothing_and_cut_through_nothing(text: str, limit: int) -> None:
    blocks = parse(text, LINKS)
    whole = "\n".join(block.markdown if isinstance(block, Code) else block.text for block in blocks)
    pieces = split_blocks(blocks, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert bare("\n".join(pieces)) == bare(whole)
    assert sum(piece.count("](<") for piece in pieces) == whole.count("](<")
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
