import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.facts import facts_of, read_fact, sentences_of, split_clauses

_PARAMETERS = (
    "| Name | Meaning | Default |\n|---|---|---|\n| `M` | links | 30 |\n| `ef` | candidates, at least `M` | 64 |"
)
_MODES = "| | Override mode | Merge mode |\n|---|---|---|\n| Since | always | v2.6.2 |"


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("`a` sets links, while `b` sets candidates.", 2),
        ("A delete can't be undone, so run a query first.", 2),
        ("The walls are thick, which keeps the wind out.", 2),
        ("Paint the gates, since they rust in rain.", 2),
        ("Paint the gates, as well as the walls of the castle.", 1),
        ("The lengths must be equal, otherwise the request fails.", 2),
        ("IVF takes 11 MB and HNSW takes 640 MB.", 2),
        ("A guard can open the gates, or you push the walls down.", 2),
        ("Towers, moats, or walls keep visitors out.", 1),
        ("For `COSINE` and `IP`, a larger score is better.", 1),
        ("Towers, moats, and walls keep visitors out.", 1),
        ("Run `a; b: c` at once.", 1),
        ("`M`: the most links of a vector.", 1),
    ],
)
def test_sentences_are_cut_where_something_else_is_stated(sentence: str, clauses: int) -> None:
    found = split_clauses(sentence)
    assert len(found) == clauses
    assert "".join(found) == sentence


def test_a_row_is_about_its_first_cell_and_read_with_the_head() -> None:
    facts = list(facts_of(_PARAMETERS))
    assert [fact.subjects for fact in facts] == [{"m"}, {"ef"}]
    assert facts[1].named == {"ef", "m"}
    assert "Default: 64" in facts[1].text


def test_a_table_that_compares_is_read_by_its_cells() -> None:
    override, merge = facts_of(_MODES)
    assert (override.labels & merge.labels, "always" in override.text, "v2.6.2" in merge.text) == (
        frozenset(),
        True,
        True,
    )
    assert "v2.6.2" not in override.text


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("| Worker | Tool |\n|---|---|\n| Old mason | clay |\n| Old painter | lime |", [{"mason"}, {"painter"}]),
        ("- North opens at dawn.\n- South opens at noon.", [{"north"}, {"south"}]),
        ("- A gate opens.\n- South opens at noon.", [set(), set()]),
        ("- Gates open.\n- Gates close.", [set(), set()]),
        (_PARAMETERS, [set(), set()]),
        (_MODES, [{"override"}, {"merge"}]),
    ],
)
def test_labels_are_the_words_that_tell_rows_items_and_columns_apart(text: str, labels: list[set[str]]) -> None:
    assert [fact.labels for fact in facts_of(text)] == labels


def test_code_is_no_sentence_that_could_be_said_of_another_name() -> None:
    assert [fact.code for fact in facts_of("Set `a`.\n```python\nclient.run(a=1)\n```\nThen wait for it.")] == [
        False,
        True,
        False,
    ]


def test_numbers_in_a_claims_code_are_no_statement() -> None:
    assert read_fact("With `ids=[18, 19]` and `30`", claimed=True).content >= {"30"}
    assert not read_fact("With `ids=[18, 19]`", claimed=True).quantities


@given(st.text(alphabet="ab |`-:;,.\n12_é", max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    assert all(fact.share(fact.content) in {0.0, 1.0} for fact in facts_of(text))
    assert all(isinstance(sentence, str) for sentence, _ in sentences_of(text))
