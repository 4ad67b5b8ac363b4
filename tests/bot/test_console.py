"""What is printed can't command the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console import plain_console, printable


@given(st.text())
def test_no_control_character_is_left_and_nothing_else_is_lost(text: str) -> None:
    shown = printable(text)
    assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in shown)
    assert [char for char in text if char.isalnum()] == [char for char in shown if char.isalnum()]
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07text", "]0;ownedtext"),
        ("\x1b[2J\x9b31mred", "[2J31mred"),
        ("a\rb\x7f\x00", "ab"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("tab\tline\nµ ❤ 向量", "tab\tline\nµ ❤ 向量"),
    ],
)
def test_escape_sequences_become_plain_text(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = "[bold]M[/bold] :warning: " + "long " * 60 + "[1]"
    plain_console().print(text)
    plain_console(stderr=True).print("aside")
    assert capsys.readouterr() == (f"{text}\n", "aside\n")
