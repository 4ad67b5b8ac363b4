import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.polarity import denies, is_negated, opposed, read_polarity, states


@pytest.mark.parametrize(
    ("source", "claim", "denied"),
    [
        ("They can't be passed by the client.", "Settings can be passed by the client.", True),
        ("They can't be passed by the client.", "Settings belong into a file of the client.", False),
        ("The index does not support range search.", "The index supports range search.", True),
        ("Nothing is ever missed.", "A neighbor is sometimes missed.", True),
        ("If that does not help, take another one.", "That helps at once.", False),
        ("It is not only fast, it is exact.", "It is fast.", False),
        ("Looks at positions only, never at scores.", "Looks at positions.", False),
    ],
)
def test_what_a_source_denies(source: str, claim: str, denied: bool) -> None:
    assert denies(read_polarity(source), read_polarity(claim)) is denied


@pytest.mark.parametrize(
    ("source", "claim", "stated"),
    [
        ("It has to be loaded first.", "It does not have to be loaded.", True),
        ("It can't be loaded.", "It cannot be loaded.", False),
        ("If that does not help, wait.", "If this doesn't help, wait.", False),
    ],
)
def test_what_a_claim_denies(source: str, claim: str, stated: bool) -> None:
    assert states(read_polarity(source), read_polarity(claim)) is stated


@pytest.mark.parametrize(
    ("source", "claim", "opposite"),
    [
        ("It is the outer bound.", "It is the inner bound.", True),
        ("It is the outer bound.", "It is the outer bound.", False),
        ("A larger value finds more.", "A larger or smaller value finds more.", False),
        ("It is not slower.", "It is faster.", False),
    ],
)
def test_opposites(source: str, claim: str, opposite: bool) -> None:
    assert opposed(read_polarity(source), read_polarity(claim)) is opposite


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert is_negated(text) is bool(read_polarity(text).denials)
