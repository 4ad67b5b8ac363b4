"""From HTML to sections and blocks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.crawling._document import read_body, read_document, read_links
from rag_core.crawling.page import Block, Section
from rag_core.errors import PageUnreadable
from tests.site.body import heading
from tests.site.layout import render
from tests.site.pages import ALL_PAGES, HNSW


def blocks_of(html: str) -> list[Block]:
    return [block for section in read_body(html, "Title") for block in section.blocks]


def one_block(html: str) -> Block:
    (block,) = blocks_of(html)
    return block


def test_headings_make_sections_with_their_path_and_anchor() -> None:
    sections = read_body(
        "<p>Above.</p>" + heading(1, "Title") + "<p>a</p>" + heading(2, "One") + heading(3, "Deep") + "<p>b</p>"
        + heading(2, "Two words") + "<p>c</p>",
        "Title",
    )  # fmt: skip
    assert [(section.anchor, section.path) for section in sections] == [
        ("", ()), ("Title", ()), ("One", ("One",)), ("Deep", ("One", "Deep")), ("Two-words", ("Two words",)),
    ]  # fmt: skip
    assert sections[2].blocks == ()


def test_a_first_heading_that_is_not_the_title_stays_in_its_own_path() -> None:
    sections = read_body(heading(1, "Other name") + "<p>a</p>" + heading(2, "Part") + "<p>b</p>", "Title")
    assert [section.path for section in sections] == [("Other name",), ("Part",)]


def test_a_badge_in_a_heading_becomes_a_note() -> None:
    badge = '<h2 id="TTL">TTL<span class="beta-tag">Compatible with Milvus 3.0.x</span></h2><p>x</p>'
    section = read_body(badge, "Title")[0]
    assert section.path == ("TTL",)
    assert section.blocks[0] == Block("note", "Compatible with Milvus 3.0.x")


def test_a_heading_in_a_fold_is_found() -> None:
    html = '<details><summary>More</summary><h3 id="Inside">Inside</h3><p>x</p></details>'
    sections = read_body(html, "Title")
    assert [section.anchor for section in sections] == ["", "Inside"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Set <code>ef</code> to <a href='x'>ten</a>, <strong>not</strong> <em>more</em>.</p>",
         "Set `ef` to ten, not more."),
        ("<p>one<br>two\n  lines</p>", "one\ntwo lines"),
        ("<p>a&nbsp;&lt;b&gt;\u200b</p>", "a <b>"),
        ("<p>a <code>x`y</code></p>", "a `` x`y ``"),
        ("<p><a>One</a><a>Two</a></p>", "One Two"),
        ("<p>x<button>Copy</button><svg><text>s</text></svg><style>p{}</style><script>1</script></p>", "x"),
        ("loose <b>words</b>", "loose words"),
    ],
)  # fmt: skip
def test_running_text(html: str, text: str) -> None:
    assert one_block(html) == Block("text", text)


def test_lists_nest_and_keep_their_numbers() -> None:
    html = "<ol start='3'><li><p>three</p><ul><li>a</li><li><p>b</p><p>more</p></li></ul></li><li>four</li></ol>"
    assert one_block(html) == Block("list", "3. three\n   - a\n   - b\n     more\n4. four")


def test_code_in_a_list_is_a_block_of_its_own_and_the_list_goes_on() -> None:
    html = "<ol><li>run<pre><code class='language-bash'>ls\n</code></pre>done</li><li>next</li></ol>"
    assert blocks_of(html) == [
        Block("list", "1. run"), Block("code", "ls", "bash"), Block("list", "   done\n2. next"),
    ]  # fmt: skip


def test_code_is_kept_word_for_word() -> None:
    html = (
        '<pre><code class="language-Python"><span class="hljs-keyword">if</span> a &lt; b:\n\n'
        '    x = "é  y"\n<button class="copy-code-btn">Copy</button></code></pre>'
    )
    assert one_block(html) == Block("code", 'if a < b:\n\n    x = "é  y"', "python")


def test_tabs_are_marked_until_something_else_follows() -> None:
    html = (
        '<div class="multipleCode"><a href="#python">Python</a><a href="#java">Java</a></div>'
        '<pre><code class="language-python">a</code></pre><pre><code class="language-java">b</code></pre>'
        '<pre><code class="language-text">output</code></pre><p>then</p>'
        '<pre><code class="language-python">c</code></pre>'
    )
    assert blocks_of(html) == [
        Block("text", "Python · Java"),
        Block("code", "a", "python", tab=True),
        Block("code", "b", "java", tab=True),
        Block("code", "output", "text"),
        Block("text", "then"),
        Block("code", "c", "python"),
    ]


def test_tables_become_pipe_tables() -> None:
    html = (
        "<table><thead><tr><th>Name</th><th>Meaning</th></tr></thead><tbody>"
        "<tr><td><code>M</code></td><td><p>links</p><ul><li>a|b</li><li>c</li></ul></td></tr></tbody></table>"
    )
    assert one_block(html) == Block("table", "| Name | Meaning |\n| --- | --- |\n| `M` | links • a\\|b • c |")


def test_cells_that_span_rows_are_repeated_and_those_that_span_columns_are_not() -> None:
    html = (
        "<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td rowspan=2>x</td><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr><tr><td colspan='3'>wide</td></tr></table>"
    )
    assert one_block(html).text.split("\n")[2:] == ["| x | 1 | 2 |", "| x | 3 | 4 |", "| wide |  |  |"]


def test_a_table_that_was_never_closed_does_not_swallow_the_sections_after_it() -> None:
    html = "<table><tr><td>cell" + heading(2, "Next") + "<p>words</p>"
    sections = read_body(html, "Title")
    assert sections[-1] == Section("Next", ("Next",), (Block("text", "words"),))


def test_boxes_are_notes_and_keep_their_code_apart() -> None:
    html = '<div class="alert warning"><p>Careful:</p><ul><li>a</li></ul><pre><code>x</code></pre></div>'
    assert blocks_of(html) == [Block("note", "Careful:\n- a"), Block("code", "x")]


def test_a_formula_keeps_its_source() -> None:
    html = (
        '<p>so <span class="katex"><span class="katex-mathml"><math><mi>x</mi><annotation>x^2</annotation></math>'
        '</span><span class="katex-html">x2</span></span></p>'
    )
    assert one_block(html).text == "so x $x^2$ x2"


def test_a_whole_page_gives_its_body_and_what_it_says_of_itself() -> None:
    document = read_document(render(HNSW, ALL_PAGES, 1, "https://docs.example.org/docs"))
    assert (document.title, document.summary) == (HNSW.title, HNSW.summary)
    assert document.links.version == "v3.0.x"
    assert list(document.links.menu_ids) == [page.id for page in ALL_PAGES]
    assert document.sections == read_body(HNSW.html, HNSW.title)


def test_the_digest_ignores_what_stands_around_the_text() -> None:
    first = read_document(render(HNSW, ALL_PAGES, 1, "https://docs.example.org/docs"))
    again = read_document(render(HNSW, ALL_PAGES[:2], 2, "https://mirror.example.org/docs"))
    assert first.digest == again.digest


@pytest.mark.parametrize(("old", "new"), [("v3.0.x", "v3.1.x"), (HNSW.title, "Another title")])
def test_the_digest_tells_another_release_and_another_title(old: str, new: str) -> None:
    html = render(HNSW, ALL_PAGES, 1, "https://docs.example.org/docs")
    assert read_document(html).digest != read_document(html.replace(old, new)).digest


def test_a_stray_end_tag_does_not_end_the_body() -> None:
    page = type(HNSW)("a.md", "A", "", "<p>before</p></div><p>after</p>")
    (section,) = read_document(render(page, (), 1, "https://docs.example.org/docs")).sections
    assert [block.text for block in section.blocks] == ["before", "after"]


def test_a_page_without_data_is_read_from_its_html() -> None:
    html = '<title>A page | Site</title><div class="doc-post-content"><h1>Heading<button>x</button></h1><p>y</p></div>'
    document = read_document(html)
    assert (document.title, document.summary, document.links.version) == ("Heading", "", "")
    assert read_document(html.replace("h1", "h2")).title == "A page"


@pytest.mark.parametrize(
    "html",
    [
        "", "<p>no body</p>", '<div class="doc-post-content"></div>',
        '<div class="doc-post-content"><h1>Only a heading</h1><button>x</button></div>',
        f'<div class="doc-post-content">{"<div>" * 5000}deep</div>',
    ],
)  # fmt: skip
def test_a_page_without_readable_body_is_no_page(html: str) -> None:
    with pytest.raises(PageUnreadable):
        read_document(html)


def test_links_of_a_page_without_body_are_read_all_the_same() -> None:
    assert read_links("<a href='/docs/a.md'>A</a><script id='__NEXT_DATA__'>{broken</script>").hrefs == ("/docs/a.md",)


TAGS = ["p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "code", "h1", "h2", "span", "a", "details", "b"]
WORDS = st.from_regex(r"[a-z]{3,8}", fullmatch=True)


@st.composite
def nested_html(draw: st.DrawFn, depth: int = 4) -> str:
    """Elements nested at random, well or badly, with words in between."""
    if depth == 0:
        return f" {draw(WORDS)} "
    tag = draw(st.sampled_from(TAGS))
    inner = "".join(draw(st.lists(nested_html(depth=depth - 1), max_size=3)))
    closing = draw(st.sampled_from([f"</{tag}>", "", "</div>"]))
    return f"<{tag}> {draw(WORDS)} {inner}{closing}"


@given(nested_html())
def test_no_word_is_lost_however_badly_the_html_is_nested(html: str) -> None:
    wanted = set(re.findall(r"[a-z]{3,}", re.sub(r"<[^>]*>", " ", html)))
    try:
        sections = read_body(html, "")
    except PageUnreadable:
        return
    kept = " ".join(
        [word for section in sections for word in section.path]
        + [block.text for section in sections for block in section.blocks]
    )
    assert wanted <= set(re.findall(r"[a-z]{3,}", kept))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(html: str) -> None:
    try:
        sections = read_document(f'<div class="doc-post-content">{html}</div>').sections
    except PageUnreadable:
        return
    assert any(section.blocks for section in sections)
