"""Messages that ask, over real sockets: the bot as its own process, with real Milvus Lite, embeddings and records."""

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
import pytest_asyncio

from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import FORUM, Channel, DiscordServer, Guild, Message
from tests.wire.discord_server.permissions import MANAGE_THREADS, SEND_MESSAGES, VIEW_CHANNEL
from tests.wire.engine_server import EngineServer
from tests.wire.test_ask import CITATION, EDIT_IN_CHANNEL, HNSW, Wire, is_whole, says

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

WHICH_METRICS = "Which metric types can an HNSW index use?"
INTERRUPTED = "Interrupted by a restart."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    folder = tmp_path_factory.mktemp("bot")
    async with DiscordServer() as server, EngineServer() as engine:
        guild = server.add_guild()
        guild.roles[1].permissions |= MANAGE_THREADS
        channel, ada = server.add_text_channel(guild), server.add_member(guild, "ada")
        settings = {"ENGINE": "server", "ENGINE_URL": engine.url, "MESSAGE_CONTENT_INTENT": "true"}
        async with BotProcess(server, folder, settings) as bot:
            yield Wire(server, engine, bot, guild, channel, ada, folder / "data" / "records.db")


@pytest.fixture
def wire(running: Wire) -> Iterator[Wire]:
    """The running bot, with nothing held and no rule broken before, and an Ada who asked nothing yet."""
    running.ada = running.server.add_member(running.guild, "ada")
    running.engine.release()
    running.server.violations.clear()
    yield running
    running.engine.release()


async def mention(wire: Wire, channel: Channel, words: str = HNSW) -> Message:
    return await wire.server.message(channel, wire.ada, f"<@{wire.server.bot.id}> {words}")


async def held(wire: Wire, channel: Channel) -> tuple[Message, Message]:
    """A mention, and its answer that has shown its first sentence and waits for `engine.release`."""
    wire.engine.hold()
    already = len(wire.engine.completions)
    asked = await mention(wire, channel)
    await wire.engine.asked(already + 1)
    return asked, await wire.server.answer_in(channel, lambda message: bool(CITATION.search(message.text)))


def answers(question: Message, message: Message) -> bool:
    """Whether this is the whole answer to it."""
    return message.reference is question and is_whole(message)


async def whole_in(wire: Wire, channel: Channel) -> Message:
    return await wire.server.answer_in(channel, is_whole)


async def forum_that_is_heard(wire: Wire, guild: Guild, name: str) -> Channel:
    """A forum with tags, every post of which is to be answered and tagged, as the server's owner sets it."""
    forum = wire.server.add_text_channel(guild, name, kind=FORUM)
    forum.tags = ["answered", "install"]
    wire.server.deny(forum, 0)  # tells the bot of the tags
    options = {"channel": str(forum.id), "mode": "always", "tags": True}
    said = await wire.server.slash("admin channel set", options, user=guild.owner, channel=forum)
    await said.finished(lambda message: says("Now", message))
    return forum


async def told(wire: Wire, guild: Guild, command: str, options: dict[str, object] | None = None) -> str:
    """What a server's owner is told by a command of moderators."""
    asked = await wire.server.slash(command, options, user=guild.owner, channel=guild.channels[0])
    return (await asked.finished(lambda message: bool(message.text))).text


async def test_a_mention_is_answered_in_a_reply_that_streams(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "mentions")
    asked, answer = await held(wire, channel)
    assert answer.reference is asked
    assert [button.label for button in answer.buttons] == ["Stop"]
    wire.engine.release()
    assert await whole_in(wire, channel) is answer
    assert "Sources" in answer.text
    assert len(wire.server.messages_in(channel)) == 2
    of_it = f"FROM questions JOIN answers ON id = question_id WHERE message_id = {asked.id}"
    assert wire.rows(f"SELECT channel_id, user_id, outcome {of_it}") == [(channel.id, wire.ada.id, "answered")]
    assert wire.server.violations == []


async def test_a_reply_to_an_answer_goes_on_from_it(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "follow-ups")
    await mention(wire, channel)
    answer = await whole_in(wire, channel)
    follow_up = await wire.server.message(channel, wire.ada, "And which metric types?", reply_to=answer)
    await wire.server.answer_in(channel, lambda message: message.reference is follow_up and bool(message.buttons))
    kept = wire.rows(f"SELECT history FROM questions WHERE message_id = {follow_up.id}")
    assert HNSW in str(kept[0][0])


async def test_direct_messages_ask_without_a_mention(wire: Wire) -> None:
    direct = wire.server.open_dm(wire.server.add_member(wire.guild, "dora"))
    assert direct.recipient is not None
    await wire.server.message(direct, direct.recipient, HNSW)
    await whole_in(wire, direct)


async def test_a_post_is_answered_in_its_thread_and_tagged(wire: Wire) -> None:
    forum = await forum_that_is_heard(wire, wire.guild, "questions")
    post = await wire.server.post(forum, wire.ada, HNSW, "I am new to this.", tags=["install"])
    await whole_in(wire, post)
    await wire.server.requested("PATCH /channels/{channel_id}")
    assert post.tags == ["install", "answered"]
    kept = wire.rows(f"SELECT guild_id, channel_id, text FROM questions WHERE message_id = {post.id}")
    assert kept == [(wire.guild.id, post.id, f"{HNSW}\n\nI am new to this.")]
    assert wire.server.violations == []


async def test_two_servers_share_neither_settings_nor_what_is_on_record(wire: Wire) -> None:
    there = wire.server.add_guild("Zilliz")
    wire.server.add_text_channel(there)
    here_forum = await forum_that_is_heard(wire, wire.guild, "heard")
    there_forum = wire.server.add_text_channel(there, "unheard", kind=FORUM)
    ben = wire.server.add_member(there, "ben")
    unheard = await wire.server.post(there_forum, ben, HNSW, "I am new to this.")
    post = await wire.server.post(here_forum, wire.ada, HNSW, "I am new to this.")
    await whole_in(wire, post)
    assert len(wire.server.messages_in(unheard)) == 1
    assert str(here_forum.id) in await told(wire, wire.guild, "admin channel list")
    assert str(here_forum.id) not in await told(wire, there, "admin channel list")
    ((question_id, guild_id),) = wire.rows(f"SELECT id, guild_id FROM questions WHERE message_id = {post.id}")
    assert guild_id == wire.guild.id
    assert HNSW in await told(wire, wire.guild, "admin log", {"id": question_id})
    assert "no such question" in await told(wire, there, "admin log", {"id": question_id})
    assert "No questions were asked" in await told(wire, there, "admin stats")
    assert wire.server.violations == []


async def test_deleting_the_question_ends_the_engines_work_and_takes_the_answer_back(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "deleted-questions")
    asked, answer = await held(wire, channel)
    await wire.server.withdraw(asked)
    await wire.engine.aborted(wire.engine.completions[-1])
    await wire.server.gone(answer)
    assert wire.server.messages_in(channel) == []


async def test_an_edited_question_is_answered_anew_in_place(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "edits")
    asked = await mention(wire, channel)
    answer = await whole_in(wire, channel)
    await wire.server.rewrite(asked, f"<@{wire.server.bot.id}> {WHICH_METRICS}")
    anew = await wire.server.answer_in(channel, lambda message: is_whole(message) and says("Which metric", message))
    assert anew is answer
    assert len(wire.server.messages_in(channel)) == 2


async def test_the_last_edit_of_a_reply_outlasts_a_rate_limit(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "limits")
    _, answer = await held(wire, channel)
    wire.server.rate_limit_next(EDIT_IN_CHANNEL, 1.5)
    wire.engine.release()
    assert await whole_in(wire, channel) is answer
    statuses = [item.status for item in wire.server.hub.journal.of(EDIT_IN_CHANNEL) if str(answer.id) in item.path]
    assert statuses.count(429) == 1
    assert wire.server.violations == []


async def test_answers_in_one_channel_share_its_limit_on_edits(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "rush")
    people = [wire.server.add_member(wire.guild, f"rusher{number}") for number in range(6)]
    requests = len(wire.server.requests)
    asked = [await wire.server.message(channel, each, f"<@{wire.server.bot.id}> {HNSW}") for each in people]
    for question in asked:
        await wire.server.answer_in(channel, partial(answers, question), within=120)
    assert {request.status for request in wire.server.requests[requests:]} <= {200, 204}
    assert wire.server.violations == []


async def test_who_loses_a_channel_in_mid_answer_gets_it_by_direct_message(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "closing")
    carl = wire.server.add_member(wire.guild, "carl")
    direct = wire.server.open_dm(carl)
    wire.engine.hold()
    already = len(wire.engine.completions)
    await wire.server.message(channel, carl, f"<@{wire.server.bot.id}> {HNSW}")
    await wire.engine.asked(already + 1)
    wire.server.deny(channel, VIEW_CHANNEL | SEND_MESSAGES)
    wire.engine.release()
    assert "Sources" in (await whole_in(wire, direct)).text


async def test_a_deleted_channel_ends_the_engines_work(wire: Wire) -> None:
    channel = wire.server.add_text_channel(wire.guild, "doomed")
    await held(wire, channel)
    wire.server.delete_channel(channel)
    await wire.engine.aborted(wire.engine.completions[-1])
    assert wire.bot.running


@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
async def test_a_restart_in_mid_answer_leaves_a_sentence_and_a_button_that_works(wire: Wire, end: str) -> None:
    channel = wire.server.add_text_channel(wire.guild, f"restarts-by-{end.lower()}")
    _, answer = await held(wire, channel)
    shown = CITATION.search(answer.text)
    await (wire.bot.stop() if end == "SIGTERM" else wire.bot.kill())
    await wire.server.disconnected()
    wire.engine.release()
    await wire.bot.start()
    await wire.bot.online()
    left = await wire.server.answer_in(channel, lambda message: says(INTERRUPTED, message))
    assert left is answer
    assert shown is not None
    assert shown[0] in left.text
    assert left.text.count(INTERRUPTED) == 1
    assert [button.label for button in left.buttons] == ["Try again"]
    await wire.server.press(left, "Try again", wire.ada)
    assert await whole_in(wire, channel) is answer
    assert len(wire.server.messages_in(channel)) == 2
