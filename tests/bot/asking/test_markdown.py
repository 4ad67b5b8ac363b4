import re
import string
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.asking._markdown import MAX_LABEL, MAX_URL, Code, Prose, escape, link, link_target, parse

LINKS = {1: "https://milvus.io/docs/hnsw.md#Index-params", 2: "https://milvus.io/docs/index-explained.md"}
ONE, TWO = (f"[[{number}]](<{url}>)" for number, url in LINKS.items())

HOSTILE = [
    "@everyone", "@here", "<@123456789012345678>", "<@&123456789012345678>", "<#123456789012345678>", "<t:1:R>",
    "discord.gg/abc", "https://discord.com/invite/abc", "[click](https://evil.example)", "[a]( https://evil.example )",
    "\n# big", "\n-# small", "\n> quoted", "\n>>> all", "||hidden||", "`", "``", "```", "\n```", "\n```py\n", "~~~",
    "\\", "**", "*", "_", "~~", "[1]", "[2]", "[1, 2]", "[9]", "[[1]](<https://evil.example>)", "<", ">", "](", "\n- ",
    "\n1. ", "| a | b |\n|---|---|\n| 1 | 2 |\n", "\n|", "\u202e", "https://milvus.io/a_b_c",
    "</ask:123>", "<a:b:123>", "\n\n",
]  # fmt: skip
_PIECES = [*HOSTILE, *string.printable, " ", "  ", "@", "word ", "é", "中文", "\u2028", "\u200b", "\U0001f600"]
_PARSER = MarkdownIt("commonmark").disable(["code", "html_block", "html_inline", "reference", "lheading", "entity"])


def _joined(choices: bytes, odd: str) -> str:
    return "".join(odd if each == 255 else _PIECES[each % len(_PIECES)] for each in choices)


hostile = st.builds(_joined, st.binary(max_size=25), st.text(max_size=8))
"""Each byte is a piece, the highest any text at all: bytes are drawn at once, pieces would be one by one."""


def rendered(text: str) -> str:
    return "\n".join(block.markdown if isinstance(block, Code) else block.text for block in parse(text, LINKS))


def prose(text: str) -> str:
    return "\n".join(block.text for block in parse(text, LINKS) if isinstance(block, Prose))


def without_code(markdown: str) -> str:
    """Without code spans; an escaped backtick opens none."""
    return re.sub(r"(\\.)|`[^`\n]*`", lambda found: found[1] or "", markdown)


def tokens(markdown: str) -> list[Token]:
    """As a parser sees it that is not ours; without the syntax that Discord lacks."""
    flat = [[token, *(token.children or [])] for token in _PARSER.parse(markdown)]
    return [token for group in flat for token in group]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Set `M` [1].", f"Set `M` {ONE}."),
        ("Both hold [1, 2].", f"Both hold {ONE}{TWO}."),
        ("Not a source [7].", "Not a source."),
        ("Read rows[0] first.", r"Read rows\[0\] first."),
        ("## Build index", "**Build index**"),
        ("* one\n+ two\n2) three", "- one\n- two\n2. three"),
        ("a **bold** word", "a **bold** word"),
        ("an ** odd one", r"an \*\* odd one"),
        ("snake_case and 2 * 3 * 4", r"snake\_case and 2 \* 3 \* 4"),
        ("-# not so small", r"\-# not so small"),
        ("> not a quote", r"\> not a quote"),
        ("a || b", r"a \|\| b"),
        ("hi @everyone", "hi @\u200beveryone"),
        ("<@&123456789012345678>", "\\<@\u200b&123456789012345678\\>"),
        ("join discord.gg/abc", "join discord\u200b.gg/abc"),
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        ("see https://milvus.io/a_b.md now", "see https://milvus.io/a_b.md now"),
        ("res[`x`]", r"res\[`x`\]"),
        ("one ` tick", r"one \` tick"),
    ],
)
def test_keeps_what_is_harmless_and_escapes_the_rest(text: str, shown: str) -> None:
    assert rendered(text) == shown


def test_code_blocks_are_kept_closed_and_dedented_fences_found() -> None:
    assert parse("  ```Python\nx = rows[1]\n  ```") == [Code("python", "x = rows[1]")]
    assert parse("```\nnever closed") == [Code("", "never closed")]
    assert parse("```py\ncut off\n``` …") == [Code("py", "cut off")]
    assert parse("```\n```") == []


def test_code_can_not_close_its_own_fence() -> None:
    for ticks in ("```", "`````"):
        (block,) = parse(f"~~~\na {ticks} b\n~~~")
        assert isinstance(block, Code)
        assert "```" not in block.text


def test_a_table_becomes_an_aligned_code_block() -> None:
    assert parse("| Name | Range |\n|---|---|\n| `M` | 2 to 2048 |") == [
        Code("", "Name  Range\n────  ─────────\nM     2 to 2048")
    ]


@given(hostile)
def test_nothing_pings_or_invites(text: str) -> None:
    shown = rendered(text)
    assert not re.search(r"@(everyone|here|[!&]?\d)", shown)
    assert not re.search(r"discord(app)?\.(gg|com/invite)", shown, re.IGNORECASE)
    assert not re.search(r"(?<!\\)<(?!https?://)[@#:/ta]", without_code(prose(text)))


@given(hostile)
def test_fences_are_balanced_and_hold_exactly_the_code(text: str) -> None:
    blocks = parse(text, LINKS)
    shown = "\n".join(block.markdown if isinstance(block, Code) else block.text for block in blocks)
    assert shown.count("```") == 2 * sum(isinstance(block, Code) for block in blocks)


@given(hostile)
def test_links_lead_nowhere_but_to_the_sources(text: str) -> None:
    linked = [str(token.attrs["href"]) for token in tokens(prose(text)) if token.type == "link_open"]
    assert set(linked) <= set(LINKS.values())
    cited = re.findall(r"(?<!\\)\[\[(\d+)\]\]\(<([^>]*)>\)", without_code(prose(text)))
    assert all(LINKS[int(number)] == url for number, url in cited)


@given(hostile)
def test_every_citation_mark_that_survives_is_a_link(text: str) -> None:
    assert not re.search(r"(?<![\[\\])\[\d+\](?!\])", without_code(prose(text)))


@given(hostile)
def test_nothing_masquerades_as_heading_small_print_or_quote(text: str) -> None:
    shown = prose(text)
    assert not re.search(r"^(#|-#|>)", shown, re.MULTILINE)
    assert not {"heading_open", "blockquote_open"} & {token.type for token in tokens(shown)}
    assert "||" not in re.sub(r"`[^`\n]*`|\\.", "", shown)


@given(st.text(max_size=300), st.one_of(st.text(max_size=40), st.just(LINKS[1]), st.just("https://a.b/" + "x" * 600)))
def test_a_link_is_one_short_line(label: str, url: str) -> None:
    shown = link(label, url)
    assert "\n" not in shown
    assert len(shown) <= 2 * MAX_LABEL + MAX_URL + 20
    hrefs = [cast("str", token.attrs["href"]) for token in tokens(shown) if token.type == "link_open"]
    assert hrefs in ([], [link_target(url)])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "",
        "milvus.io/docs",
        "https://[",
        "ftp://a.b/c",
        "https://milvus.io@evil.example/docs",
        "https://discord.gg/abc",
        "https://discordapp.com/invite/abc",
    ],
)
def test_only_web_addresses_that_pose_as_nothing_else_are_linked(url: str) -> None:
    assert link_target(url) is None
    assert link("HNSW", url) == "HNSW"


def test_an_address_can_not_break_out_of_its_brackets() -> None:
    assert link_target("https://a.b/c> <d") == "https://a.b/c%3E%20%3Cd"
    assert link_target("https://a.b/@everyone") == "https://a.b/%40everyone"


def test_a_fragment_is_given_up_before_the_link() -> None:
    assert link_target("https://a.b/c#" + "é" * 300) == "https://a.b/c"


@given(st.text())
def test_an_escaped_text_is_one_line(text: str) -> None:
    assert "\n" not in escape(text)
