"""How far long work is, for people at a terminal and for logs."""

from types import TracebackType
from typing import Self

from rich.console import Console

from rag_core.progress import Progress

_STEPS = 10
"""Lines that one stage prints at most where there is no terminal to redraw."""


class ProgressLine:
    """Shows the newest report: as one line that changes on a terminal, as a few lines elsewhere. A context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("Starting…") if console.is_terminal else None
        self._printed: tuple[str, int] | None = None

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
            return
        step = _STEPS * progress.done // progress.total if progress.total else 0
        if self._printed != (progress.stage, step):
            self._printed = (progress.stage, step)
            self._console.print(describe(progress), markup=False, highlight=False, soft_wrap=True)


def describe(progress: Progress) -> str:
    """One report in words: "Crawling pages: 120 of 483"."""
    if progress.total:
        return f"{progress.stage}: {progress.done} of {progress.total}"
    return f"{progress.stage}: {progress.done}" if progress.done else f"{progress.stage}…"
