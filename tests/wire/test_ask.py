"""`/ask`, `/help` and the buttons of the bot as its own process, with real Milvus Lite, embeddings and records."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio

from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import Channel, DiscordServer, Guild, Interaction, Message, User
from tests.wire.engine_server import EngineServer

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

HNSW = "What do the parameters for HNSW mean?"
EDIT = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
EDIT_IN_CHANNEL = "PATCH /channels/{channel_id}/messages/{message_id}"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
CITATION = re.compile(r"\]\(<?(https://milvus\.io/docs/[\w./-]+#[\w-]+)>?\)")


@dataclass
class Wire:
    """All processes, and the place where people ask."""

    server: DiscordServer
    engine: EngineServer
    bot: BotProcess
    guild: Guild
    channel: Channel
    ada: User
    records: Path

    async def ask(self, question: str = HNSW, user: User | None = None) -> Interaction:
        """Type /ask."""
        return await self.server.slash("ask", {"question": question}, user=user or self.ada, channel=self.channel)

    def somebody(self) -> User:
        """One more member: each has one question at a time."""
        return self.server.add_member(self.guild, "somebody")

    async def asked_and_held(self) -> Interaction:
        """A question whose answer has shown its first sentence and waits for `engine.release`."""
        self.engine.hold()
        already = len(self.engine.completions)
        asked = await self.ask()
        await self.engine.asked(already + 1)
        await asked.finished(lambda message: bool(CITATION.search(message.text)))
        return asked

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What stands in the database."""
        with sqlite3.connect(f"file:{self.records}?mode=ro", uri=True) as connection:
            return connection.execute(query).fetchall()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    folder = tmp_path_factory.mktemp("bot")
    async with DiscordServer() as server, EngineServer() as engine:
        guild = server.add_guild()
        channel, ada = server.add_text_channel(guild), server.add_member(guild, "ada")
        async with BotProcess(server, folder, {"ENGINE": "server", "ENGINE_URL": engine.url}) as bot:
            yield Wire(server, engine, bot, guild, channel, ada, folder / "data" / "records.db")


@pytest.fixture
def wire(running: Wire) -> Iterator[Wire]:
    """The running bot, with nothing held and no rule broken before, and an Ada who asked nothing yet."""
    running.ada = running.server.add_member(running.guild, "ada")
    running.engine.release()
    running.server.violations.clear()
    yield running
    running.engine.release()
    running.server.release(CALLBACK)


def is_whole(message: Message) -> bool:
    """The last edit brings the rating buttons."""
    return any(button.emoji == "👍" for button in message.buttons)


def says(word: str, message: Message) -> bool:
    return word in message.text


async def test_an_answer_streams_and_ends_with_sources(wire: Wire) -> None:
    asked = await wire.asked_and_held()
    assert (await asked.acknowledged()).kind == 5
    assert asked.message is not None
    assert [button.label for button in asked.message.buttons] == ["Stop"]
    wire.engine.release()
    message = await asked.finished(is_whole)
    links = CITATION.findall(message.text)
    assert links
    assert all("/hnsw.md#" in link or "/index-explained.md#" in link for link in links[:1])
    assert "Sources" in message.text
    assert "Generated, can be wrong" in message.text
    labels = [button.emoji or button.label for button in message.buttons]
    assert labels == ["👍", "👎", "Solved", "Ask a person", "Continue in a thread", "Dismiss"]
    assert wire.server.violations == []


async def test_fifty_questions_at_once(wire: Wire) -> None:
    people = [wire.server.add_member(wire.guild, f"member{number}") for number in range(50)]
    retrievals = len(wire.bot.events("retrieval started"))
    completions = len(wire.engine.completions)
    requests = len(wire.server.requests)
    wire.server.hold(CALLBACK)
    asked = [await wire.ask(user=person) for person in people]
    acks = await asyncio.gather(*(item.acknowledged() for item in asked))
    wire.server.let_one_go(CALLBACK)
    # Were that one answered while the others wait, it would be well under way by the time the bot does something else.
    await (await wire.server.slash("help", user=wire.ada, channel=wire.channel)).acknowledged()
    assert len(wire.bot.events("retrieval started")) == retrievals
    assert [item.route for item in wire.server.requests[requests:]] == [CALLBACK] * 51
    wire.server.release(CALLBACK)
    await asyncio.gather(*(item.finished(is_whole, within=240) for item in asked))
    started = wire.bot.events("retrieval started")[retrievals:]
    assert len(started) == len(wire.engine.completions) - completions == 50
    assert max(ack.at for ack in acks) < min(item.at for item in wire.engine.completions[completions:])
    for item in asked:
        assert_grows(item)
    assert {request.status for request in wire.server.requests[requests:]} <= {200, 204}
    assert wire.server.violations == []


async def test_a_dropped_gateway_neither_loses_nor_doubles_an_answer(wire: Wire) -> None:
    messages = len(wire.server.messages_in(wire.channel))
    completions, resumes = len(wire.engine.completions), wire.server.hub.gateway.resumes
    during = await wire.asked_and_held()
    wire.server.drop_gateway()
    meanwhile = [await wire.ask(user=wire.somebody()) for _ in range(5)]
    await wire.server.resumed(resumes + 1)
    after = await wire.ask(user=wire.somebody())
    wire.engine.release()
    for asked in (during, *meanwhile, after):
        await asked.finished(is_whole)
        assert len(asked.acks) == 1
        assert asked.followups == []
        assert len([item for item in wire.server.hub.journal.of(CALLBACK) if asked.token in item.path]) == 1
    assert len(wire.engine.completions) - completions == 7
    assert len(wire.server.messages_in(wire.channel)) - messages == 7
    assert len(wire.server.hub.gateway.sessions) == 1


async def test_the_last_edit_outlasts_a_rate_limit(wire: Wire) -> None:
    asked = await wire.asked_and_held()
    wire.server.rate_limit_next(EDIT, 1.5)
    wire.engine.release()
    await asked.finished(is_whole)
    statuses = [item.status for item in wire.server.hub.journal.of(EDIT) if asked.token in item.path]
    assert statuses.count(429) == 1
    assert wire.server.violations == []


async def test_the_last_edit_outlasts_the_token(wire: Wire) -> None:
    messages = len(wire.server.messages_in(wire.channel))
    asked = await wire.asked_and_held()
    wire.server.expire(asked)
    wire.engine.release()
    message = await asked.finished(is_whole)
    assert "Sources" in message.text
    edits = [item for item in wire.server.hub.journal.of(EDIT_IN_CHANNEL) if str(message.id) in item.path]
    assert [item.status for item in edits] == [200]
    assert len(wire.server.messages_in(wire.channel)) - messages == 1


async def test_stop_ends_the_engines_work_for_the_one_who_asked(wire: Wire) -> None:
    other = wire.server.add_member(wire.guild, "eve")
    asked = await wire.asked_and_held()
    assert asked.message is not None
    refused = await wire.server.press(asked.message, "Stop", other)
    sentence = await refused.finished(lambda message: message.ephemeral)
    assert "Only the person who asked" in sentence.text
    assert not wire.engine.completions[-1].aborted
    await wire.server.press(asked.message, "Stop", wire.ada)
    await wire.engine.aborted(wire.engine.completions[-1])
    stopped = await asked.finished(lambda message: says("Stopped.", message))
    assert [button.label for button in stopped.buttons] == ["Dismiss"]
    assert CITATION.search(stopped.text), "what was shown is not withdrawn"


async def test_ratings_are_kept_one_a_person(wire: Wire) -> None:
    eve = wire.server.add_member(wire.guild, "eve")
    message = await (await wire.ask()).finished(is_whole)
    for person, emoji in ((wire.ada, "👎"), (wire.ada, "👍"), (eve, "👎")):
        pressed = await wire.server.press(message, emoji, person)
        await pressed.acknowledged()
        if emoji == "👎":
            pressed = await wire.server.submit(pressed, {"comment": "M is 16"}, person)
        thanks = await pressed.finished(lambda answer: says("Thank", answer))
        assert thanks.ephemeral
    question = message.component("👍")["custom_id"].rsplit(":", 1)[1]
    kept = wire.rows(f"SELECT user_id, rating, comment FROM feedback WHERE question_id = '{question}'")
    assert set(kept) == {(wire.ada.id, "up", ""), (eve.id, "down", "M is 16")}


async def test_every_question_is_on_record_with_where_it_came_from(wire: Wire) -> None:
    asked = await wire.ask("Which metric types can an HNSW index use?")
    await asked.finished(is_whole)
    rows = wire.rows(
        "SELECT guild_id, channel_id, user_id, interaction_id, outcome FROM questions JOIN answers"
        f" ON answers.question_id = questions.id WHERE interaction_id = {asked.id}"
    )
    assert rows == [(wire.guild.id, wire.channel.id, wire.ada.id, asked.id, "answered")]


@pytest.mark.parametrize("question", [" ", "\n\t "])
async def test_an_empty_question_gets_one_sentence(wire: Wire, question: str) -> None:
    asked = await wire.ask(question)
    message = await asked.finished(lambda answer: answer.ephemeral)
    assert "write a question" in message.text
    assert (await asked.acknowledged()).kind == 4


async def test_the_longest_question_is_answered_and_a_longer_one_cannot_be_typed(wire: Wire) -> None:
    question = (HNSW + " ") * 157
    asked = await wire.ask(question[:6000])
    await asked.finished(is_whole)
    with pytest.raises(AssertionError, match="1 to 6000 characters"):
        await wire.ask("x" * 6001)
    assert wire.server.violations == []


async def test_help_is_one_private_message(wire: Wire) -> None:
    asked = await wire.server.slash("help", user=wire.ada, channel=wire.channel)
    message = await asked.finished(lambda answer: answer.ephemeral)
    assert "/ask" in message.text
    assert asked.followups == []


async def test_bots_webhooks_and_system_messages_are_never_answered(wire: Wire) -> None:
    other = wire.server.add_member(wire.guild, "other-bot", bot=True)
    before = len(wire.server.requests)
    mention = f"<@{wire.server.bot.id}> {HNSW}"
    await wire.server.message(wire.channel, other, mention)
    await wire.server.message(wire.channel, other, mention, webhook=True)
    await wire.server.message(wire.channel, wire.server.bot, mention)
    await wire.server.message(wire.channel, wire.ada, "", kind=7)
    await (await wire.server.slash("help", user=wire.ada, channel=wire.channel)).acknowledged()
    assert [item.route for item in wire.server.requests[before:]] == [CALLBACK]


async def test_a_channel_that_is_deleted_meanwhile_hurts_no_one_else(wire: Wire) -> None:
    doomed = wire.server.add_text_channel(wire.guild, "doomed")
    wire.engine.hold()
    completions = len(wire.engine.completions)
    await wire.server.slash("ask", {"question": HNSW}, user=wire.ada, channel=doomed)
    await wire.engine.asked(completions + 1)
    wire.server.delete_channel(doomed)
    wire.engine.release()
    await (await wire.ask(user=wire.somebody())).finished(is_whole)
    assert wire.bot.running


async def test_direct_messages_can_ask_too(wire: Wire) -> None:
    direct = wire.server.open_dm(wire.ada)
    asked = await wire.server.slash("ask", {"question": HNSW}, user=wire.ada, channel=direct)
    await asked.finished(is_whole)
    assert wire.server.violations == []


def assert_grows(asked: Interaction) -> None:
    """Each edit shows all that the one before showed, and they came one after the other."""
    assert asked.edits
    shown = [_body(edit.text) for edit in asked.edits]
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown)), shown
    times = [edit.at for edit in asked.edits]
    assert times == sorted(times)
    assert asked.message is not None
    assert is_whole(asked.message)


def _body(text: str) -> str:
    """The answer's own text, without title, status and small print."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(("### ", "-# "))).strip()
