import pytest

from rag_core.answering.roots import root, roots


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("accurate", "accuracy"),
        ("raise", "increases"),
        ("dimensional", "dimensions"),
        ("undone", "undo"),
        ("uncompressed", "compression"),
        ("ram", "memory"),
    ],
)
def test_words_that_say_the_same_share_a_root(one: str, other: str) -> None:
    assert root(one) == root(other)


def test_not_every_un_denies() -> None:
    assert root("united") != root("ited")
    assert root("union") == "union"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("larger", "smaller"),
        ("fast", "slow"),
        ("load", "release"),
        ("insert", "delete"),
        ("size", "quantization"),
        ("include", "container"),
        ("give", "provider"),
        ("precision", "accuracy"),
    ],
)
def test_opposites_do_not(one: str, other: str) -> None:
    assert root(one) != root(other)


def test_function_words_have_none() -> None:
    assert root("the") == ""
    assert roots("It doesn't burn without wood, not even inside.") == {"burn", "wood"}
    assert roots("of the 向量") == {"向", "量"}
