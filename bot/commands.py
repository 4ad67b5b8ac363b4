"""What `ask` and `index` do: one piece of work, shown, and an exit code."""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from bot.app import Parts, documentation, prepare, with_added
from bot.console import plain_console
from bot.librarian import only_writer
from bot.logs import configure_logs, style_for
from bot.plain_answer import show_answer
from bot.problems import EXIT_FAILURE, usage
from bot.progress import ProgressLine
from bot.settings import Settings
from bot.starting import started
from bot.texts import ENGLISH, MAX_QUESTION
from rag_core.answering.finishing import whole_answer
from rag_core.answering.model import Answer, Passage, Question
from rag_core.indexing.ledger import IndexRun
from rag_core.records.model import Origin


async def ask_once(settings: Settings, text: str, version: str | None, *, as_json: bool) -> int:
    """Answer one question from the live index, or from the sample pages where there is none yet.

    Raises:
        Problem, RagError: the question is none, or a part is not there.
    """
    text = text.strip()
    if not text:
        raise usage("The question is empty: write it in quotes, as in: ask 'What is HNSW?'")
    if len(text) > MAX_QUESTION:
        raise usage(ENGLISH.asking.long_question.format(limit=MAX_QUESTION))
    question = Question(id=uuid.uuid4().hex, text=text, version=version)
    async with command_parts(settings, writes=True) as parts:
        events = parts.desk.ask(question, Origin("command"))
        if as_json:
            answer = await whole_answer(events)
            print_json(_described(answer))
        else:
            answer = await show_answer(events, plain_console())
    return EXIT_FAILURE if answer.outcome == "failed" else 0


async def index_once(settings: Settings, *, full: bool, as_json: bool) -> int:
    """Crawl and index what changed; 1 where the run did not count.

    Raises:
        Problem, RagError: the source is none, or a part is not there.
    """
    documentation_alone = await asyncio.to_thread(documentation, settings)
    async with command_parts(settings, writes=False, searches=False) as parts:
        with ProgressLine(plain_console(stderr=True)) as line:
            async with only_writer(parts.database.try_lock):
                source = with_added(settings, documentation_alone, parts.books.operating)
                run = await parts.indexer.run(source, full=full, progress=line.show)
    if as_json:
        print_json(asdict(run))
    else:
        _print_run(run)
    return 0 if run.status == "finished" else EXIT_FAILURE


async def set_up(settings: Settings) -> None:
    """Make ready what every command needs. Logs tell only of trouble, unless LOG_LEVEL is set.

    Raises:
        Problem: see `prepare`.
    """
    level = settings.log_level if "log_level" in settings.model_fields_set else "warning"
    style = style_for(settings.log_format, terminal=sys.stderr.isatty())
    configure_logs(level, style, secrets=settings.secrets)
    await asyncio.to_thread(prepare, settings)


@asynccontextmanager
async def command_parts(settings: Settings, *, writes: bool, searches: bool = True) -> AsyncIterator[Parts]:
    """All parts, for one piece of work."""
    await set_up(settings)
    async with started(settings, plain_console(stderr=True), writes=writes, searches=searches) as parts:
        yield parts


def _described(answer: Answer) -> dict[str, Any]:
    """All of an answer, with the links that its passages only imply."""
    return asdict(answer) | {"passages": [_passage(passage) for passage in answer.passages]}


def _passage(passage: Passage) -> dict[str, Any]:
    return {"link": passage.link, "heading": passage.heading, **asdict(passage)}


def print_json(value: object) -> None:
    """Print data for machines."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _print_run(run: IndexRun) -> None:
    typer.echo(f"{run.source}: {run.status} in {run.seconds:.0f} s")
    seen = f"{run.new} new, {run.changed} changed, {run.unchanged} unchanged"
    typer.echo(f"  pages   {seen}, {run.gone} gone, {run.failed} failed")
    typer.echo(f"  chunks  {run.chunks_total} in all, {run.chunks_embedded} embedded, {run.chunks_deleted} deleted")
    if run.gate_score is not None:
        before = "" if run.gate_live_score is None else f", {run.gate_live_score:.3f} before"
        typer.echo(f"  gate    {run.gate_score:.3f}{before} (nDCG@10 of golden questions)")
    for line in (*([run.note] if run.note else []), *run.failures):
        typer.echo(f"  {line}")
