"""How far long work is, for people at a terminal and for logs."""

from types import TracebackType
from typing import Self

from rich.console import Console

from rag_core.progress import Progress

_STEPS = 10
"""Reports of one stage that are worth a line of their own, at most, where the size of the work is known."""


class Milestones:
    """Picks the reports that are worth a line: the first of each stage, and one at each further tenth of it.

    Stages may alternate, as crawling and embedding do.
    """

    def __init__(self) -> None:
        self._reached: dict[str, int] = {}

    def reached(self, progress: Progress) -> bool:
        """Whether this report is one."""
        step = _STEPS * progress.done // progress.total if progress.total else 0
        if step <= self._reached.get(progress.stage, -1):
            return False
        self._reached[progress.stage] = step
        return True


class ProgressLine:
    """Shows the newest report: as one line that changes on a terminal, as a few lines elsewhere. A context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("Starting…") if console.is_terminal else None
        self._milestones = Milestones()

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._status:
            self._status.stop()

    def show(self, progress: Progress) -> None:
        """The handler to give to long work."""
        if self._status:
            self._status.update(describe(progress))
        elif self._milestones.reached(progress):
            self._console.print(describe(progress))


def describe(progress: Progress) -> str:
    """One report in words: "Crawling pages: 120 of 483"."""
    if progress.total:
        return f"{progress.stage}: {progress.done} of {progress.total}"
    return f"{progress.stage}: {progress.done}" if progress.done else f"{progress.stage}…"
