"""How long work tells how far it is, without knowing who looks."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a piece of long work.

    `stage` is a short sentence part such as "Crawling pages"; `done` and `total` count the stage's own unit; `total`
    is None while nobody knows it.
    """

    stage: str
    done: int
    total: int | None = None


ProgressHandler = Callable[[Progress], None]
"""Called on the event loop's thread; must return at once."""


def ignore_progress(progress: Progress) -> None:
    """The handler of those who do not look."""
