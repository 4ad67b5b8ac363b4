"""What is set wrongly or not there costs one sentence and an exit code.

Most of it is typed in this process, where everything is loaded already. It takes one of its own to see what is loaded,
that nothing is before a token is tried, and what the hub's client reads when it is imported.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from anyio.from_thread import start_blocking_portal

from bot.problems import EXIT_FAILURE, EXIT_USAGE
from tests.bot.command_line import ROOT, Ended, bot, typed
from tests.fakes.hub import ModelHub
from tests.wire.discord_server import DiscordServer

pytestmark = pytest.mark.usefixtures("discord_addresses")

QUESTION = "What is HNSW?\n"
NOWHERE = "127.0.0.1:9"
HEAVY = ("torch", "transformers", "vllm", "pymilvus", "discord", "sqlalchemy")

T = TypeVar("T")


@contextmanager
def in_another_thread(server: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Serve from an event loop in a thread, while the command line has this one."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(server) as started:
        yield started


def sentence(ended: Ended) -> str:
    """The one that was printed, below what to do without a token."""
    assert "Traceback" not in ended.err
    assert ended.out == ""
    return ended.err.splitlines()[-1]


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


USAGE: list[tuple[list[str], dict[str, str], str]] = [
    ([], {}, "COMMAND"),
    (["rnu"], {}, "run"),
    (["ask"], {}, "question"),
    (["run"], {"DISCORD_TOKNE": "x"}, "DISCORD_TOKEN"),
    (["run"], {"CRAWL_RATE": "fast"}, "CRAWL_RATE"),
    (["run"], {"MILVUS_URI": "nonsense"}, "MILVUS_URI"),
    (["index", "--rate", "0"], {}, "CRAWL_RATE"),
    (["evaluate", "--questions", "/dev/null", "--run", "no/such/folder/run.jsonl"], {}, "--run"),
    (["evaluate", "--questions", "nothing.jsonl", "--run", "run.jsonl"], {}, "nothing.jsonl"),
]
"""Arguments, settings, and what the sentence names."""


@dataclass(frozen=True, slots=True)
class Refused:
    """How a command line ended, what had been loaded by then, and the folder that it was typed in."""

    ended: Ended
    loaded: set[str]
    folder: Path


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[Refused]:
    """What came of each of USAGE, all in one process, which starts with nothing loaded."""
    folders = [tmp_path_factory.mktemp("typed") for _ in USAGE]
    lines = [
        (arguments, settings, str(folder)) for (arguments, settings, _), folder in zip(USAGE, folders, strict=True)
    ]
    process = subprocess.run(
        [sys.executable, "-m", "tests.bot.command_line_process"],
        input=json.dumps(lines),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        check=True,
    )
    return [
        Refused(Ended(**each["ended"]), set(each["loaded"]), folder)
        for each, folder in zip(json.loads(process.stdout), folders, strict=True)
    ]


@pytest.mark.parametrize(("number", "named"), [(number, named) for number, (_, _, named) in enumerate(USAGE)])
def test_what_is_typed_or_set_wrongly_is_said_before_anything_is_loaded(
    number: int, named: str, refused: list[Refused]
) -> None:
    it = refused[number]
    assert it.ended.code == EXIT_USAGE
    assert named in it.ended.err + it.ended.out
    assert "Traceback" not in it.ended.err
    assert "bot.settings" in it.loaded
    assert it.loaded.isdisjoint(HEAVY)
    assert written(it.folder) == []


@pytest.mark.parametrize(
    ("arguments", "settings", "named"),
    [
        (["run"], {"DOCS_SOURCE": "/no/such/folder"}, "DOCS_SOURCE"),
        (["index", "--source", "ht!tp://x y"], {}, "DOCS_SOURCE (or --source)"),
        (["index", "--versions", "newest"], {}, "DOCS_VERSIONS"),
        (["run"], {"DATABASE_URL": "mysql://root:hunter22@localhost/bot"}, "DATABASE_URL"),
        (["ask", " "], {}, "question is empty"),
        (["ask", "?" * 6001], {}, "longer than 6,000 characters"),
    ],
)
def test_what_no_part_could_use_is_refused_with_nothing_written(
    arguments: list[str], settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    ended = typed(*arguments, folder=tmp_path, stdin=QUESTION, **settings)
    assert (ended.code, named in sentence(ended)) == (EXIT_USAGE, True), ended
    assert "hunter22" not in ended.err
    assert written(tmp_path) == []


def test_without_a_token_and_without_a_question_there_is_nothing_to_do(tmp_path: Path) -> None:
    ended = typed("run", folder=tmp_path, stdin="\n  \n")
    assert (ended.code, len(ended.err.splitlines())) == (EXIT_USAGE, 1)
    assert "DISCORD_TOKEN is not set" in sentence(ended)
    assert written(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"DATA_DIR": "/dev/null"}, "DATA_DIR"),
        ({"DATA_DIR": "/proc/bot"}, "DATA_DIR"),
        ({"DATABASE_URL": f"postgresql://bot:hunter22@{NOWHERE}/bot"}, "DATABASE_URL"),
        ({"MILVUS_URI": f"http://{NOWHERE}"}, "MILVUS_URI"),
    ],
)
def test_what_is_not_there_in_time_is_named(settings: dict[str, str], named: str, tmp_path: Path) -> None:
    ended = typed("run", folder=tmp_path, stdin=QUESTION, **({"START_TIMEOUT": "0.5"} | settings))
    assert (ended.code, named in sentence(ended)) == (EXIT_FAILURE, True), ended
    assert "hunter22" not in ended.err


def test_a_database_of_newer_code_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "records.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    ended = typed("run", folder=tmp_path, stdin=QUESTION)
    assert ended.code == EXIT_FAILURE
    assert "9999" in sentence(ended)
    assert "DATABASE_URL" in sentence(ended)
    with sqlite3.connect(tmp_path / "data" / "records.db") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    assert tables == [("alembic_version",)]


async def test_a_wrong_token_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ended = await bot("run", folder=tmp_path, DISCORD_TOKEN="hunter22.wrong", DISCORD_API_URL=server.api_url)
    assert (ended.code, "DISCORD_TOKEN" in sentence(ended)) == (EXIT_USAGE, True), ended
    assert "hunter22" not in ended.err
    assert written(tmp_path) == []


def test_a_discord_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = typed("run", folder=tmp_path, DISCORD_TOKEN="a.b.c", DISCORD_API_URL=f"http://{NOWHERE}/api/v10")
    assert (ended.code, "DISCORD_API_URL" in sentence(ended)) == (EXIT_FAILURE, True), ended


def test_an_address_that_is_taken_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with in_another_thread(DiscordServer()) as server:
        taken = server.api_url.removeprefix("http://").partition("/")[0]
        ended = typed(
            "run", folder=tmp_path, DISCORD_TOKEN=server.token, DISCORD_API_URL=server.api_url, WEB_ADDRESS=taken
        )
    assert (ended.code, f"WEB_ADDRESS={taken}" in sentence(ended)) == (EXIT_FAILURE, True), ended


@pytest.mark.real
async def test_a_gated_model_without_a_token_says_how_to_accept_its_licence(tmp_path: Path) -> None:
    hub = ModelHub()
    hub.models["org/gated"] = {"config.json": b"{}", "model.safetensors": b""}
    hub.gated = {"org/gated"}
    async with hub.running():
        ended = await bot(
            "run",
            folder=tmp_path,
            stdin=QUESTION,
            ENGINE="vllm",
            ENGINE_MODEL="org/gated",
            HF_ENDPOINT=hub.endpoint,
            HF_HUB_OFFLINE="0",
            HF_HOME=str(tmp_path / "hf"),
        )
    assert ended.code == EXIT_FAILURE
    assert "https://huggingface.co/org/gated" in sentence(ended)
    assert "HF_TOKEN" in sentence(ended)


@pytest.mark.real
def test_a_model_that_is_too_small_to_judge_is_refused_before_it_is_loaded(smollm_path: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(smollm_path.parent)
    ended = typed("run", folder=tmp_path, stdin=QUESTION, ENGINE="vllm", ENTAILMENT_MODEL="engine")
    assert ended.code == EXIT_FAILURE
    assert "too small to judge" in sentence(ended)
    assert "ENTAILMENT_MODEL" in sentence(ended)


@pytest.mark.real
def test_an_engine_that_nobody_serves_is_named(tmp_path: Path) -> None:
    ended = typed(
        "run", folder=tmp_path, stdin=QUESTION, ENGINE="auto", ENGINE_URL=f"http://{NOWHERE}/v1", START_TIMEOUT="20"
    )
    assert ended.code == EXIT_FAILURE
    assert "ENGINE_URL" in sentence(ended)
    assert "START_TIMEOUT" in sentence(ended)
