"""Many people who ask at once, over real sockets: `python -m benchmarks.crowd --people 50,200`.

The bot runs as its own process, with Milvus Lite, embeddings and records, on the sample pages; Discord and the engine
are stand-ins on loopback, of which the engine writes at a set speed (first token after 50 ms, 100 tokens a second).
Everything shares this machine's processor. Printed are, for each crowd: when Discord got each acknowledgement (3 s is
its limit) and each whole answer; how long the bot's `/health` took meanwhile, which waits for the event loop as
everything does; the most memory of the bot's process and its children; and how many questions came to nothing.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks._measures import memory, percentile
from benchmarks._report import Cell, Report
from benchmarks._server import free_port
from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import DiscordServer, Interaction, Message
from tests.wire.engine_server import EngineServer, Pace, quote_passages

_QUESTION = "What do the parameters for HNSW mean?"
_ENGINE = Pace(first=0.05, between=0.01)
_LOOK_EVERY = 0.05
_PATIENCE = 900.0
_COLUMNS = (
    "at once", "acknowledged p50 ms", "p99 ms", "whole p50 s", "p99 s", "/health p50 ms", "p99 ms", "MB", "lost",
)  # fmt: skip


@dataclass
class Watch:
    """What the bot's process did while it was looked at: seconds of `/health`, and bytes of memory at most."""

    health: list[float] = field(default_factory=list)
    memory: int = 0


def _words(prompt: str) -> list[str]:
    """The stand-in's answer, a word a token."""
    return [f"{word} " for piece in quote_passages(prompt) for word in piece.split()]


def _is_over(message: Message) -> bool:
    return any(button.emoji == "👍" for button in message.buttons)


async def _outcome(asked: Interaction) -> float | None:
    """Seconds until its answer was whole; None where none came."""
    try:
        await asked.finished(_is_over, within=_PATIENCE)
    except AssertionError:
        return None
    return time.monotonic() - asked.sent_at


async def crowd(people: int, folder: Path) -> list[Cell]:
    """One bot, one crowd."""
    async with DiscordServer() as server, EngineServer(_words, _ENGINE) as engine:
        guild = server.add_guild()
        channel = server.add_text_channel(guild)
        members = [server.add_member(guild, f"person {number}") for number in range(people)]
        port = free_port()
        settings = {"ENGINE": "server", "ENGINE_URL": engine.url, "WEB_ADDRESS": f"127.0.0.1:{port}"}
        async with BotProcess(server, folder, settings) as bot:
            first = await server.slash("ask", {"question": _QUESTION}, user=members[0], channel=channel)
            await first.finished(_is_over, within=_PATIENCE)
            async with _watched(bot, port) as watch:
                asked = [
                    await server.slash("ask", {"question": _QUESTION}, user=member, channel=channel)
                    for member in members
                ]
                whole = await asyncio.gather(*(_outcome(each) for each in asked))
    acknowledged = [each.acks[0].at - each.sent_at for each in asked if each.acks]
    arrived = [seconds for seconds in whole if seconds is not None]
    return [
        people,
        *(1000 * percentile(acknowledged, share) for share in (0.5, 0.99)),
        *(percentile(arrived, share) for share in (0.5, 0.99)),
        *(1000 * percentile(watch.health, share) for share in (0.5, 0.99)),
        watch.memory / 1e6,
        people - len(arrived),
    ]


@asynccontextmanager
async def _watched(bot: BotProcess, port: int) -> AsyncIterator[Watch]:
    watch = Watch()

    async def look() -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                began = time.perf_counter()
                async with session.get(f"http://127.0.0.1:{port}/health") as response:
                    await response.read()
                watch.health.append(time.perf_counter() - began)
                watch.memory = max(watch.memory, await asyncio.to_thread(memory, bot.pid))
                await asyncio.sleep(_LOOK_EVERY)

    looking = asyncio.create_task(look())
    try:
        yield watch
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", default="50,200", help="the crowds, with commas between them")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    arguments = parser.parse_args()
    report = Report("benchmarks.crowd", "", arguments.json)
    for people in map(int, arguments.people.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            row = asyncio.run(crowd(people, Path(folder)))
        report.table(f"{people} people at once", _COLUMNS, [row])


if __name__ == "__main__":
    main()
