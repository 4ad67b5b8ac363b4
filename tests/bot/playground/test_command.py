"""`python -m bot playground` as its own process: real parts, a real browser before it, and nothing left behind."""

import asyncio
import re
import signal
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Browser, expect

from tests.bot.command_line import SECONDS, start, typed

pytestmark = pytest.mark.real

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


async def _address(process: asyncio.subprocess.Process) -> str:
    """The one that it prints once it is ready."""
    assert process.stdout is not None
    async with asyncio.timeout(SECONDS):
        async for line in process.stdout:
            if found := ADDRESS.search(line.decode()):
                return found[0]
    raise AssertionError("it ended before it was ready")


async def _ask(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address)
    await page.locator("#composer textarea").press_sequentially("/ask")
    await page.keyboard.press("Enter")
    await page.get_by_label("question").fill("What do the parameters for HNSW mean?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages > li").last).to_contain_text("HNSW > Index params", timeout=60_000)
    await page.context.close()


async def test_answers_from_the_index_and_ends_with_ctrl_c_leaving_nothing(browser: Browser, tmp_path: Path) -> None:
    settings = {"DOCS_SOURCE": str(tmp_path), "TMPDIR": str(tmp_path)}
    process = await start("playground", "--port", "0", folder=tmp_path, settings=settings)
    try:
        address = await _address(process)
        family = psutil.Process(process.pid).children(recursive=True)
        assert family, "Milvus Lite runs beside it"
        await _ask(browser, address)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(SECONDS):
            _, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, "")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, timeout=SECONDS)
    assert not alive
    assert not _folders_of_records(tmp_path)
    assert _questions(tmp_path / "data" / "records.db") == 0, "what is asked in it stays apart from the bot's records"


def _folders_of_records(folder: Path) -> list[Path]:
    return list(folder.glob("playground-*"))


def _questions(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        (count,) = connection.execute("SELECT count(*) FROM questions").fetchone()
    return int(count)


def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = typed("playground", "--port", str(port), folder=tmp_path)
    assert ended.code == 2
    assert f"Port {port}" in ended.err
    assert "--port" in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "data").exists()
