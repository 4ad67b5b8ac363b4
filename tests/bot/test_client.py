"""The client against a simulated Discord: registration, permissions, addresses, errors, the end."""

from typing import Any

import discord
import pytest
import simcord
import yarl
from discord.http import Route

from bot.client import SupportBot, invite_url, missing_permissions, use_addresses
from bot.texts import ENGLISH
from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from rag_core.records.model import Reply
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION
from tests.bot.still_time import in_still_time
from tests.fakes.book import FakeBook
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.desk import FakeDesk, Wait
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations


def make_bot(**desk: Any) -> SupportBot:
    book = FakeBook()
    return SupportBot(
        desk=FakeDesk(book, **desk),
        books=FakeBooks(book).books,
        finder=FakeFinder(),
        operations=FakeOperations().operations,
        likeness=FakeGroups(),
        curated=curates(),
        shard_count=1,
    )


def registrations(env: simcord.Env) -> int:
    return sum(request.method == "PUT" and request.path.endswith("/commands") for request in env.http_requests)


async def test_commands_are_registered_once_and_again_only_when_they_change() -> None:
    async with simcord.run(make_bot()) as env:
        assert registrations(env) == 1
        await env.restart_bot(make_bot())
        assert registrations(env) == 1
        changed = make_bot()
        changed.asking.ask.description = "Something else"
        await env.restart_bot(changed)
        assert registrations(env) == 2


async def test_a_command_that_is_gone_is_unregistered() -> None:
    async with simcord.run(make_bot()) as env:
        fewer = make_bot()
        fewer.asking.__cog_app_commands__.remove(fewer.asking.help)
        await env.restart_bot(fewer)
        names = {command.name for command in await fewer.tree.fetch_commands()}
        assert "help" not in names
        assert names >= {"ask", "admin"}


async def test_asks_for_no_privileged_intent() -> None:
    bot = make_bot()
    async with simcord.run(bot, approved_intents=discord.Intents.none()):
        await bot.wait_until_ready()
    assert bot.intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    reads = SupportBot(
        desk=bot.asking._desk,
        books=bot.books,
        finder=FakeFinder(),
        likeness=FakeGroups(),
        curated=curates(),
        operations=FakeOperations().operations,
        message_content=True,
    )
    assert reads.intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


def test_the_invitation_asks_for_the_least() -> None:
    url = yarl.URL(invite_url(42))
    assert url.query["client_id"] == "42"
    assert set(url.query["scope"].split()) == {"bot", "applications.commands"}
    granted = {name for name, given in discord.Permissions(int(url.query["permissions"])) if given}
    wanted = {"read_messages", "send_messages", "send_messages_in_threads"}
    assert granted == wanted | {"read_message_history", "create_public_threads"}


async def test_missing_permissions_are_named_as_in_discords_settings() -> None:
    bot = make_bot()
    async with simcord.run(bot) as env:
        handle = env.create_guild()
        everyone = handle.default_role
        silent = discord.PermissionOverwrite(send_messages=False)
        channel = handle.create_text_channel("quiet", overwrites={everyone: silent})
        guild = bot.get_guild(handle.id)
        assert guild is not None
        assert missing_permissions(guild.me.guild_permissions) == ()
        quiet = guild.get_channel(channel.id)
        assert quiet is not None
        assert missing_permissions(quiet.permissions_for(guild.me)) == ("Send Messages",)


@pytest.mark.usefixtures("discord_addresses")
async def test_addresses_of_a_proxy_are_used_for_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[yarl.URL] = []

    async def launch_shard(self: object, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        launched.append(gateway)

    monkeypatch.setattr(discord.AutoShardedClient, "launch_shard", launch_shard)
    named_by_api = yarl.URL("wss://gateway.example")
    bot = make_bot()
    use_addresses("http://127.0.0.1:1/api/v10/")
    await bot.launch_shard(named_by_api, 0)
    use_addresses("http://127.0.0.1:1/api/v10", "ws://127.0.0.1:2/")
    await bot.launch_shard(named_by_api, 0)
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:1/api/v10/users/@me"
    assert launched == [named_by_api, yarl.URL("ws://127.0.0.1:2/")]


@pytest.mark.usefixtures("discord_addresses")
async def test_a_configured_gateway_is_kept_for_resuming() -> None:
    bot = make_bot()
    async with simcord.run(bot):
        socket = bot._get_websocket(shard_id=0)
        socket.gateway = yarl.URL("wss://resume.example")
        await bot.on_shard_connect(0)
        assert socket.gateway == yarl.URL("wss://resume.example")
        use_addresses("http://127.0.0.1:1", "ws://127.0.0.1:2/")
        await bot.on_shard_connect(0)
        assert socket.gateway == yarl.URL("ws://127.0.0.1:2/")


class NoRatings(FakeBook):
    async def save_feedback(self, feedback: object) -> None:
        raise RuntimeError("boom")


class NoReplies(FakeBook):
    async def save_reply(self, question_id: str, reply: Reply) -> None:
        raise RuntimeError("boom")


class BrokenDesk(FakeDesk):
    def stop(self, question_id: str) -> bool:
        raise RuntimeError("boom")


async def test_an_error_in_a_command_is_logged_whole_and_told_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    bot = make_bot()

    async def broken(interaction: discord.Interaction) -> None:
        raise RuntimeError("boom")

    bot.tree.add_command(discord.app_commands.Command(name="broken", description="breaks", callback=broken))
    async with simcord.run(bot, check_errors=False) as env:
        channel = env.create_guild().create_text_channel("support")
        result = await env.guild.add_member(env.create_user("alice")).slash(channel, "broken")
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content.startswith("Something went wrong.")
        assert "boom" not in result.response.content
    logged = capsys.readouterr().out
    assert "Traceback" in logged
    assert "boom" in logged


async def test_an_error_after_the_answer_began_is_told_with_the_questions_id() -> None:
    book = FakeBook()
    bot = SupportBot(
        desk=FakeDesk(book, (Searching("?"), Finished(ANSWERED))),
        books=FakeBooks(NoReplies()).books,
        finder=FakeFinder(),
        operations=FakeOperations().operations,
        likeness=FakeGroups(),
        curated=curates(),
        shard_count=1,
    )
    async with simcord.run(bot) as env:
        channel = env.create_guild().create_text_channel("support")
        alice = env.guild.add_member(env.create_user("alice"))
        result = await alice.slash(channel, "ask", question=QUESTION)
        assert ENGLISH.asking.failed.format(id=next(iter(book.questions))) in str(
            result.response and result.response.components
        )


@pytest.mark.parametrize("button", ["rate:up", "stop"])
async def test_an_error_behind_a_button_is_told_too(button: str) -> None:
    book = NoRatings()
    steps = (Shown("One."), Wait(60)) if button == "stop" else (Finished(ANSWERED),)
    bot = SupportBot(
        desk=BrokenDesk(FakeBook(), steps),
        books=FakeBooks(book).books,
        finder=FakeFinder(),
        operations=FakeOperations().operations,
        likeness=FakeGroups(),
        curated=curates(),
        shard_count=1,
    )
    async with in_still_time(bot) as env:
        channel = env.create_guild().create_text_channel("support")
        alice = env.guild.add_member(env.create_user("alice"))
        result = await alice.slash(channel, "ask", question=QUESTION)
        assert result.response is not None
        (container,) = result.response.components
        buttons = [item["custom_id"] for row in container["components"] for item in row.get("components", [])]
        pressed = await alice.click(
            result.response, custom_id=next(custom_id for custom_id in buttons if custom_id.startswith(button))
        )
        told = [pressed.response, *pressed.followups]
        assert any(message and message.content.startswith("Something went wrong.") for message in told)


async def test_closing_ends_running_answers_first() -> None:
    bot = make_bot(script=(Searching("?"), Retrieved(PASSAGES), Shown("One. "), Wait(60)))
    async with in_still_time(bot) as env:
        channel = env.create_guild().create_text_channel("support")
        alice = env.guild.add_member(env.create_user("alice"))
        result = await alice.slash(channel, "ask", question=QUESTION)
        await bot.close()
        assert bot.is_closed()
        assert ENGLISH.asking.interrupted in str(result.response and result.response.components)
        await bot.close()
