"""vLLM's own server as a child process, as somebody would start it who has read its documentation."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rag_core import children
from rag_core.answering.engines import ServerEngine, VllmOptions
from rag_core.errors import EngineUnavailable

_PATIENCE = 400.0
_PAUSE = 1.0


@asynccontextmanager
async def served(
    folder: Path, name: str, options: VllmOptions, context_tokens: int, log_file: Path, *, gpu: bool
) -> AsyncIterator[ServerEngine]:
    """The model of the folder behind HTTP on the loopback address, and our client of it."""
    children.guard()
    port = free_port()
    flags = ["--host", "127.0.0.1", "--port", str(port), "--model", str(folder), "--served-model-name", name]
    flags += ["--load-format", options.load_format, "--max-model-len", str(context_tokens)]
    flags += ["--gpu-memory-utilization", str(options.memory_share), "--disable-uvicorn-access-log"]
    flags += [] if gpu else ["--enforce-eager"]
    command = (sys.executable, "-m", "vllm.entrypoints.openai.api_server", *flags)
    with log_file.open("wb") as log:  # nothing else runs yet
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    engine = ServerEngine(f"http://127.0.0.1:{port}/v1", name, context_tokens=context_tokens)
    try:
        await _reach(engine, process)
        yield engine
    finally:
        await engine.close()
        await children.end(process, 30.0)


async def _reach(engine: ServerEngine, process: asyncio.subprocess.Process) -> None:
    """Wait until it answers.

    Raises:
        EngineUnavailable: it ended, or is not there in time.
    """
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        try:
            await engine.start()
        except EngineUnavailable:
            if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
