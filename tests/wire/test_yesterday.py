"""The installation of `tests/fixtures/yesterday`, taken up by today's bot: nothing is lost, nothing embedded anew.

Records are read by the names that they had yesterday. A migration that renames or rewrites something says so in
`RENAMED` and `REWRITTEN`; whatever it adds is left out of the comparison.
"""

import gzip
import json
import sqlite3
import tarfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import pytest
import pytest_asyncio

from tests.fixtures.databases import BOTH
from tests.fixtures.postgres import PostgresServer
from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import DiscordServer, Interaction, Message, User
from tests.wire.discord_server.saving import restored
from tests.wire.engine_server import EngineServer

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

FILES = Path(__file__).parents[1] / "fixtures" / "yesterday"
WAS: dict[str, Any] = json.loads((FILES / "installation.json").read_text())

RENAMED: Mapping[str, str] = {}
"""What "table" and "table.column" of yesterday are called now."""

REWRITTEN: Mapping[str, Callable[[Any], Any]] = {}
"""What a value of "table.column" of yesterday is now."""

GONE = "There is no such column any more."

Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]


class Records(Protocol):
    """A database, asked in SQL."""

    @property
    def url(self) -> str:
        """What DATABASE_URL is set to."""

    async def rows(self, query: str) -> list[Row]:
        """By the names of columns."""


class Sqlite:
    def __init__(self, file: Path) -> None:
        self.url = ""
        self._file = file

    async def rows(self, query: str) -> list[Row]:
        with closing(sqlite3.connect(self._file)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]


class Postgres:
    def __init__(self, url: str) -> None:
        self.url = url

    async def rows(self, query: str) -> list[Row]:
        connection = await asyncpg.connect(self.url)
        try:
            return [dict(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()


@dataclass
class Installation:
    """Yesterday's, run by today's code; what was on record before its start, and once it had started."""

    server: DiscordServer
    bot: BotProcess
    records: Records
    data: Path
    before: Tables
    after: Tables
    spooled: list[dict[str, Any]]

    def person(self, name: str) -> User:
        return self.server.hub.world.users[WAS["people"][name]]

    def message(self, number: int) -> Message:
        return self.server.hub.world.messages[number]

    async def slash(self, name: str, command: str, **options: Any) -> Interaction:
        support = self.server.hub.world.channels[WAS["support"]]
        return await self.server.slash(command, options, user=self.person(name), channel=support)

    async def press(self, what: str) -> Interaction:
        """Press a button that was kept."""
        button = WAS["buttons"][what]
        user = self.server.hub.world.users[button["user"]]
        return await self.server.press(self.message(button["message"]), button["custom_id"], user)

    async def now(self, table: str) -> list[Row]:
        """What stands in one of yesterday's tables now."""
        return await look(self.records, table, list(self.before[table][0]))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=BOTH)
async def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("bot")
    with tarfile.open(FILES / "installation.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    database = folder / "data" / "records.db"
    if request.param == "sqlite":
        async with run(folder, Sqlite(database), {}) as installation:
            yield installation
        return
    database.unlink()
    async with (
        restored_database(request.getfixturevalue("postgres_server")) as url,
        run(folder, Postgres(url), {"DATABASE_URL": url, "HASH_USERS": "true"}) as installation,
    ):
        yield installation


@asynccontextmanager
async def restored_database(server: PostgresServer) -> AsyncIterator[str]:
    name = await server.create_database()
    server.restore(name, gzip.decompress((FILES / "postgres.sql.gz").read_bytes()))
    yield server.url(name)
    await server.drop_database(name)


@asynccontextmanager
async def run(folder: Path, records: Records, settings: Mapping[str, str]) -> AsyncIterator[Installation]:
    data = folder / "data"
    before = {table: await records.rows(f"SELECT * FROM {table}") for table in WAS["rows"]}
    spooled = [json.loads(line) for line in (data / "records.spool").read_text().splitlines()]
    world = restored(json.loads((folder / "discord.json").read_text()))
    # Operators turned the schedule off: else the bot would at once make up for crawls that it missed.
    environment = {**WAS["settings"], "RECRAWL_CRON": "* * * * *", **settings}
    async with DiscordServer(world=world) as server, EngineServer() as engine:
        async with BotProcess(server, folder, environment | {"ENGINE_URL": engine.url}) as bot:
            after = {table: await look(records, table, list(rows[0])) for table, rows in before.items()}
            yield Installation(server, bot, records, data, before, after, spooled)
            assert await bot.stop() == 0
        assert server.violations == []


async def look(records: Records, table: str, columns: Iterable[str]) -> list[Row]:
    """Rows of today by the names of yesterday."""
    names = {column: RENAMED.get(f"{table}.{column}", column) for column in columns}
    rows = await records.rows(f"SELECT * FROM {RENAMED.get(table, table)}")
    return [{column: row.get(name, GONE) for column, name in names.items()} for row in rows]


def rewritten(table: str, row: Row) -> Row:
    return {name: REWRITTEN.get(f"{table}.{name}", _same)(value) for name, value in row.items()}


def _same(value: Any) -> Any:
    return value


def lost(table: str, before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """Rows of yesterday that are not there any more, or no longer say the same."""
    wanted = Counter(tuple(rewritten(table, row).items()) for row in before)
    return [dict(row) for row in wanted - Counter(tuple(row.items()) for row in after)]


def has(message: Message, button: str) -> bool:
    return any(button in {each.label, each.emoji} for each in message.buttons)


def is_whole(message: Message) -> bool:
    return has(message, "👍")


def says(words: str) -> Callable[[Message], bool]:
    return lambda message: words in message.text


@pytest.mark.parametrize("table", WAS["rows"])
async def test_no_record_is_lost(running: Installation, table: str) -> None:
    assert len(running.before[table]) >= WAS["rows"][table] > 0
    assert lost(table, running.before[table], running.after[table]) == []


async def test_nothing_is_indexed_at_the_start(running: Installation) -> None:
    assert len(running.after["index_runs"]) == len(running.before["index_runs"])


async def test_what_waited_in_the_spool_is_on_record(running: Installation) -> None:
    assert len(running.spooled) == WAS["spooled"]
    (question,) = (each["question"] for each in running.spooled if each["kind"] == "question")
    (answer,) = (each["answer"] for each in running.spooled if each["kind"] == "answer")
    (reply,) = (each["reply"] for each in running.spooled if each["kind"] == "reply")
    said = {each["feedback"]["comment"] for each in running.spooled if each["kind"] == "feedback"}
    kept = {table: about(running.after[table], question["id"]) for table in WAS["rows"]}
    assert [row["text"] for row in kept["questions"]] == [question["text"]]
    assert [(row["text"], row["outcome"]) for row in kept["answers"]] == [(answer["text"], answer["outcome"])]
    assert len(kept["answer_passages"]) == len(answer["passages"]) > 0
    assert len(kept["answer_citations"]) == len(answer["citations"]) > 0
    assert [row["message_id"] for row in kept["replies"]] == [reply["message_id"]]
    assert {row["comment"] for row in kept["feedback"]} == said == {"", "That is for another SDK."}
    assert not any(path.read_bytes() for path in running.data.glob("*.spool*"))


def about(rows: Iterable[Row], question_id: str) -> list[Row]:
    return [row for row in rows if question_id in {row.get("question_id"), row.get("id")}]


async def test_an_answer_that_was_cut_off_can_be_tried_again(running: Installation) -> None:
    unfinished = WAS["buttons"]["unfinished"]
    message, bob = running.message(unfinished["message"]), running.server.hub.world.users[unfinished["user"]]
    await running.server.answer_in(message.channel, lambda each: each is message and has(each, "Try again"))
    assert message.text.count("Interrupted by a restart.") == 1
    assert "https://milvus.io/docs/" in message.text, "what was shown stays"
    (reply,) = (row for row in running.before["replies"] if row["message_id"] == message.id)
    assert about(running.before["answers"], reply["question_id"]) == []
    pressed = await running.server.press(message, "Try again", bob)
    assert await pressed.finished(is_whole) is message
    assert [row["outcome"] for row in about(await running.now("answers"), reply["question_id"])] == ["cancelled"]


async def test_people_are_known_again(running: Installation) -> None:
    """By their ids and by the hashes that the key in the folder makes of them."""
    asked = await running.slash("mallory", "ask", question="What is HNSW?")
    assert "blocked you" in (await asked.finished(lambda message: message.ephemeral)).text
    before = len(await running.now("questions"))
    asked = await running.slash("eve", "ask", question="What do the parameters for HNSW mean?")
    await asked.finished(lambda message: has(message, "Dismiss"))
    assert len(await running.now("questions")) == before
    exported = await running.slash("ada", "my-data export")
    (file,) = (await exported.finished(lambda message: bool(message.attachments))).attachments
    theirs = file.data.decode()
    assert "What do the parameters for HNSW mean?" in theirs, "asked while everybody was hidden"
    assert "My key is in `config.yaml`, is that safe?" in theirs, "written when nobody was"


async def test_the_index_answers_and_embeds_nothing_anew(running: Installation) -> None:
    asked = await running.slash("carol", "ask", question="What do the parameters for HNSW mean?")
    message = await asked.finished(is_whole)
    assert "https://milvus.io/docs/hnsw.md#Index-params" in message.text
    question_id = message.component("👍")["custom_id"].rsplit(":", 1)[1]
    (answer,) = about(await running.now("answers"), question_id)
    assert answer["generation_id"] == WAS["generation"]
    known = {row["id"] for row in running.before["index_runs"]}
    await running.slash("olga", "admin reindex")
    await running.bot.logged("Index run ended", within=240)
    (run,) = (row for row in await running.now("index_runs") if row["id"] not in known)
    assert (run["status"], run["generation_id"]) == ("finished", WAS["generation"])
    assert (run["new"], run["changed"], run["gone"], run["chunks_embedded"], run["chunks_deleted"]) == (0, 0, 0, 0, 0)
    assert run["unchanged"] == len(running.before["pages"])


async def test_a_curated_answer_still_matches(running: Installation) -> None:
    asked = await running.slash("trent", "ask", question="How can I reset the password of our test cluster?")
    assert "only Olga can do that" in (await asked.finished(is_whole)).text
    (ready,) = await running.bot.logged("curated answers are ready")
    assert ready["embedded"] == 0


PRESSES: Mapping[str, Callable[[Message], bool]] = {
    "helpful": says("Thanks"),
    "solved": lambda message: has(message, "✓ Solved"),
    "ask a person": lambda message: has(message, "A person was called"),
    "continue in a thread": says("It goes on in"),
    "stop": says("not being written any more"),
    "try again": is_whole,
    "next page": lambda message: any(each.label.startswith("2 of ") for each in message.buttons),
    "save instructions": says("This preview is over."),
    "discard instructions": says("This preview is over."),
    "consent": says("It is shown from now on."),
    "no consent": says("It is not used."),
}
"""What shows that somebody is answered who presses a button."""


@pytest.mark.parametrize("what", PRESSES)
async def test_an_old_button_answers(running: Installation, what: str) -> None:
    await (await running.press(what)).finished(PRESSES[what])


async def test_an_old_thumb_down_opens_its_form(running: Installation) -> None:
    opened = await running.press("not helpful")
    await opened.acknowledged()
    sent = await running.server.submit(opened, {"reason": "wrong", "comment": "Not any more."}, opened.user)
    await sent.finished(says("Thank you."))
    assert "Not any more." in {row["comment"] for row in await running.now("feedback")}


async def test_an_old_answer_is_dismissed(running: Installation) -> None:
    pressed = await running.press("dismiss")
    assert pressed.source is not None
    await running.server.gone(pressed.source)


async def test_every_kept_button_is_pressed() -> None:
    assert WAS["buttons"].keys() == {*PRESSES, "not helpful", "dismiss", "unfinished"}
