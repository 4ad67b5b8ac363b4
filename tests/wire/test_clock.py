"""The clock of the server's deadlines, which does not blame the bot for what others do to the machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.wire.discord_server.clock import SystemClock, _Wait

_PINNED = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"


@contextmanager
def two_on_one_core() -> Iterator[int]:
    """Two busy processes, one of which has to wait at any time; the id of one of them."""
    core = str(min(os.sched_getaffinity(0)))
    both = [subprocess.Popen([sys.executable, "-c", _PINNED, core]) for _ in range(2)]
    try:
        yield both[0].pid
    finally:
        for process in both:
            process.kill()
            process.wait()


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="This kernel does not tell.")
def test_it_stands_still_while_the_bot_waits_for_a_core() -> None:
    with two_on_one_core() as pid:
        clock = SystemClock()
        clock.allow_for(pid)
        started, began = time.monotonic(), clock.now()
        wait = _Wait(pid)
        while wait.seconds() < 0.05:
            pass
        assert clock.now() - began <= time.monotonic() - started - 0.05
    known = wait.seconds()
    assert known == wait.seconds() >= 0.05, "What is over is remembered"


def test_it_never_goes_back() -> None:
    clock = SystemClock()
    began = clock.now()
    for _ in range(2):
        clock._waits.append(_Waited())
        assert clock.now() >= began


class _Waited(_Wait):
    """For more seconds than there were."""

    def __init__(self) -> None: ...

    def seconds(self) -> float:
        return 10.0
