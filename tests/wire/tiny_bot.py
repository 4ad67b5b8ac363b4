"""A few lines of discord.py, to try the server with the library that real bots use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.wire.discord_server import DiscordServer
from tests.wire.discord_server.signal import PATIENCE

_INTENTS = discord.Intents(guilds=True, members=True, messages=True, message_content=True)


class TinyBot(discord.AutoShardedClient):
    """Answers `/echo` in three edits, once `may_answer` is set; keeps the messages and resumes that it saw."""

    def __init__(self, intents: discord.Intents, shard_count: int = 1) -> None:
        super().__init__(intents=intents, shard_count=shard_count)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(_echo)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.seen: list[str] = []
        self.ratings: list[int] = []

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message.content)


class Rating(discord.ui.View):
    """A button and a form behind it."""

    @discord.ui.button(label="Good", emoji="👍", custom_id="rate:up")
    async def up(self, interaction: discord.Interaction, _: discord.ui.Button[discord.ui.View]) -> None:
        await interaction.response.send_message("Thanks.", ephemeral=True)

    @discord.ui.button(label="Bad", custom_id="rate:down")
    async def down(self, interaction: discord.Interaction, _: discord.ui.Button[discord.ui.View]) -> None:
        await interaction.response.send_modal(Why(title="What was wrong?"))


class Why(discord.ui.Modal):
    """One text field."""

    reason: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(label="Why", custom_id="why")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Because: {self.reason.value}")


@app_commands.command(name="echo", description="Say it again")
async def _echo(interaction: discord.Interaction, text: app_commands.Range[str, 1, 6000]) -> None:
    await interaction.response.defer(thinking=True)
    assert isinstance(interaction.client, TinyBot)
    await interaction.client.may_answer.wait()
    for end in range(1, 3):
        await interaction.edit_original_response(content=text[: end * len(text) // 3])
    await interaction.edit_original_response(content=text, view=Rating(timeout=None))


@asynccontextmanager
async def running_bot(
    server: DiscordServer, *, intents: discord.Intents | None = None, shards: int = 1
) -> AsyncIterator[TinyBot]:
    """The bot, connected to this server."""
    _use(server)
    bot = TinyBot(intents or _INTENTS, shards)
    async with bot:
        task = asyncio.create_task(bot.start(server.token))
        task.add_done_callback(lambda _: server.hub.signal.notify())
        await server.hub.signal.until(
            lambda: task.done() or len(server.hub.gateway.live()) >= shards, "the bot", PATIENCE
        )
        try:
            yield bot
        finally:
            await bot.close()
            await task


async def refused(server: DiscordServer, token: str, intents: discord.Intents) -> Exception:
    """Why a bot with this token and these intents can't start."""
    _use(server)
    async with TinyBot(intents) as bot:
        try:
            await bot.start(token)
        except discord.DiscordException as error:
            return error
    raise AssertionError("The bot was let in.")


def _use(server: DiscordServer) -> None:
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
