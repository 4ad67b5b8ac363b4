"""`playground`: the bot for as long as somebody tries it out."""

import asyncio
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from bot.app import documentation, prepare
from bot.client import SupportBot
from bot.console import plain_console
from bot.logs import configure_logs, style_for
from bot.playground._live_env import LiveEnv
from bot.playground._place import OPERATOR_ID, Place, make_place
from bot.playground._server import HOST, PageServer, listen
from bot.problems import usage
from bot.running import make_bot, upkeep
from bot.settings import Settings
from bot.starting import started

_READY: Final = "The playground is at {address}: open it in a browser. Ctrl-C ends it."

_SHOWN: Final = {"operator_ids": (OPERATOR_ID,), "direct_messages": True, "message_content_intent": True}
"""Settings that let people try everything, whatever the bot in Discord is allowed."""


async def run_playground(settings: Settings, port: int) -> int:
    """Serve the page until told to stop; the exit code.

    The index and the models are those of `run`; what people ask, rate and set is kept until the end only.

    Raises:
        Problem, RagError: it can't start, or can't go on.
    """
    _end_on(signal.SIGINT, signal.SIGTERM)
    with suppress(asyncio.CancelledError):
        await _play(settings, port)
    return 0


async def _play(settings: Settings, port: int) -> None:
    with _listening(port) as listening:
        source = await asyncio.to_thread(documentation, settings)
        await asyncio.to_thread(prepare, settings)
        style = style_for(settings.log_format, terminal=True)
        configure_logs(settings.log_level, style, settings.data_dir / "bot.log", secrets=settings.secrets)
        console = plain_console()
        with tempfile.TemporaryDirectory(prefix="playground-") as records:
            async with (
                started(settings, console, records=Path(records)) as parts,
                upkeep(parts, source, console.print) as kept,
            ):
                bot = make_bot(settings.overridden(_SHOWN), parts, kept, parts.desk, shard_count=1)
                async with playing(bot, listening):
                    console.print(_READY.format(address=_address(listening)), style="bold")
                    sys.stdout.flush()
                    await asyncio.Event().wait()


@asynccontextmanager
async def playing(bot: SupportBot, listening: socket.socket) -> AsyncIterator[Place]:
    """The bot in a server of its own, and the page that shows it on this socket."""
    env = LiveEnv(bot)
    place = make_place(env)
    server = PageServer(place)
    await env.start()
    try:
        await server.start(listening)
        yield place
    finally:
        await server.close()
        await env.shutdown()


def _listening(port: int) -> socket.socket:
    """The port, taken before a minute of loading models, so that a wrong one is said at once."""
    try:
        return listen(port)
    except OSError as error:
        reason = error.strerror or str(error)
        raise usage(f"Port {port} of {HOST} can't be listened on: {reason}. Name another one with --port.") from error


def _address(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}/"


def _end_on(*signals: signal.Signals) -> None:
    """End in order; a second signal ends at once, and the children's watcher ends them."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        for each in signals:
            loop.remove_signal_handler(each)
        if task is not None:
            task.cancel()

    for each in signals:
        loop.add_signal_handler(each, stop)
