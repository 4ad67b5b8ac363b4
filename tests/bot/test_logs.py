"""Logs: one line an event, the question's id in each, and never a secret."""

import asyncio
import json
import logging
import logging.config
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.logs import LogFormat, configure_logs, style_for
from rag_core.answering.answerer import Answerer
from rag_core.answering.desk import Desk
from rag_core.answering.model import IndexInfo, Question
from rag_core.answering.retriever import Retriever
from rag_core.records.model import Origin
from tests.fakes.book import FakeBook
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import ScriptedEngine
from tests.fakes.store import FakeStore

SECRET = "hunter22-and-more"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, config = root.handlers, root.level, structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**config)


def configure(style: LogFormat, file: Path, *, secrets: Sequence[str] = ()) -> None:
    configure_logs("info", style, file, secrets=secrets)
    # Else the loggers of all modules would write into this file to the end of the session.
    structlog.configure(**structlog.get_config() | {"cache_logger_on_first_use": False})


def text_of(file: Path) -> str:
    """What was written, to the end."""
    for handler in logging.getLogger().handlers:
        handler.close()
    return file.read_text(encoding="utf-8")


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(file).splitlines()]


class TalkativeStore(FakeStore):
    """A part that works in a thread, and a library in it that logs in its own way."""

    async def search(self, *arguments: Any, **options: Any) -> Any:
        await asyncio.to_thread(logging.getLogger("some.library").warning, "searching %s", "now")
        return await super().search(*arguments, **options)


async def no_index() -> IndexInfo | None:
    return None


async def test_each_question_has_one_id_through_every_part_and_thread(tmp_path: Path) -> None:
    await asyncio.to_thread(configure, "json", tmp_path / "bot.log")
    answerer = Answerer(Retriever(TalkativeStore(), FakeEmbedder()), ScriptedEngine(), no_index)
    desk = Desk(answerer, FakeBook())

    async def ask(question_id: str) -> None:
        async with aclosing(desk.ask(Question(question_id, "What is HNSW?"), Origin("terminal"))) as events:
            async for _ in events:
                pass

    await asyncio.gather(ask("a" * 32), ask("b" * 32))
    by_id: dict[str, set[str]] = {}
    for line in await asyncio.to_thread(lines, tmp_path / "bot.log"):
        by_id.setdefault(line["question_id"], set()).add(line["logger"])
    parts = {"rag_core.answering.desk", "rag_core.answering.answerer", "some.library"}
    assert by_id == {"a" * 32: parts, "b" * 32: parts}


def _fail(token: str) -> None:
    raise ConnectionError(f"https://bot:{token}@host said no")


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("logger", [structlog.get_logger("ours"), logging.getLogger("theirs")])
def test_no_secret_is_written_not_even_with_a_traceback(style: LogFormat, logger: Any, tmp_path: Path) -> None:
    configure(style, tmp_path / "bot.log", secrets=(SECRET,))
    try:
        _fail(SECRET)
    except ConnectionError:
        logger.exception("it failed with %s", SECRET)
    text = text_of(tmp_path / "bot.log")
    assert "ConnectionError" in text
    assert "_fail" in text
    assert "[secret]" in text
    assert SECRET not in text


@pytest.mark.parametrize("style", ["json", "console"])
def test_tracebacks_show_no_local_variables(style: LogFormat, tmp_path: Path) -> None:
    configure(style, tmp_path / "bot.log")
    unnamed = "a-value-that-is-nobodys-business"
    try:
        int("x")
    except ValueError:
        structlog.get_logger("ours").exception("it failed", length=len(unnamed))
    assert unnamed not in text_of(tmp_path / "bot.log").replace(f'unnamed = "{unnamed}"', "")


def test_a_json_line_says_who_when_and_how_bad(tmp_path: Path) -> None:
    configure("json", tmp_path / "deep" / "bot.log")
    structlog.get_logger("ours").info("größer", number=1)
    structlog.get_logger("ours").debug("not heard")
    (line,) = lines(tmp_path / "deep" / "bot.log")
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "größer", "number": 1, "logger": "ours", "level": "info"}


def test_configured_anew_everything_goes_to_the_new_place(tmp_path: Path) -> None:
    for name in ("one.log", "two.log"):
        configure("json", tmp_path / name)
        structlog.get_logger("ours").info(name)
    assert [line["event"] for line in lines(tmp_path / "two.log")] == ["two.log"]
    assert [line["event"] for line in lines(tmp_path / "one.log")] == ["one.log"]


def test_the_daily_business_of_libraries_is_not_heard(tmp_path: Path) -> None:
    configure("json", tmp_path / "bot.log")
    for name in ("discord.client", "apscheduler.scheduler", "httpx", "sentence_transformers.base.model"):
        logging.getLogger(name).info("business as usual")
        logging.getLogger(name).warning("trouble")
    assert [line["event"] for line in lines(tmp_path / "bot.log")] == ["trouble"] * 4


@pytest.mark.parametrize(
    ("setting", "terminal", "style"),
    [("auto", True, "console"), ("auto", False, "json"), ("json", True, "json"), ("console", False, "console")],
)
def test_people_get_lines_and_collectors_json(setting: str, terminal: bool, style: str) -> None:
    assert style_for(setting, terminal=terminal) == style


async def test_logs_go_on_where_a_library_configures_its_own(tmp_path: Path) -> None:
    def log_around_it() -> None:
        configure("json", tmp_path / "bot.log")
        logging.getLogger("ours").warning("before")
        logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
        logging.getLogger("ours").warning("after")
        logging.getLogger().handlers[0].close()

    await asyncio.to_thread(log_around_it)
    assert [line["event"] for line in await asyncio.to_thread(lines, tmp_path / "bot.log")] == ["before", "after"]
