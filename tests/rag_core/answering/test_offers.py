import pytest

from rag_core.answering.offers import accepts, offer_holds, offer_in
from tests.fakes.passages import passage


@pytest.mark.parametrize(
    ("answer", "offered"),
    [
        (
            "It is a graph [1]. Would you like to know how to build the index in Java?",
            "How to build the index in Java?",
        ),
        ("It is [1].\n\nDo you want me to show you an example of range search?", "An example of range search?"),
        ("So it is [1]. Shall I explain how to drop it?", "How to drop it?"),
        ("Would you like to know more about HNSW? It is a graph [1].", ""),
        ("It is a graph [1].", ""),
        ("", ""),
    ],
)
def test_the_last_sentence_may_offer_something(answer: str, offered: str) -> None:
    assert offer_in(answer) == offered


@pytest.mark.parametrize(
    "reply", ["yes, please", "Yes!", "sure", "ok go ahead", "好的", "ja bitte", "oui", "please do"]
)
def test_a_yes_is_one(reply: str) -> None:
    assert accepts(reply)


@pytest.mark.parametrize("reply", ["", "yes, but how in Java?", "no", "please explain HNSW", "is it yes or no"])
def test_anything_else_is_none(reply: str) -> None:
    assert not accepts(reply)


def test_an_offer_holds_only_where_a_passage_could_keep_it() -> None:
    passages = [passage(1, "To drop the index, call drop_index with the name of the field.")]
    assert offer_holds("Would you like to know how to drop the index with drop_index?", passages)
    assert not offer_holds("Would you like to know how to drop the index with remove_index?", passages)
    assert not offer_holds("Would you like to know the weather of tomorrow?", passages)
    assert not offer_holds("To drop the index, call drop_index.", passages)
