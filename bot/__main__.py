"""The command line: run, ask, index, evaluate, doctor."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from bot.problems import Problem, explain
from bot.settings import Settings, load_settings

app = typer.Typer(
    help="A Discord bot that answers questions about Milvus from its documentation. Settings come from the environment "
    "and from .env; the README lists them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text for people.")]
Source = Annotated[str, typer.Option(help="Address or folder of Markdown, instead of DOCS_SOURCE.")]


@app.command()
def run() -> None:
    """Start the bot: in Discord with DISCORD_TOKEN, else as a chat here (behind a pipe: one question a line)."""
    from bot.running import run_bot

    settings = _settings()
    _finish(run_bot(settings))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask, in quotes.")],
    version: Annotated[str | None, typer.Option(help="Documentation version, such as v2.6.x, not the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Answer one question here, from the live index, with its sources."""
    from bot.commands import ask_once

    _finish(ask_once(_settings(), question, version, as_json=as_json))


@app.command()
def index(
    source: Source = "",
    versions: Annotated[str, typer.Option(help="Instead of DOCS_VERSIONS, such as latest,v2.6.x.")] = "",
    languages: Annotated[str, typer.Option(help="Instead of DOCS_LANGUAGES, such as en,zh.")] = "",
    rate: Annotated[float | None, typer.Option(help="Pages a second at most, instead of CRAWL_RATE.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Build everything anew beside the live index.")] = False,
    as_json: Json = False,
) -> None:
    """Crawl the documentation and index what changed since the last time."""
    from bot.commands import index_once

    overrides = {"docs_source": source, "docs_versions": versions, "docs_languages": languages, "crawl_rate": rate}
    settings = _settings().overridden({name: value for name, value in overrides.items() if value})
    _finish(index_once(settings, full=full, as_json=as_json))


@app.command()
def evaluate(
    questions: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Golden questions, JSON, one a line.")
    ],
    run_file: Annotated[Path, typer.Option("--run", help="Where the run is written, a JSON object a line.")],
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Leave the engine out: pages only.")] = False,
    as_json: Json = False,
) -> None:
    """Ask golden questions of the live index and score the answers."""
    from bot.commands import evaluate_once

    _finish(evaluate_once(_settings(), questions, run_file, retrieval_only=retrieval_only, as_json=as_json))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check every part and say what is wrong and how to mend it. Ends with 1 where something is."""
    from bot.doctor import examine

    _finish(examine(_settings(), as_json=as_json))


def main() -> None:
    """The command line's entry point."""
    app(prog_name="python -m bot")


def _settings() -> Settings:
    try:
        return load_settings()
    except Problem as problem:
        raise _shown(problem) from problem


def _finish(work: Coroutine[Any, Any, int]) -> None:
    """Run to the end and turn what went wrong into one sentence and an exit code."""
    try:
        code = asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:  # the process's border: a defect keeps its traceback
        problem = explain(error)
        if problem is None:
            raise
        raise _shown(problem) from error
    if code:
        raise typer.Exit(code)


def _shown(problem: Problem) -> typer.Exit:
    Console(stderr=True).print(str(problem), markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(problem.exit_code)


if __name__ == "__main__":
    main()
