"""`run`: the bot for as long as it lives, in Discord, in a terminal, or behind a pipe."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import aiohttp
import discord
import structlog
from rich.console import Console

from bot.app import Parts, open_parts
from bot.client import SupportBot, invite_url, use_addresses
from bot.librarian import Librarian
from bot.logs import configure_logs, style_for
from bot.problems import Problem
from bot.progress import ProgressLine
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.terminal import Chat
from bot.web import MeasuredDesk, Metrics, WebServer

_log = structlog.get_logger(__name__)

_HOW_TO_DISCORD = """\
DISCORD_TOKEN is not set, so here is the bot as a chat in this terminal. To take it to Discord:
  1. At https://discord.com/developers/applications choose New Application, then Bot > Reset Token, and copy the token.
  2. Write DISCORD_TOKEN=<the token> into a file .env here and run the same command again: it prints the invite link."""


async def run_bot(settings: Settings) -> int:
    """Run until told to stop; the exit code."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _cancel, asyncio.current_task())
    with suppress(asyncio.CancelledError):
        if settings.discord_token is not None:
            await _in_discord(settings, settings.discord_token.get_secret_value())
        elif sys.stdin.isatty():
            await _in_terminal(settings)
        else:
            await _behind_pipe(settings)
    return 0


def _cancel(task: "asyncio.Task[object] | None") -> None:
    if task is not None:
        task.cancel()


async def _in_discord(settings: Settings, token: str) -> None:
    configure_logs(settings.log_level, style_for(settings.log_format, terminal=sys.stderr.isatty()))
    use_addresses(settings.discord_api_url, settings.discord_gateway_url)
    # A wrong token is said at once, and not after a minute of loading models.
    _log.info("Open this address to invite the bot", url=invite_url(await _application_id(settings, token)))
    async with _started(settings, Console(stderr=True)) as (parts, librarian):
        metrics = Metrics()
        desk = MeasuredDesk(parts.desk, metrics)
        async with _serving(parts, metrics), _upkeep(parts, librarian), SupportBot(desk=desk, book=parts.book) as bot:
            await bot.start(token)


async def _in_terminal(settings: Settings) -> None:
    _log_to_file(settings)
    console = Console()
    console.print(_HOW_TO_DISCORD + "\n", markup=False, highlight=False)
    async with _started(settings, console) as (parts, librarian), _upkeep(parts, librarian):
        console.print("Ask about Milvus; /help lists the commands.", style="bold")
        await Chat(parts.desk, parts.book, console, lambda: librarian.status or "The index is up to date").converse()


async def _behind_pipe(settings: Settings) -> None:
    """Answers what it is given and ends; crawling is left to a bot that stays."""
    _log_to_file(settings)
    errors = Console(stderr=True)
    errors.print(_HOW_TO_DISCORD, markup=False, highlight=False)
    async with _started(settings, errors) as (parts, _):
        await Chat(parts.desk, parts.book, Console(), str).read_lines()


def _log_to_file(settings: Settings) -> None:
    configure_logs(settings.log_level, style_for(settings.log_format, terminal=True), settings.data_dir / "bot.log")


async def _application_id(settings: Settings, token: str) -> int:
    """Which application the token belongs to.

    Raises:
        discord.LoginFailure: to none.
        Problem: Discord can't be reached.
    """
    try:
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            if client.application_id is None:
                raise Problem("Discord names no application for DISCORD_TOKEN: use a bot's token.")
            return client.application_id
    except aiohttp.ClientError as error:
        raise Problem(f"Discord can't be reached at DISCORD_API_URL={settings.discord_api_url}: {error}.") from error


@asynccontextmanager
async def _started(settings: Settings, console: Console) -> AsyncIterator[tuple[Parts, Librarian]]:
    """All parts, with something to search, and the way there shown."""
    async with AsyncExitStack() as stack:
        with ProgressLine(console) as line:
            parts = await stack.enter_async_context(open_parts(settings, line.show))
            librarian = Librarian(parts)
            await librarian.open(line.show)
        yield parts, librarian


@asynccontextmanager
async def _upkeep(parts: Parts, librarian: Librarian) -> AsyncIterator[None]:
    """Crawl the documentation behind the sample pages, and again by the schedule."""
    scheduler = Scheduler(
        parts.settings.recrawl_cron,
        librarian.refresh,
        parts.book.flush_spool,
        parts.ledger,
        parts.database.try_lock,
    )
    await scheduler.start()
    first = asyncio.create_task(librarian.refresh(), name="first crawl") if librarian.sample_only else None
    try:
        yield
    finally:
        if first is not None:
            first.cancel()
            await asyncio.wait([first])
        await scheduler.close()


@asynccontextmanager
async def _serving(parts: Parts, metrics: Metrics) -> AsyncIterator[None]:
    """The pages for machines, where WEB_ADDRESS asks for them."""
    address = parts.settings.web_host_and_port
    if address is None:
        yield
        return
    checks = {"database": parts.database.check, "milvus": parts.store.server_version, "engine": parts.engine.check}
    server = WebServer(metrics, checks)
    try:
        await server.start(*address)
    except OSError as error:
        raise Problem(f"WEB_ADDRESS={parts.settings.web_address} can't be listened on: {error.strerror}.") from error
    try:
        yield
    finally:
        await server.close()
