"""Discord's Markdown as HTML; nothing that people or models write becomes HTML by itself."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground._markdown import to_html, to_line

NAMES = {("@", 1): "Ada", ("#", 2): "support", ("@&", 3): "helpers"}
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "li", "blockquote", "small"}
TAGS = _BLOCKS | {"strong", "em", "s", "code", "br", "a", "span"}
PIECES = (
    *(
        "<",
        ">",
        "script",
        "img src=x onerror=",
        "](",
        "[x](javascript:alert(1))",
        "<@1>",
        "<t:1:R>",
        "`",
        "```",
        "&lt;",
    ),
    *("\n", "-# ", "> ", "# ", "- ", "**", "~~", '"', "'", "https://x.y/", "data:text/html,", "<a href=", "\\"),
)


class Seen(HTMLParser):
    """What an HTML parser finds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def html(text: str) -> str:
    return to_html(text, lambda sign, wanted: NAMES.get((sign, wanted), ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br />\ntwo</p>"),
        ("### Title\ntext", "<h3>Title</h3>\n<p>text</p>"),
        ("text\n-# small", "<p>text</p>\n<small>small</small>"),
        ("> -# small", "<blockquote>\n<small>small</small>\n</blockquote>"),
        ("text\n---", "<p>text<br />\n---</p>"),
        ("    not code", "<p>not code</p>"),
        ("<b>&amp;", "<p>&lt;b&gt;&amp;amp;</p>"),
    ],
)
def test_shows_what_discord_shows(text: str, shown: str) -> None:
    assert html(text).strip() == shown


def test_mentions_have_names_and_stay_words_where_there_is_nobody() -> None:
    assert [html(each) for each in ("<@1>", "<@!1>", "<#2>", "<@&3>", "<@9>")] == [
        f'<p><span class="mention">{name}</span></p>\n' for name in ("@Ada", "@Ada", "#support", "@helpers", "@unknown")
    ]
    assert "mention" not in html("`<@1>`")


def test_an_excerpt_is_one_line_of_words() -> None:
    line = to_line("### Title\n> **<@1>** in <#2>\n`code`", lambda sign, wanted: NAMES.get((sign, wanted), ""))
    assert line == "Title @Ada in #support code"


def test_a_moment_is_told_from_now() -> None:
    assert '<span class="time">' in html("<t:1700000000:R>")
    assert "days ago" in html("<t:1700000000:R>")
    assert "in " in html("<t:99999999999:R>")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[1](<https://milvus.io/docs/hnsw.md#Index-params>)", "https://milvus.io/docs/hnsw.md#Index-params"),
        ("see https://milvus.io/docs, or", "https://milvus.io/docs"),
        ("<https://milvus.io>", "https://milvus.io"),
    ],
)
def test_links_open_in_a_tab_that_learns_nothing_of_this_one(text: str, address: str) -> None:
    (found,) = [attributes for tag, attributes in Seen(html(text)).tags if tag == "a"]
    assert found == {"href": address, "target": "_blank", "rel": "noopener noreferrer"}


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12).map("".join))
def test_nothing_becomes_html_by_itself(text: str) -> None:
    for tag, attributes in Seen(html(text)).tags:
        assert tag in TAGS
        assert set(attributes) <= {"href", "target", "rel", "class", "start"}
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))
