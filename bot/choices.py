"""What Discord offers while somebody types into an option of a command."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from discord import app_commands

LONGEST_CHOICE: Final = 100
_MOST: Final = 25
"""As Discord takes them."""


def choices(named: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """The first of these, each a name and the value that it stands for; long names are cut."""
    return [app_commands.Choice(name=name[:LONGEST_CHOICE], value=value) for name, value in islice(named, _MOST)]


def choices_with(typed: str, names: Iterable[str]) -> list[app_commands.Choice[str]]:
    """The first of these names that have what was typed; one that would have to be cut is left out."""
    wanted = typed.strip().lower()
    return choices((name, name) for name in names if wanted in name.lower() and len(name) <= LONGEST_CHOICE)
