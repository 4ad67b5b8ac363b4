"""Child processes that never outlive this one, however it ends.

Milvus Lite holds a lock on its directory and an engine holds a graphics card's memory, so a child that survives a
SIGKILL of its parent blocks the next start. A parent-death signal (`prctl`) would tie a child to the *thread* that
made it, and vLLM's processes are not ours to start. So one small process of its own session watches the parent through
a pidfd, and when the parent is gone, it kills every process that carries the parent's mark in its environment, which
children, and theirs, inherit.

A forked child that runs no new program shows its parent's environment of the parent's own start, without the mark:
children must be spawned, not forked.
"""

import asyncio
import os
import select
import signal
import sys
import uuid
from contextlib import suppress
from pathlib import Path

MARK = "RAG_CORE_TREE"

_guarded_pid: int | None = None


def guard() -> None:
    """See to it that every child started from now on ends with this process. Further calls do nothing."""
    global _guarded_pid
    if _guarded_pid == os.getpid():
        return
    mark = uuid.uuid4().hex
    _spawn_watcher(os.getpid(), mark)
    os.environ[MARK] = mark
    # setproctitle writes a process's new name over its environment, the mark included, unless it is told not to.
    os.environ.setdefault("SPT_NOENV", "1")
    _guarded_pid = os.getpid()


async def end(process: asyncio.subprocess.Process, grace: float = 5.0) -> None:
    """Ask a child to end, and kill it after `grace` seconds."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _spawn_watcher(pid: int, mark: str) -> None:
    nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    command = [sys.executable, "-I", "-S", __file__, str(pid), mark]
    os.posix_spawn(sys.executable, command, environment, file_actions=nothing, setsid=True)


def _watch(pid: int, mark: str) -> None:
    try:
        parent = os.pidfd_open(pid)
    except ProcessLookupError:
        parent = None
    if parent is not None:
        select.select([parent], [], [])
    # A child that is just starting another one may be missed in one round, its own child found in the next.
    while found := _marked(mark):
        for child in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    """Ids of living processes whose environment carries the mark. The dead that nobody waited for have none."""
    needle = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if needle in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


if __name__ == "__main__":
    _watch(int(sys.argv[1]), sys.argv[2])
