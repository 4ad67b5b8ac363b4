import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.indexing.terms import indexed_terms, query_terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("collections", "collection"),
        ("dropping", "dropped"),
        ("loading", "load"),
        ("queries", "query"),
        ("creates", "creating"),
        ("indexed", "indexing"),
        ("filling", "fill"),
        ("classes", "class"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert indexed_terms(one) == indexed_terms(other)


@pytest.mark.parametrize("word", ["status", "bus", "this_is_named", "ivf_sq8s", "es", "axis", "索引", "used2"])
def test_names_and_words_that_only_look_inflected_stay(word: str) -> None:
    assert indexed_terms(word) == word


def test_words_of_grammar_and_politeness_say_nothing() -> None:
    assert indexed_terms("How do I please get the replicas?") == "replica"
    assert query_terms("what should I do?") == ""


def test_words_stay_in_order_and_as_often_as_they_stand() -> None:
    assert indexed_terms("Segments: growing segments") == "segment grow segment"


def test_a_query_has_each_form_once() -> None:
    assert query_terms("deleting rows, deleting") == "delet row deleting rows"


@given(st.text())
def test_whatever_is_asked_finds_its_own_text(text: str) -> None:
    assert set(indexed_terms(text).split()) <= set(query_terms(text).split())
