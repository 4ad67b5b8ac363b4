"""What several benchmarks take of times and processes."""

import os
from collections.abc import Sequence
from contextlib import suppress

import psutil


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so great a share of them lies below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def memory(pid: int) -> int:
    """Bytes of a process and its children."""
    process, total = psutil.Process(pid), 0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += each.memory_info().rss
    return total


def busy() -> str:
    """How busy the machine is, for the title of a table: other processes share its cores."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
