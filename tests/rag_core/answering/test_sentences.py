import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.sentences import SentenceSplitter, split_sentences

_FRAGMENTS = st.sampled_from(
    [
        "a",
        "Ab",
        "1",
        ".",
        "!",
        "?",
        " ",
        "\n",
        "`",
        "```",
        "```python\n",
        "\n```\n",
        "~~~",
        "[1]",
        "[",
        "]",
        "(",
        ")",
        "e.g",
        "etc",
        "v2.5.x",
        "https://a.b/c.md",
        "index.params",
        "。",
        "- ",
        "|",
        "[1, 2]",
        '"',
        "**",
        "\t",
    ]
)
_TEXTS = st.lists(_FRAGMENTS, max_size=40).map("".join) | st.text(max_size=80)


@given(_TEXTS)
def test_units_and_rest_joined_are_the_input(text: str) -> None:
    splitter = SentenceSplitter()
    assert "".join((*splitter.feed(text), splitter.rest())) == text


@given(_TEXTS, st.data())
def test_units_do_not_depend_on_how_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    deltas = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole, streamed = SentenceSplitter(), SentenceSplitter()
    units = [unit for delta in deltas for unit in streamed.feed(delta)]
    assert units == whole.feed(text)
    assert streamed.rest() == whole.rest()


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("One [1]. Two! Three?", ["One [1].", "Two!", "Three?"]),
        ("It is fast. [1] It is small. [2, 3] End.", ["It is fast. [1]", "It is small. [2, 3]", "End."]),
        ("Use e.g. RAM, i.e. memory. Next.", ["Use e.g. RAM, i.e. memory.", "Next."]),
        ("Disks, drives, etc. are slow. Drives etc. Next.", ["Disks, drives, etc. are slow.", "Drives etc.", "Next."]),
        ("It takes 3.5 s in v2.5.x. Then 2.4.1 came.", ["It takes 3.5 s in v2.5.x.", "Then 2.4.1 came."]),
        ("Set index.params now. Done.", ["Set index.params now.", "Done."]),
        ("See https://a.b/c.md. Next.", ["See https://a.b/c.md.", "Next."]),
        ("Call `f(a. b)`. Next.", ["Call `f(a. b)`.", "Next."]),
        ('He said "yes." Then left.', ['He said "yes."', "Then left."]),
        ("1. First. More.\n2. Second\n- third", ["1. First.", "More.", "2. Second", "- third"]),
        ("| a. b | c |\n|---|---|\n| d | e |", ["| a. b | c |", "|---|---|", "| d | e |"]),
        ("So:\n```python\na.b()\n\n# x. Y\n```\nNext.", ["So:", "```python\na.b()\n\n# x. Y\n```", "Next."]),
        ("````\n```\n````\nx", ["````\n```\n````", "x"]),
        ("```a``` is code. Next.", ["```a``` is code.", "Next."]),
        ("第一句。第二句！", ["第一句。", "第二句！"]),
    ],
)
def test_splits_where_a_reader_would(text: str, units: list[str]) -> None:
    assert split_sentences(text) == units


def test_a_sentence_comes_as_soon_as_it_is_certain() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("It is fast. ") == []
    assert splitter.feed("[1") == []
    assert splitter.feed("]") == []
    assert splitter.feed(" N") == ["It is fast. [1]"]


def test_an_open_fence_is_kept_until_it_closes() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("```python\nfirst.\n") == []
    assert splitter.feed("Second. Third.\n```") == []
    assert splitter.feed("\n") == ["```python\nfirst.\nSecond. Third.\n```"]
