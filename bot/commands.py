"""What `ask`, `index` and `evaluate` do: one piece of work, shown, and an exit code."""

import json
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console

from bot.app import Parts, documentation, open_parts
from bot.librarian import Librarian
from bot.logs import configure_logs, style_for
from bot.problems import EXIT_FAILURE, usage
from bot.progress import ProgressLine
from bot.settings import Settings
from bot.terminal import show_answer
from rag_core.answering.model import Answer, AnswerEvent, Finished, Question
from rag_core.evaluation.questions import load_questions
from rag_core.evaluation.report import report
from rag_core.evaluation.runner import evaluate
from rag_core.indexing.ledger import IndexRun
from rag_core.records.model import Origin


@asynccontextmanager
async def _started(
    settings: Settings, *, writes: bool, sample: bool = True
) -> AsyncIterator[tuple[Parts, ProgressLine]]:
    """All parts, the way there shown on standard error; with `sample` there is something to search in any case."""
    configure_logs("warning", style_for(settings.log_format, terminal=sys.stderr.isatty()))
    line = ProgressLine(Console(stderr=True))
    async with AsyncExitStack() as stack:
        with line:
            parts = await stack.enter_async_context(open_parts(settings, line.show, writes=writes))
            if sample:
                await Librarian(parts).open(line.show)
        yield parts, line


async def ask_once(settings: Settings, text: str, version: str | None, *, as_json: bool) -> int:
    """Answer one question from the live index, or from the sample pages where there is none yet."""
    if not text.strip():
        raise usage("The question is empty: write it in quotes, as in: ask 'What is HNSW?'")
    question = Question(id=uuid.uuid4().hex, text=text, version=version)
    async with _started(settings, writes=True) as (parts, _):
        events = parts.desk.ask(question, Origin("command"))
        if as_json:
            answer = await _last(events)
            _print_json(asdict(answer))
        else:
            answer = await show_answer(events, Console())
    return EXIT_FAILURE if answer.outcome == "failed" else 0


async def index_once(settings: Settings, *, full: bool, as_json: bool) -> int:
    """Crawl and index what changed; 1 where the run did not count."""
    async with _started(settings, writes=False, sample=False) as (parts, line):
        with line:
            run = await parts.indexer.run(documentation(settings), full=full, progress=line.show)
    if as_json:
        _print_json(asdict(run))
    else:
        _print_run(run)
    return 0 if run.status == "finished" else EXIT_FAILURE


async def evaluate_once(
    settings: Settings, questions: Path, run_file: Path, *, retrieval_only: bool, as_json: bool
) -> int:
    """Ask golden questions of the live index, write the run and print its figures."""
    golden = load_questions(questions)
    async with _started(settings, writes=not retrieval_only) as (parts, line):
        answerer = None if retrieval_only else parts.answerer
        with line:
            run = await evaluate(golden, parts.retriever, answerer, progress=line.show)
    run.write(run_file)
    figures = report(golden, run)
    if as_json:
        _print_json(asdict(figures))
    else:
        typer.echo(figures.table())
    return 0


async def _last(events: AsyncIterator[AnswerEvent]) -> Answer:
    async for event in events:
        if isinstance(event, Finished):
            return event.answer
    raise AssertionError("an answer's stream ends with Finished")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, default=str, ensure_ascii=False, indent=2))


def _print_run(run: IndexRun) -> None:
    typer.echo(f"{run.source}: {run.status} in {run.seconds:.0f} s")
    seen = f"{run.new} new, {run.changed} changed, {run.unchanged} unchanged"
    typer.echo(f"  pages   {seen}, {run.gone} gone, {run.failed} failed")
    typer.echo(f"  chunks  {run.chunks_total} in all, {run.chunks_embedded} embedded, {run.chunks_deleted} deleted")
    for line in (*([run.note] if run.note else []), *run.failures):
        typer.echo(f"  {line}")
