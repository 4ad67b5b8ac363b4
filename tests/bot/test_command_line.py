"""The commands with real parts, on one folder of data: the sample pages are indexed once."""

import asyncio
import json
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.bot.command_line import ROOT, SECONDS, bot, environment, start, typed
from tests.fixtures.milvus import milvus_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

QUESTION = "What do the parameters for HNSW mean?"
MILVUS = Path("data", "milvus")
"""Within `home`."""
LINK = "https://milvus.io/docs/hnsw.md#"
PAGE = """\
---
id: moon.md
title: Moon index
---
# Moon index

The moon index has one parameter, `phase`, which is between 0 and 27.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all of these run, in the order of this file."""
    return tmp_path_factory.mktemp("home")


async def test_a_question_in_a_pipe_is_answered_with_links_and_ends_by_itself(home: Path) -> None:
    ended = await bot("run", folder=home, stdin=f"{QUESTION}\n\n/good\n", LOG_FORMAT="json")
    assert ended.code == 0, ended
    assert LINK in ended.out
    assert "sample pages" in ended.out
    assert ended.out.endswith("Thank you, noted.\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", ended.out + ended.err)
    told = ended.err.splitlines()
    for words, line in zip(("DISCORD_TOKEN is not set", "Bot > Reset", ".env"), told[:3], strict=True):
        assert words in line
    assert "Reading pages: 21 of 21" in told[3:]
    assert milvus_of(home / MILVUS) == []


async def test_its_log_has_one_id_for_the_question(home: Path) -> None:
    text = await asyncio.to_thread((home / "data" / "bot.log").read_text)
    lines = [json.loads(line) for line in text.splitlines()]
    ids = {line["question_id"] for line in lines if "question_id" in line}
    assert len(ids) == 1
    events = [line["event"] for line in lines if "question_id" in line]
    assert (events[0], events[-1]) == ("question asked", "answer finished")
    assert "retrieval finished" in events


def test_ask_gives_machines_all_of_the_answer(home: Path) -> None:
    ended = typed("ask", "--json", QUESTION, folder=home)
    assert ended.code == 0, ended
    answer = json.loads(ended.out)
    assert (answer["outcome"], answer["note"], answer["index"]["sample"]) == ("quoted", "no_engine", True)
    assert answer["passages"][0]["link"].startswith(LINK)
    assert "Reading pages" not in ended.err, "the index is there already"


def test_evaluate_scores_retrieval_without_an_engine(home: Path) -> None:
    golden = ROOT / "rag_core" / "evaluation" / "golden" / "sample.jsonl"
    run = home / "run.jsonl"
    ended = typed(
        *("evaluate", "--questions", str(golden), "--run", str(run), "--retrieval-only", "--json"), folder=home
    )
    assert ended.code == 0, ended
    assert json.loads(ended.out)
    asked = len(golden.read_text().splitlines())
    assert len(run.read_text().splitlines()) == asked


def test_the_doctor_tells_machines_what_it_found(home: Path) -> None:
    ended = typed("doctor", "--json", folder=home, DOCS_SOURCE=str(ROOT / "bot" / "sample_pages"))
    findings = {finding["part"]: finding["verdict"] for finding in json.loads(ended.out)}
    assert findings == {
        "data": "ok",
        "database": "ok",
        "milvus": "ok",
        "index": "warning",
        "documentation": "ok",
        "embeddings": "ok",
        "engine": "ok",
        "discord": "warning",
    }
    assert ended.code == 0


def test_the_doctor_ends_with_1_where_something_is_wrong(home: Path) -> None:
    ended = typed("doctor", folder=home, DOCS_SOURCE="no/such/folder")
    assert ended.code == 1
    assert re.search(r"^wrong +documentation: DOCS_SOURCE=no/such/folder", ended.out, re.MULTILINE)


def test_index_takes_a_folder_in_place_of_the_sample(home: Path) -> None:
    pages = home / "pages"
    pages.mkdir()
    (pages / "moon.md").write_text(PAGE)
    ended = typed("index", "--source", str(pages), "--json", folder=home)
    assert (ended.code, json.loads(ended.out)["new"]) == (0, 1), ended


def test_a_source_without_pages_fails_and_says_why(home: Path) -> None:
    empty = home / "empty"
    empty.mkdir()
    ended = typed("index", "--source", str(empty), folder=home)
    assert ended.code == 1
    assert f"{empty}: failed in 0 s" in ended.out
    assert "holds no Markdown file" in ended.out


async def test_sigterm_ends_a_run_that_waits_for_more_input(home: Path) -> None:
    process = await start("run", folder=home, settings={})
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"Which parameter does the moon index have?\n")
    try:
        async with asyncio.timeout(SECONDS):
            await process.stdout.readuntil(b"https://milvus.io/docs/moon.md#")
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert milvus_of(home / MILVUS) == []


class Terminal:
    """A person at a terminal, with the bot in it."""

    def __init__(self, process: asyncio.subprocess.Process, descriptor: int) -> None:
        self.process = process
        self.text = ""
        self._descriptor = descriptor
        self._more = asyncio.Event()
        asyncio.get_running_loop().add_reader(descriptor, self._read)

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    async def shows(self, text: str) -> None:
        """Wait for it; what came up to there is forgotten."""
        async with asyncio.timeout(SECONDS):
            while text not in self.text:
                self._more.clear()
                await self._more.wait()
        self.text = self.text.partition(text)[2]

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._descriptor)
        # Cursor positions asked for by prompt_toolkit are not answered; it can do without.
        self.text += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07", "", data.decode(errors="replace"))
        self._more.set()


@asynccontextmanager
async def at_a_terminal(home: Path, **settings: str) -> AsyncIterator[Terminal]:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=home,
        env=environment(home, {"TERM": "xterm-256color", "COLUMNS": "200"} | settings),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)


async def test_at_a_terminal_the_documentation_goes_live_behind_the_chat(home: Path) -> None:
    source = str(ROOT / "bot" / "sample_pages")
    async with at_a_terminal(home, DOCS_SOURCE=source) as terminal:
        await terminal.shows("DISCORD_TOKEN is not set")
        await terminal.shows("/help lists the commands")
        await terminal.shows("The full documentation is live now: 21 pages")
        terminal.type(f"{QUESTION}\r")
        await terminal.shows(LINK)
        await terminal.shows("Quoted from the documentation")
        terminal.type("/sources\r")
        await terminal.shows("    | ")
        terminal.type("\x03")
        async with asyncio.timeout(SECONDS):
            assert await terminal.process.wait() == 0
    assert milvus_of(home / MILVUS) == []


async def test_a_second_sigterm_leaves_no_child(home: Path) -> None:
    async with at_a_terminal(home) as terminal:
        await terminal.shows("ask>")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(SECONDS):
            assert await terminal.process.wait() in {0, -signal.SIGTERM}
            _, alive = await asyncio.to_thread(psutil.wait_procs, milvus_of(home / MILVUS), 30)
    assert alive == []
