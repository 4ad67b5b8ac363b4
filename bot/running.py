"""`run`: the bot for as long as it lives, in Discord, in a terminal, or behind a pipe."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from bot.app import Parts, added_source, documentation, prepare, with_added
from bot.asking import AsksDesk
from bot.client import SupportBot, invite_url
from bot.console import plain_console
from bot.discord_access import application_id, explained
from bot.doctor import channels_of, examine_running
from bot.insight import DIGEST_LOCK, DigestPoster
from bot.librarian import Librarian
from bot.logs import configure_logs, style_for
from bot.operating import Operations
from bot.privacy import Policy, Retention
from bot.problems import Problem, usage
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.standard_input import input_lines
from bot.starting import started
from bot.terminal import Chat
from bot.web import MeasuredDesk, Metrics, WebServer
from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.errors import RecordsError

_log = structlog.get_logger(__name__)

_HOW_TO_DISCORD: Final = """\
DISCORD_TOKEN is not set, so here is the bot as a chat in this terminal. To take it to Discord:
  1. At https://discord.com/developers/applications choose New Application, then Bot > Reset Token, and copy the token.
  2. Write DISCORD_TOKEN=<the token> into a file .env here and run the same command again: it prints the invite link."""

_NOTHING_TO_DO: Final = (
    "DISCORD_TOKEN is not set and standard input holds no question: set DISCORD_TOKEN (in the environment or in .env) "
    "to run in Discord, or start this in a terminal to chat, or pipe questions in, one a line."
)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What keeps the index up to date."""

    librarian: Librarian
    scheduler: Scheduler
    sources: SeveralSources


async def run_bot(settings: Settings) -> int:
    """Run until told to stop; the exit code.

    Raises:
        Problem, RagError: it can't start, or can't go on.
    """
    task = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop, task)
    with suppress(asyncio.CancelledError):
        source = await asyncio.to_thread(documentation, settings)
        if settings.discord_token is not None:
            await _in_discord(settings, source, settings.discord_token.get_secret_value())
        elif sys.stdin is not None and sys.stdin.isatty():
            await _in_terminal(settings, source)
        else:
            await _behind_pipe(settings)
    return 0


def _stop(task: "asyncio.Task[object] | None") -> None:
    """End in order; a second SIGTERM ends at once, and the children's watcher ends them."""
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    if task is not None:
        task.cancel()


async def _in_discord(settings: Settings, source: Source, token: str) -> None:
    style = style_for(settings.log_format, terminal=sys.stderr.isatty())
    configure_logs(settings.log_level, style, secrets=settings.secrets)
    # A wrong token is said at once, and not after a minute of loading models.
    _log.info("Open this address to invite the bot", url=invite_url(await application_id(settings, token)))
    await asyncio.to_thread(prepare, settings)
    metrics = Metrics()
    async with (
        _serving(settings, metrics) as web,
        started(settings, plain_console(stderr=True)) as parts,
        upkeep(parts, source) as kept,
        make_bot(settings, parts, kept, MeasuredDesk(parts.desk, metrics)) as bot,
    ):
        poster = DigestPoster(bot, parts.books, parts.likeness, parts.database.try_lock)
        kept.scheduler.hourly(DIGEST_LOCK, poster.post_due)
        web.watch(_checks(parts))
        with explained(settings):
            await bot.start(token)


def make_bot(
    settings: Settings, parts: Parts, kept: Upkeep, desk: AsksDesk, shard_count: int | None = None
) -> SupportBot:
    """The bot with all parts that it needs, for Discord and for the playground alike."""
    return SupportBot(
        desk=desk,
        books=parts.books,
        finder=parts.finder,
        curated=parts.curated,
        operations=_operations(parts, kept),
        likeness=parts.likeness,
        operator_ids=settings.operator_ids,
        direct_messages=settings.direct_messages,
        message_content=settings.message_content_intent,
        policy=Policy(settings.retention_days, settings.hash_users),
        shard_count=shard_count,
    )


async def _in_terminal(settings: Settings, source: Source) -> None:
    await asyncio.to_thread(_log_to_file, settings)
    console = plain_console()
    console.print(f"{_HOW_TO_DISCORD}\n")
    async with started(settings, console) as parts, upkeep(parts, source, console.print) as kept:
        librarian = kept.librarian
        console.print("Ask about Milvus; /help lists the commands.", style="bold")
        await Chat(parts.desk, parts.book, console, lambda: librarian.status or "The index is up to date").converse()


async def _behind_pipe(settings: Settings) -> None:
    """Answers what it is given and ends; crawling is left to a bot that stays."""
    lines = input_lines()
    first = await anext(lines, None)
    if first is None:
        raise usage(_NOTHING_TO_DO)
    await asyncio.to_thread(_log_to_file, settings)
    errors = plain_console(stderr=True)
    errors.print(_HOW_TO_DISCORD)
    async with started(settings, errors) as parts:
        chat = Chat(parts.desk, parts.book, plain_console())
        if await chat.take(first):
            await chat.read(lines)


def _log_to_file(settings: Settings) -> None:
    prepare(settings)
    style = style_for(settings.log_format, terminal=True)
    configure_logs(settings.log_level, style, settings.data_dir / "bot.log", secrets=settings.secrets)


@asynccontextmanager
async def upkeep(
    parts: Parts, source: Source, announce: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Upkeep]:
    """Crawl the documentation behind the sample pages, and again by the schedule."""
    try_lock, operating = parts.database.try_lock, parts.books.operating
    sources = with_added(parts.settings, source, operating)
    librarian = Librarian(parts.indexer, parts.store, parts.embedder, sources, try_lock, announce=announce)
    set_in_env = parts.settings.recrawl_cron

    async def flush() -> None:
        await parts.book.flush_spool()
        with suppress(RecordsError):  # another process may have been told to pause, or to crawl at other times
            scheduler.reschedule((await operating.load()).recrawl_cron or set_in_env)

    cron = (await operating.load()).recrawl_cron or set_in_env
    days = parts.settings.retention_days
    prune = Retention(parts.books.personal, days) if days else None
    scheduler = Scheduler(cron, librarian.refresh, flush, parts.ledger, try_lock, prune=prune)
    await scheduler.start()
    first = asyncio.create_task(_catch_up(librarian), name="first crawl")
    try:
        yield Upkeep(librarian, scheduler, sources)
    finally:
        first.cancel()
        await asyncio.wait([first])
        await scheduler.close()


def _operations(parts: Parts, kept: Upkeep) -> Operations:
    settings = parts.settings
    return Operations(
        librarian=kept.librarian,
        schedule=kept.scheduler,
        ledger=parts.ledger,
        store=parts.store,
        sources=kept.sources,
        open_source=partial(added_source, settings),
        checks=_checks(parts),
        info=parts.indexer.info,
        load=parts.desk.load,
        examine=partial(examine_running, settings, parts.store),
        examine_server=lambda guild: channels_of(guild, guild.me, guild.channels),
        channel_id=settings.operators_channel,
    )


def _checks(parts: Parts) -> dict[str, Callable[[], Awaitable[object]]]:
    return {"database": parts.database.check, "milvus": parts.store.live, "engine": parts.engine.check}


async def _catch_up(librarian: Librarian) -> None:
    try:
        await librarian.catch_up()
    except Exception:  # noqa: BLE001 - the task's border: a defect here must be read in the log, and not end the bot
        _log.exception("The first crawl broke off")


@asynccontextmanager
async def _serving(settings: Settings, metrics: Metrics) -> AsyncIterator[WebServer]:
    """The pages for machines, which are there while the bot is still starting; off where WEB_ADDRESS is empty."""
    server = WebServer(metrics)
    try:
        if settings.web_host_and_port is not None:
            await _listen(server, settings.web_address, *settings.web_host_and_port)
        yield server
    finally:
        await server.close()


async def _listen(server: WebServer, address: str, host: str, port: int) -> None:
    try:
        await server.start(host, port)
    except OSError as error:
        raise Problem(
            f"WEB_ADDRESS={address} can't be listened on: {error.strerror or error}. Set it to an address of this "
            "machine with a free port, or leave it empty."
        ) from error
