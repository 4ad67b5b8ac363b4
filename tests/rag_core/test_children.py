"""A killed parent leaves no child behind."""

import os
import select
import signal
import subprocess
import sys

PARENT = """
import subprocess, sys, time
from rag_core.children import guard
guard(); guard()
code = "import subprocess as s, time; print(s.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
print(child.pid, child.stdout.readline().strip(), flush=True)
time.sleep(600)
"""


def _ended(pidfd: int) -> bool:
    readable, _, _ = select.select([pidfd], [], [], 30)
    return bool(readable)


def test_children_end_with_a_killed_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        watched = [os.pidfd_open(pid) for pid in pids]
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        ended = [_ended(pidfd) for pidfd in watched]
    for pidfd in watched:
        os.close(pidfd)
    assert len(pids) == 2
    assert ended == [True, True]


def test_an_unrelated_process_lives_on() -> None:
    with subprocess.Popen(["sleep", "600"]) as unrelated:
        test_children_end_with_a_killed_parent()
        alive = unrelated.poll() is None
        unrelated.kill()
    assert alive
