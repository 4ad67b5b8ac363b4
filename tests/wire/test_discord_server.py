"""The server's gateway and interactions, tried with discord.py."""

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest

from tests.wire.discord_server import FORUM, Attachment, DiscordServer
from tests.wire.discord_server.saving import restored, saved
from tests.wire.scene import Scene, is_done
from tests.wire.tiny_bot import TinyBot, refused, running_bot

EDIT = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"


async def test_a_command_is_deferred_edited_and_finished(scene: Scene, bot: TinyBot) -> None:
    asked = await scene.ask("one two three four")
    assert (await asked.acknowledged()).kind == 5
    message = await asked.finished(is_done)
    assert message.text == "one two three four"
    assert [edit.text for edit in asked.edits] == ["one tw", "one two thre", "one two three four"]
    assert [edit.at for edit in asked.edits] == sorted(edit.at for edit in asked.edits)
    assert [button.label for button in message.buttons] == ["Good", "Bad"]
    assert scene.server.violations == []


async def test_buttons_answer_and_open_forms(scene: Scene, bot: TinyBot) -> None:
    message = await (await scene.ask()).finished(is_done)
    good = await scene.server.press(message, "👍", scene.ada)
    assert (await good.finished(lambda answer: answer.ephemeral)).text == "Thanks."
    bad = await scene.server.press(message, "rate:down", scene.ada)
    assert (await bad.acknowledged()).kind == 9
    form = await scene.server.submit(bad, {"why": "outdated"}, scene.ada)
    assert (await form.finished(lambda answer: True)).text == "Because: outdated"
    assert scene.server.violations == []


async def test_what_happens_while_the_gateway_is_away_arrives_once(scene: Scene, bot: TinyBot) -> None:
    server = scene.server
    await server.message(scene.channel, scene.ada, "before")
    await (await scene.ask()).finished(is_done)
    server.drop_gateway()
    await server.message(scene.channel, scene.ada, "meanwhile")
    asked = await scene.ask("asked meanwhile")
    await server.resumed()
    await asked.finished(is_done)
    await server.message(scene.channel, scene.ada, "after")
    await (await scene.ask()).finished(is_done)
    typed = [text for text in bot.seen if text in {"before", "meanwhile", "after"}]
    assert typed == ["before", "meanwhile", "after"]
    assert len(asked.acks) == 1
    assert len(server.hub.gateway.sessions) == 1


async def test_reconnect_asks_for_a_resume(scene: Scene, bot: TinyBot) -> None:
    await scene.server.ask_to_reconnect()
    await scene.server.resumed()
    await (await scene.ask()).finished(is_done)
    assert len(scene.server.hub.gateway.sessions) == 1


async def test_a_session_that_was_ended_is_not_resumed(scene: Scene) -> None:
    async with running_bot(scene.server), aiohttp.ClientSession() as http:
        old = scene.server.hub.gateway.sessions[0]
        async with http.ws_connect(scene.server.gateway_url) as socket:
            scene.server.invalidate_sessions()
            resume = {"token": scene.server.token, "session_id": old.id, "seq": 1}
            await socket.send_json({"op": 6, "d": resume})
            assert [(await socket.receive_json())["op"] for _ in range(2)] == [10, 9]
    assert scene.server.hub.gateway.resumes == 0


async def test_shards_get_their_own_guilds(scene: Scene) -> None:
    guilds = scene.server.hub.world.guilds
    while {(number >> 22) % 2 for number in guilds} != {0, 1}:
        scene.server.add_guild("another")
    async with running_bot(scene.server, shards=2) as client:
        await client.wait_until_ready()
        assert {guild.id for guild in client.guilds} == set(guilds)
        for session in scene.server.hub.gateway.sessions:
            told = {int(event["d"]["id"]) for event in session.events if event["t"] == "GUILD_CREATE"}
            assert told == {number for number in guilds if (number >> 22) % 2 == session.shard[0]}


async def test_a_wrong_token_is_refused_by_both_doors(scene: Scene) -> None:
    assert isinstance(await refused(scene.server, "wrong", discord.Intents.default()), discord.LoginFailure)
    assert await close_code(scene.server, {"op": 2, "d": {"token": "wrong", "intents": 1}}) == 4004
    assert scene.server.hub.journal.invalid_requests == 1


async def test_intents_that_are_switched_off_are_refused(scene: Scene) -> None:
    scene.server.hub.gateway.privileged = 0
    error = await refused(scene.server, scene.server.token, discord.Intents(guilds=True, message_content=True))
    assert isinstance(error, discord.PrivilegedIntentsRequired)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "x", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "RIGHT", "intents": -1}}, 4013),
        ({"op": 2, "d": {"token": "RIGHT", "intents": 1, "shard": [2, 2]}}, 4010),
        ({"no": "opcode"}, 4002),
    ],
)
async def test_bad_frames_close_the_gateway(scene: Scene, frame: dict[str, Any], code: int) -> None:
    text = json.dumps(frame).replace("RIGHT", scene.server.token)
    assert await close_code(scene.server, json.loads(text)) == code


async def test_missed_heartbeats_end_the_connection() -> None:
    async with DiscordServer(heartbeat_interval=0.05) as server, aiohttp.ClientSession() as http:
        async with http.ws_connect(server.gateway_url) as socket:
            while (message := await socket.receive()).type != aiohttp.WSMsgType.CLOSE:
                pass
        assert message.data == 4009
        assert [violation.rule for violation in server.violations] == ["heartbeat"]


async def test_heartbeats_are_answered(scene: Scene) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(scene.server.gateway_url) as socket:
        await socket.send_json({"op": 1, "d": None})
        assert [(await socket.receive_json())["op"] for _ in range(2)] == [10, 11]


async def test_without_the_content_intent_other_peoples_words_are_empty(scene: Scene) -> None:
    async with running_bot(scene.server, intents=discord.Intents.default()) as client:
        await scene.server.message(scene.channel, scene.ada, "secret")
        await scene.server.message(scene.channel, scene.ada, f"<@{scene.server.bot.id}> hello")
        await scene.server.registered("echo")
        await (await scene.ask()).finished(is_done)
        assert client.seen[:2] == ["", f"<@{scene.server.bot.id}> hello"]


async def test_a_forced_429_is_waited_out(scene: Scene, bot: TinyBot) -> None:
    scene.server.rate_limit_next(EDIT, 0.2)
    asked = await scene.ask()
    await asked.finished(is_done)
    statuses = [request.status for request in await scene.server.requested(EDIT, 4)]
    assert statuses == [429, 200, 200, 200]
    first, second = scene.server.requests[-4:-2]
    assert second.at - first.at >= 0.2
    assert scene.server.violations == []


async def test_a_second_acknowledgement_is_refused(scene: Scene) -> None:
    _, callback, original = await scene.bare_interaction()
    assert (await scene.call("PATCH", original, {"content": "x"}))[1]["code"] == 10015
    assert (await scene.call("POST", callback, {"type": 5}))[0] == 204
    assert (await scene.call("POST", callback, {"type": 5}))[1]["code"] == 40060


async def test_threads_forums_reactions_and_files(scene: Scene, bot: TinyBot) -> None:
    server = scene.server
    forum = server.add_text_channel(scene.guild, "questions", kind=FORUM)
    question = await server.message(scene.channel, scene.ada, "see file", attachments=[Attachment("log.txt", b"boom")])
    await (await scene.ask()).finished(is_done)
    channel = bot.get_channel(scene.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.fetch_message(question.id)
    assert await message.attachments[0].read() == b"boom"
    await message.add_reaction("👀")
    thread = await message.create_thread(name="about the file")
    await thread.send("here", file=discord.File(__file__, "copy.py"))
    posts = bot.get_channel(forum.id)
    assert isinstance(posts, discord.ForumChannel)
    await posts.create_thread(name="post", content="first")
    assert question.reactions == ["👀"]
    inside = server.messages_in(server.hub.world.channels[thread.id])
    assert [(item.text, item.attachments[0].filename) for item in inside] == [("here", "copy.py")]
    assert server.violations == []


async def test_members_are_given_in_chunks(scene: Scene) -> None:
    people = [scene.server.add_member(scene.guild, f"member{number}") for number in range(100)]
    async with running_bot(scene.server) as client:
        await client.wait_until_ready()
        guild = client.get_guild(scene.guild.id)
        assert guild is not None
        found = await guild.query_members("member4", limit=100)
        assert len(found) == 11
        assert {member.id for member in guild.members} >= {person.id for person in people}


async def close_code(server: DiscordServer, frame: dict[str, Any]) -> int | None:
    """With which code the gateway answers this frame."""
    async with aiohttp.ClientSession() as http, http.ws_connect(server.gateway_url) as socket:
        await socket.send_json(frame)
        async with asyncio.timeout(10):
            while (message := await socket.receive()).type != aiohttp.WSMsgType.CLOSE:
                pass
        return int(message.data)


async def test_another_server_goes_on_with_the_same_world(scene: Scene, bot: TinyBot) -> None:
    answer = await (await scene.ask()).finished(is_done)
    forum = scene.server.add_text_channel(scene.guild, "forum", kind=FORUM)
    post = await scene.server.post(forum, scene.ada, "a title", "a question")
    await scene.server.message(scene.server.open_dm(scene.ada), scene.ada, "again", reply_to=answer)
    scene.server.add_role(scene.guild, "helpers", scene.ada)
    body = json.loads(json.dumps(saved(scene.server.hub.world)))
    world = restored(body)
    assert saved(world) == body
    assert [channel.id for channel in world.guilds[scene.guild.id].channels][-1] == post.id
    assert world.messages[answer.id].buttons == answer.buttons != []
    assert DiscordServer(world=world).bot.id == scene.server.bot.id
