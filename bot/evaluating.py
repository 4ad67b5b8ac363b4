"""What `evaluate` does: asks golden questions, writes the run, and shows its figures."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.commands import command_parts, print_json
from bot.console import plain_console, printable
from bot.progress import ProgressLine
from bot.settings import Settings
from rag_core.evaluation.comparison import compare
from rag_core.evaluation.page import page
from rag_core.evaluation.questions import load_questions
from rag_core.evaluation.report import report
from rag_core.evaluation.runner import Run, evaluate


@dataclass(frozen=True, slots=True)
class Files:
    """What is read and written: golden questions, the run, an earlier run, the report as a web page."""

    questions: Path
    run: Path
    earlier: Path | None = None
    html: Path | None = None


async def evaluate_once(settings: Settings, files: Files, *, retrieval_only: bool, as_json: bool) -> int:
    """Ask golden questions of the live index, write the run and print its figures.

    Raises:
        Problem, RagError: the questions or the earlier run can't be read, the run can't be written, or a part is not
            there.
    """
    golden = await asyncio.to_thread(load_questions, files.questions)
    earlier = await asyncio.to_thread(Run.read, files.earlier) if files.earlier else None
    async with command_parts(settings, writes=not retrieval_only) as parts:
        answerer = None if retrieval_only else parts.answerer
        with ProgressLine(plain_console(stderr=True)) as line:
            run = await evaluate(golden, parts.retriever, answerer, progress=line.show)
    await asyncio.to_thread(run.write, files.run)
    figures, comparison = report(golden, run), compare(golden, earlier, run) if earlier else None
    if files.html:
        made = page(f"Evaluation: {files.questions.name}", datetime.now(UTC), golden, run, figures, comparison)
        await asyncio.to_thread(files.html.write_text, made, encoding="utf-8")
    if as_json:
        print_json(asdict(figures) | ({"comparison": asdict(comparison)} if comparison else {}))
    else:
        typer.echo(figures.table())
        if comparison:
            typer.echo(f"\nAgainst {files.earlier}:\n{printable(comparison.table())}")
    return 0
