"""What `index --history` and `index --rollback` do."""

from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Final

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bot.app import make_store, patiently
from bot.commands import command_parts, print_json, set_up
from bot.console import plain_console, printable
from bot.librarian import only_writer
from bot.settings import Settings
from rag_core.indexing.ledger import IndexRun, RunStatus
from rag_core.indexing.store import Generation
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger

_LISTED: Final = 30
_WIDTH: Final = 140
_STYLES: Final[dict[RunStatus, str]] = {"failed": "red", "rejected": "yellow"}


async def roll_back(settings: Settings, *, as_json: bool) -> int:
    """Make the index before the live one live again.

    Raises:
        Problem, RagError: there is none, another process is indexing, or a part is not there.
    """
    async with command_parts(settings, writes=False, searches=False) as parts, only_writer(parts.database.try_lock):
        run = await parts.indexer.roll_back()
    if as_json:
        print_json(asdict(run))
    else:
        typer.echo(f"Generation {run.generation_id} is live again. {run.note} Roll back once more to return to it.")
    return 0


async def show_history(settings: Settings, *, as_json: bool) -> int:
    """List the newest runs, and which of their generations are live or kept for a rollback.

    Raises:
        Problem, RagError: the database or Milvus is not there.
    """
    await set_up(settings)
    async with AsyncExitStack() as stack:
        database, store = Database(settings.database), make_store(settings)
        stack.push_async_callback(database.close)
        stack.push_async_callback(store.close)
        await database.start(settings.start_timeout)
        await patiently(store.start, settings.start_timeout)
        runs = await SqlLedger(database).runs(_LISTED)
        live, there = await store.live(), await store.generations()
    if as_json:
        print_json({"live": live.id if live else None, "runs": [asdict(run) for run in runs]})
    elif not runs:
        typer.echo("Nothing was indexed yet.")
    else:
        _print_history(runs, live, {generation.id for generation in there})
    return 0


def _print_history(runs: list[IndexRun], live: Generation | None, there: set[str]) -> None:
    console = plain_console()
    live_id = live.id if live else None
    # Cut to a narrow terminal the columns could not be read at all; a broken line still can.
    console.width = max(console.width, _WIDTH)
    console.print(_table(runs, live_id, there))
    for run in runs:
        if run.note:
            console.print(f"{run.started_at:%Y-%m-%d %H:%M}  {run.status}: {printable(run.note)}")


def _table(runs: list[IndexRun], live_id: str | None, there: set[str]) -> Table:
    """One line a run, newest first; times are UTC."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("started (UTC)", "status", "generation"):
        table.add_column(name, no_wrap=True)
    for name in ("new", "changed", "gone", "failed", "chunks", "seconds", "gate", "before"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        generation = f"{run.generation_id}{_standing(run.generation_id, live_id, there)}"
        counts = (run.new, run.changed, run.gone, run.failed, run.chunks_total)
        table.add_row(
            f"{run.started_at:%Y-%m-%d %H:%M}",
            Text(run.status, _STYLES.get(run.status, "")),
            Text(generation, "bold" if run.generation_id == live_id else ""),
            *(f"{count:,}" for count in counts),
            f"{run.seconds:,.0f}",
            _score(run.gate_score),
            _score(run.gate_live_score),
        )
    return table


def _standing(generation_id: str, live_id: str | None, there: set[str]) -> str:
    if generation_id == live_id:
        return " live"
    return " kept" if generation_id in there else ""


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
