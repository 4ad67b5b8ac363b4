"""The command line: as its own process, as somebody starts it, and in this one, which has everything loaded already."""

import asyncio
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

import pytest
import structlog

from bot.__main__ import main
from bot.settings import setting_names

ROOT = Path(__file__).parents[2]
SECONDS = 500.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

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


def typed(*arguments: str, folder: Path, stdin: str = "", **settings: str) -> Ended:
    """`python -m bot …` in this process, to its end; from the main thread, with no event loop running.

    Its environment, folder, logs and standard streams are those that a process of its own would have. What only the
    end of a process shows is not seen here, nor what a library reads once, when it is imported.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        _input(stdin),
        _output(patch, "stdout", 1) as out,
        _output(patch, "stderr", 2) as err,
    ):
        _move_into(patch, folder, environment(folder, settings))
        patch.setattr(sys, "argv", ["bot", *arguments])
        with _logs_of_its_own(patch), pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, _written(sys.stdout, out), _written(sys.stderr, err))


def _move_into(patch: pytest.MonkeyPatch, folder: Path, wanted: Mapping[str, str]) -> None:
    # Name by name: the mark that `rag_core.children.guard` sets must stay for as long as this process lives.
    for name in os.environ.keys() - wanted.keys():
        patch.delenv(name)
    for name, value in wanted.items():
        patch.setenv(name, value)
    patch.chdir(folder)


@contextmanager
def _input(text: str) -> Iterator[None]:
    with tempfile.TemporaryFile() as file, _descriptor(0, file):
        file.write(text.encode())
        file.seek(0)
        yield


@contextmanager
def _output(patch: pytest.MonkeyPatch, name: str, number: int) -> Iterator[BinaryIO]:
    """One of the output streams, and the file that gets what is written there."""
    with tempfile.TemporaryFile() as file, _descriptor(number, file):
        # Never closed: a library may keep it, and then writes to whatever the descriptor leads to by then. Without a
        # buffer, since BlockBuster takes that for a file's, which nobody may write to in an event loop.
        patch.setattr(sys, name, io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8", write_through=True))
        yield file


@contextmanager
def _descriptor(number: int, file: BinaryIO) -> Iterator[None]:
    """Let a standard descriptor, which libraries and children use as well, lead to the file."""
    kept = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)


def _written(stream: TextIO, file: BinaryIO) -> str:
    stream.flush()
    file.seek(0)
    return file.read().decode()


@contextmanager
def _logs_of_its_own(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the command set up logs, of which nothing is left behind."""
    root, configure, config = logging.getLogger(), structlog.configure, structlog.get_config()
    # Else the loggers of all modules would go on writing there to the end of the session.
    patch.setattr(structlog, "configure", lambda **new: configure(**new | {"cache_logger_on_first_use": False}))
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, logging.root.manager.loggerDict))}
    handlers = root.handlers
    try:
        yield
    finally:
        for handler in root.handlers if root.handlers is not handlers else ():
            handler.close()
        root.handlers = handlers
        for logger, level in levels.items():
            logger.setLevel(level)
        configure(**config)
