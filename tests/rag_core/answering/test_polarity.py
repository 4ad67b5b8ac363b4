"""Which words a text states, denies or leaves open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.polarity import DENIED, OPEN, STATED, is_negated, read_polarity
from rag_core.answering.roots import root


@pytest.mark.parametrize(
    ("text", "word", "sign"),
    [
        ("They can't be passed by the client.", "passed", DENIED),
        ("They can't be passed by the client.", "client", OPEN),
        ("They can be passed by the client.", "passed", STATED),
        ("If that does not help, take another one.", "help", OPEN),
        ("It is not only fast, it is exact.", "fast", None),
        ("Towers are unheated in winter.", "heated", DENIED),
        ("Data may be incomplete.", "complete", DENIED),
        ("A tower needs no key.", "key", DENIED),
        ("A tower needs no key.", "needs", DENIED),
        ("It ignores the scores.", "scores", DENIED),
        ("Leave the field out.", "field", DENIED),
        ("A gate opens only when it is asked.", "gate", OPEN),
        ("No: gates can be painted.", "painted", STATED),
        ("Gates open no matter how late it is.", "late", STATED),
        ("It is not only painted but also heated.", "painted", STATED),
        ("Not waiting gives faster answers.", "waiting", DENIED),
        ("Not waiting gives faster answers.", "gives", STATED),
        ("They are not waiting at gates.", "gates", OPEN),
    ],
)
def test_what_is_stated_and_what_is_denied(text: str, word: str, sign: int | None) -> None:
    assert read_polarity(text).signs.get(root(word)) == (None if sign is None else frozenset({sign}))


@pytest.mark.parametrize(
    ("text", "odd"), [("It is not painted.", True), ("It is not only painted, it is heated.", False)]
)
def test_denials_are_counted(text: str, odd: bool) -> None:
    assert read_polarity(text).odd is odd


@pytest.mark.parametrize(
    ("one", "other", "clashing"),
    [
        ("It is the outer bound.", "It is the inner bound.", True),
        ("Leave the lamp on at night.", "Turn the lamp off at night.", True),
        ("It must not be smaller.", "It must be at least as large.", False),
        ("It must not be smaller.", "It must be at most as large.", True),
        ("A larger value finds more.", "A larger or smaller value finds more.", False),
        ("To enable it, call the guard.", "It is disabled.", False),
        ("The top layer holds few.", "The bottom layer holds few.", True),
    ],
)
def test_opposites(one: str, other: str, clashing: bool) -> None:
    assert bool(read_polarity(one).clashes(read_polarity(other))) is clashing


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    polarity = read_polarity(text)
    assert not polarity.denies or polarity.reduces
    assert isinstance(is_negated(text), bool)
