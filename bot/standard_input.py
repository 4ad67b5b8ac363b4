"""Lines of standard input, without tying the end of the process to the end of the input."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import CancelledError
from contextlib import suppress


async def input_lines(descriptor: int = 0) -> AsyncGenerator[str, None]:
    """Lines that are not empty, without the space around them, as they come.

    They are read in a daemon thread: a pool's thread that waits for input would keep the process from ending.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)

    def hand_over(line: str | None) -> None:
        putting = lines.put(line)
        try:
            asyncio.run_coroutine_threadsafe(putting, loop).result()
        finally:
            putting.close()  # which never ran where the loop has ended

    def read() -> None:
        with suppress(RuntimeError, CancelledError):  # the loop has ended before the input
            # Opened anew, since the interpreter closes sys.stdin at its end, and would wait for a lock that we hold.
            with suppress(OSError), open(descriptor, encoding="utf-8", errors="replace", closefd=False) as stream:
                for line in stream:
                    hand_over(line)
            hand_over(None)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    while (line := await lines.get()) is not None:
        if text := line.strip():
            yield text
