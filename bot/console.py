"""Printing for people: what comes from pages and models is printed as it is, and can't command the terminal."""

import unicodedata

from rich.console import Console

_KEPT = "\n\t"
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of text around, with which one text can pass for another (CVE-2021-42574)."""


def plain_console(*, stderr: bool = False) -> Console:
    """A console that takes text literally: no markup, no emoji codes, no colours of its own, no wrapping."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text without control characters other than line breaks and tabs, so without escape sequences."""
    return "".join(char for char in text if char in _KEPT or not _commands(char))


def _commands(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or char in _OVERRIDES
