"""The bot as its own process, as somebody at a command line starts it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import setting_names

ROOT = Path(__file__).parents[2]
SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it printed."""

    code: int
    out: str
    err: str


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """This process's own, without a developer's settings, and with data in the folder."""
    inherited = {name: value for name, value in os.environ.items() if name.upper() not in setting_names()}
    chosen = {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "DATA_DIR": str(folder / "data"), "ENGINE": "none"}
    return inherited | chosen | dict(settings)


async def start(
    *arguments: str, folder: Path, settings: Mapping[str, str], stderr: int = asyncio.subprocess.PIPE
) -> asyncio.subprocess.Process:
    """`python -m bot …`, in the folder, so that no `.env` of a developer is read."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=folder,
        env=environment(folder, settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        limit=1 << 20,
    )


async def bot(*arguments: str, folder: Path, stdin: str = "", **settings: str) -> Ended:
    """Run it to its end."""
    process = await start(*arguments, folder=folder, settings=settings)
    try:
        async with asyncio.timeout(SECONDS):
            out, err = await process.communicate(stdin.encode())
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())
