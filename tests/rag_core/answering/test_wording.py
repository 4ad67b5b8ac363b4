import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering import wording


@pytest.mark.parametrize(
    ("one", "other"),
    [("indexes", "index"), ("queries", "query"), ("running", "runs"), ("stored", "stores"), ("caches", "cached")],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert wording.words(one) == wording.words(other)


@pytest.mark.parametrize(("one", "other"), [("class", "clas"), ("load", "release"), ("add", "ad")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert wording.words(one) != wording.words(other)


def test_function_words_do_not_count_and_chinese_counts_by_character() -> None:
    assert wording.words("How can I use the 向量 index?") == {"向", "量", "index"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("about 3.50 s", {"3.5"}),
        ("two of twelve", {"2", "12"}),
        ("v2.5.x and 2.4.1 are versions", set()),
        ("16 GB, 007, -4 and 0.70", {"16", "7", "4", "0.7"}),
    ],
)
def test_numbers(text: str, found: set[str]) -> None:
    assert wording.numbers(text) == found


def test_a_passage_may_mean_two_numbers_by_one() -> None:
    assert wording.numbers("[1,163]") == {"1", "163", "1163"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Set `M=16` now", {"M", "16"}),
        ("metric_type and efConstruction", {"metric_type", "efConstruction"}),
        ("common.security.tls, e.g. in milvus.yaml.", {"common.security.tls", "milvus.yaml"}),
        ("IVF_FLAT or HNSW on int8", {"IVF_FLAT", "HNSW", "int8"}),
        ("pass --host, since v2.5.x or 2.4.1", {"--host", "v2.5.x", "2.4.1"}),
        ("A self-hosted, and/or plain word.", set()),
        ("It fits into RAM of a GPU.", {"GPU"}),
        ("See https://a.example/some_page.md", set()),
    ],
)
def test_identifiers(text: str, found: set[str]) -> None:
    assert wording.identifiers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Search with the level Session, as Python does.", {"Session", "Python"}),
        ("Milvus waits. Strong is slow.", set()),
        ("set `Name` for IVF and FloatVector", set()),
    ],
)
def test_proper_names_are_capitalised_within_a_sentence(text: str, found: set[str]) -> None:
    assert wording.proper_names(text) == found


def test_of_a_span_of_code_the_first_name_counts() -> None:
    text = "Set `ef=64` or call `client.load(name)` on an IVF_FLAT index"
    assert [name for name, _ in wording.placed_identifiers(text)] == ["ef", "client.load", "IVF_FLAT"]
    assert all(text[at:].lstrip("`").startswith(name) for name, at in wording.placed_identifiers(text))


def test_prose_is_what_stands_outside_of_code_and_values_on_their_own() -> None:
    text = "a `b=1` c `30` d"
    prose = wording.without_code(text)
    assert prose.split() == ["a", "c", "30", "d"]
    assert prose.index("30") == text.index("30")


def test_markdown_links_to_its_target() -> None:
    assert wording.links("See [this](/docs/made-up.md).") == {"/docs/made-up.md"}


def test_links_end_before_punctuation() -> None:
    assert wording.links("See (https://a.example/x) and www.b.example/y.") == {"https://a.example/x", "www.b.example/y"}


@pytest.mark.parametrize(
    ("text", "token", "found"),
    [
        ("set efConstruction", "efConstruction", True),
        ("set efConstruction", "efconstruction", False),
        ("set efConstruction", "ef", False),
        ("an hnsw index", "HNSW", True),
        ("an NVMe SSD", "SSDs", True),
        ("two SSDs", "SSD", True),
        ("an SSDx", "SSD", False),
        ("two gates", "gate", False),
        ("within 5 ms", "M", False),
        ("call f(a.b)", "a.b", True),
    ],
)
def test_tokens_stand_as_a_whole(text: str, token: str, found: bool) -> None:
    assert wording.has_token(text, token) is found


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for found in (wording.words, wording.numbers, wording.identifiers, wording.links, wording.code_tokens):
        assert all(found(text))
