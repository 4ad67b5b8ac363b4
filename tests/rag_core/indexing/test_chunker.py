import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag_core.crawling.page import Block, BlockKind, Page, Section
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.chunker import MAX_CHARACTERS, chunk_page, estimate_tokens
from tests.fakes.source import make_page

WORD = re.compile(r"\w+")


def page_of(*sections: Section, page_id: str = "hnsw.md") -> Page:
    return make_page(page_id, sections=sections)


def section(*blocks: Block, anchor: str = "Params", path: tuple[str, ...] = ("Params",)) -> Section:
    return Section(anchor, path, blocks)


def words(texts: Sequence[str]) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text))


words_only = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=3000)
prose = st.lists(st.text(alphabet="abcdefgh .,!?\n，。", max_size=400), max_size=8).map(" ".join)
kinds: st.SearchStrategy[BlockKind] = st.sampled_from(("text", "list", "note", "code", "table"))
blocks = st.builds(
    Block,
    kind=kinds,
    text=st.one_of(words_only, prose),
    language=st.sampled_from(("", "python", "java")),
    tab=st.booleans(),
)
sections = st.builds(
    Section,
    anchor=st.text(alphabet="ab-", max_size=5),
    path=st.lists(st.text(alphabet="AB", min_size=1, max_size=9), max_size=3).map(tuple),
    blocks=st.lists(blocks, max_size=5).map(tuple),
)
pages = st.lists(sections, max_size=4).map(lambda found: page_of(*found))


@given(pages)
def test_every_word_of_every_block_stands_in_a_chunk_of_its_section(page: Page) -> None:
    chunks = chunk_page(page)
    for wanted in page.sections:
        own = [chunk.text for chunk in chunks if (chunk.anchor, chunk.path) == (wanted.anchor, wanted.path)]
        assert words([block.text for block in wanted.blocks]) <= words(own)


@given(pages)
def test_ids_are_unique_and_ordinals_count_up(page: Page) -> None:
    chunks = chunk_page(page)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))


@given(pages)
def test_every_heading_is_in_some_row(page: Page) -> None:
    headed = {(found.anchor, found.path) for found in page.sections if found.anchor or found.path}
    assert headed <= {(chunk.anchor, chunk.path) for chunk in chunk_page(page)}
    assert all(chunk.text.strip() for chunk in chunk_page(page))


@given(st.lists(blocks, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_ids_do_not_hang_on_other_sections(own: list[Block], random: "object") -> None:
    kept = section(*own, anchor="kept", path=("Kept",))
    others = [section(Block("text", f"Other {n}."), anchor=f"o{n}", path=(f"O{n}",)) for n in range(3)]
    shuffled = [kept, *others]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def ids(page: Page) -> set[str]:
        return {chunk.id for chunk in chunk_page(page) if chunk.anchor == "kept"}

    assert ids(page_of(kept)) == ids(page_of(*shuffled))


def test_ids_do_not_hang_on_the_host() -> None:
    there, here = make_page(), make_page(base_url="http://127.0.0.1:8099/docs")
    assert [chunk.id for chunk in chunk_page(there)] == [chunk.id for chunk in chunk_page(here)]


def test_ids_differ_between_pages_versions_and_languages() -> None:
    found = [make_page(), make_page("ivf.md"), make_page(version="v2.6.x"), make_page(language="zh")]
    assert len({chunk.id for page in found for chunk in chunk_page(page)}) == 4


def test_the_same_text_twice_under_one_heading_gives_two_ids() -> None:
    again = [section(Block("text", "Same.")), section(Block("text", "Same."))]
    first, second = chunk_page(page_of(*again))
    assert first.text == second.text
    assert first.id != second.id


def test_a_chunk_never_crosses_a_heading() -> None:
    page = page_of(section(Block("text", "One.")), section(Block("text", "Two."), anchor="b", path=("B",)))
    assert [(chunk.anchor, chunk.text) for chunk in chunk_page(page)] == [("Params", "One."), ("b", "Two.")]


def test_small_blocks_share_a_chunk() -> None:
    page = page_of(section(Block("text", "One."), Block("list", "- a\n- b"), Block("code", "x = 1", "python")))
    (chunk,) = chunk_page(page)
    assert chunk.text == "One.\n\n- a\n- b\n\n```python\nx = 1\n```"
    assert chunk.code_language == ""


def test_a_heading_alone_gives_a_chunk_that_holds_it() -> None:
    (chunk,) = chunk_page(page_of(section(anchor="Limits", path=("Search", "Limits"))))
    assert (chunk.text, chunk.anchor, chunk.path) == ("Limits", "Limits", ("Search", "Limits"))


def test_a_page_without_sections_gives_its_title() -> None:
    (chunk,) = chunk_page(Page("http://x/a", "a", "The title", "", "v1", "en", latest=True, sections=(), digest=""))
    assert (chunk.text, chunk.anchor) == ("The title", "")


def tabs() -> tuple[Block, ...]:
    return (
        Block("text", "Before."),
        Block("code", "client = MilvusClient()", "python", tab=True),
        Block("code", "new MilvusClientV2();", "java", tab=True),
        Block("text", "After."),
        Block("code", "client.drop()", "python", tab=True),
    )


def test_code_tabs_stand_apart_by_language() -> None:
    chunks = {chunk.code_language: chunk.text for chunk in chunk_page(page_of(section(*tabs())))}
    assert chunks == {
        "": "Before.\n\nAfter.",
        "python": "```python\nclient = MilvusClient()\n```\n\n```python\nclient.drop()\n```",
        "java": "```java\nnew MilvusClientV2();\n```",
    }


def long_table() -> list[Chunk]:
    rows = "\n".join(f"| parameter_{n} | What the parameter {n} does. |" for n in range(80))
    return chunk_page(page_of(section(Block("table", f"| Name | Meaning |\n|---|---|\n{rows}"))))


def test_a_long_table_is_split_between_rows_and_repeats_its_header() -> None:
    chunks = long_table()
    assert len(chunks) > 2
    assert all(chunk.text.startswith("| Name | Meaning |\n|---|---|\n| parameter_") for chunk in chunks)
    assert all(line.endswith("|") for chunk in chunks for line in chunk.text.splitlines())


def test_long_code_is_split_between_lines_and_fenced_again() -> None:
    code = "\n".join(f"    result_{n} = client.search(collection, {n})" for n in range(120))
    chunks = chunk_page(page_of(section(Block("code", code, "python"))))
    assert len(chunks) > 2
    inner = [chunk.text.removeprefix("```python\n").removesuffix("\n```") for chunk in chunks]
    assert "\n".join(inner) == code


def test_printed_data_on_one_line_is_split_between_words() -> None:
    line = " ".join(f"{n}," for n in range(3000))
    chunks = chunk_page(page_of(section(Block("code", line, "python"))))
    inner = [chunk.text.removeprefix("```python\n").removesuffix("\n```") for chunk in chunks]
    assert max(map(len, inner)) <= MAX_CHARACTERS
    assert " ".join(inner) == line


def test_code_with_a_fence_in_it_gets_a_longer_fence() -> None:
    (chunk,) = chunk_page(page_of(section(Block("code", "```\ninner\n```", "markdown"))))
    assert chunk.text == "````markdown\n```\ninner\n```\n````"


def test_long_text_is_split_between_sentences() -> None:
    text = " ".join(f"Sentence number {n} tells something about vectors." for n in range(100))
    chunks = chunk_page(page_of(section(Block("text", text))))
    assert len(chunks) > 2
    assert all(chunk.text.endswith(".") and chunk.text.startswith("Sentence") for chunk in chunks)
    assert " ".join(chunk.text for chunk in chunks) == text


def test_chinese_is_split_between_sentences() -> None:
    text = "".join(f"第{n}句话说明向量数据库的索引。" for n in range(100))
    chunks = chunk_page(page_of(section(Block("text", text))))
    assert len(chunks) > 2
    assert all(chunk.text.endswith("。") for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks) == text


@given(prose.filter(str.strip))
def test_prose_keeps_to_the_limits(text: str) -> None:
    for chunk in chunk_page(page_of(section(Block("text", text)))):
        fits = len(chunk.text) <= MAX_CHARACTERS and estimate_tokens(chunk.embedding_text) <= 256
        assert fits or not re.search(r"\s", chunk.text)


def test_a_monstrous_word_still_fits_into_a_row_of_the_store() -> None:
    chunks = chunk_page(page_of(section(Block("text", "x" * 30_000))))
    assert max(len(chunk.text) for chunk in chunks) <= 4000
    assert "".join(chunk.text for chunk in chunks) == "x" * 30_000


def test_every_chunk_knows_what_its_page_is_about() -> None:
    page = replace(page_of(section(Block("text", "one")), section(Block("text", "two"))), summary="About graphs.")
    assert [chunk.summary for chunk in chunk_page(page)] == ["About graphs.", "About graphs."]
