"""A program that starts the engine and does nothing else: `python -m`, with model and log file. Tests kill it."""

import asyncio
import sys
from pathlib import Path

from rag_core.answering.engines import VllmEngine


async def main() -> None:
    engine = VllmEngine(Path(sys.argv[1]), name="small", context_tokens=1024, log_file=Path(sys.argv[2]), gpu=False)
    await engine.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
