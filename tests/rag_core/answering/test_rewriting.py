import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.model import Question, Turn
from rag_core.answering.rewriting import stand_alone
from rag_core.query.leaning import leans_on_history
from rag_core.query.reading import read


def ask(text: str, *earlier: str) -> str:
    return stand_alone(Question("1" * 32, text, tuple(Turn(question, "An answer.") for question in earlier)))


def test_a_first_question_is_searched_as_it_is_on_one_line() -> None:
    assert ask("and how\n do I take it off?") == "and how do I take it off?"


@pytest.mark.parametrize(
    "follow_up", ["and how do I take it off again?", "what do I call in Java for that?", "yes, please", "In Java?"]
)
def test_a_follow_up_brings_the_question_that_it_leans_on(follow_up: str) -> None:
    assert ask(follow_up, "How do I set a TTL on a collection?") == f"How do I set a TTL on a collection? {follow_up}"


def test_a_question_that_stands_alone_leaves_the_history_out() -> None:
    text = "Which metric types does the sparse inverted index support?"
    assert ask(text, "How do I set a TTL on a collection?") == text


def test_a_chain_of_follow_ups_reaches_back_to_what_it_is_about() -> None:
    earlier = ("How do I bake?", "How do I create a partition key field?", "And in Java?")
    assert ask("is it slow?", *earlier) == "How do I create a partition key field? And in Java? is it slow?"


def test_no_more_than_three_turns_are_joined() -> None:
    assert ask("why?", "why a?", "why b?", "why c?", "why d?") == "why b? why c? why d? why?"


@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=5))
def test_the_question_itself_is_always_searched(text: str, earlier: list[str]) -> None:
    query = ask(text, *earlier)
    assert query.endswith(read(text).query)
    assert query == ask(text, *earlier)


def test_leaning_is_told_from_standing() -> None:
    assert leans_on_history("What about Java?")
    assert not leans_on_history("How much memory does an HNSW index need?")
