import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.polarity import agrees, denies, is_negated, opposed, read_polarity, states


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
        ("Looks at positions only, never at scores.", "It ignores the scores.", False),
        ("Towers are unheated in winter.", "Towers are heated in winter.", True),
        ("A tower needs no key.", "A tower needs a key.", True),
        ("A moat has no bridge, so build one.", "A bridge is built.", True),
        ("Single stones can't be moved, not even by day.", "Stones are moved by day.", True),
        ("Gates can't be locked, not even by night.", "By night the moat is filled.", False),
        ("No: gates can't be locked.", "Gates are locked.", True),
        ("If a gate can't be locked, call.", "The gate is locked.", False),
        ("Gates can't be locked.", "It rusts if gates are locked.", False),
        ("Gates can't be locked.", "It says whether gates are locked.", True),
        ("A gate is locked, and a window must not be longer than the gate is high.", "The gate is locked.", False),
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
        ("A visitor may show up at noon.", "If no visitor shows up, close the gate.", False),
        ("A tower needs no key.", "A tower doesn't need a key.", False),
        ("Towers are unheated.", "Towers aren't heated.", False),
        ("Parameter: `width`, Default: none", "There is no default.", False),
        ("The gate is no longer open.", "The gate is not open any more.", False),
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


@pytest.mark.parametrize(
    ("source", "claim", "agreed"),
    [
        ("Gates can't be locked.", "A gate cannot be locked.", True),
        ("Gates are locked.", "A gate cannot be locked.", False),
        ("Gates can't be locked.", "A gate is neither locked nor painted.", False),
        ("Gates can't be locked.", "No, a gate can't be locked.", True),
    ],
)
def test_who_denies_all_that_is_denied_agrees(source: str, claim: str, agreed: bool) -> None:
    assert agrees(read_polarity(source), read_polarity(claim)) is agreed
