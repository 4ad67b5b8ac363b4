"""The command line: run, playground, ask, index, evaluate, doctor.

What a command needs is imported once its arguments and the settings are found good, since that takes seconds.
"""

import asyncio
import sys
from collections.abc import Coroutine
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.problems import Problem, explain, usage
from bot.settings import Settings, load_settings

app = typer.Typer(
    help="A Discord bot that answers questions about Milvus from its documentation. Settings come from the environment "
    "and from .env; the README lists them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text for people.")]
Source = Annotated[str | None, typer.Option(help="Address or folder of Markdown, instead of DOCS_SOURCE.")]


@app.command()
def run() -> None:
    """Start the bot: in Discord with DISCORD_TOKEN, else as a chat here (behind a pipe: one question a line)."""
    settings = _settings()
    from bot.running import run_bot

    _finish(run_bot(settings))


@app.command()
def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of 127.0.0.1; 0 takes any that is free.")] = 8765,
) -> None:
    """Try the bot in the browser, without a token: a page that looks like Discord, with real answers."""
    if find_spec("simcord") is None:
        raise _shown(
            usage("The playground needs simcord: `make playground` installs it, and so does `pip install simcord`.")
        )
    settings = _settings()
    from bot.playground.running import run_playground

    _finish(run_playground(settings, port))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask, in quotes.")],
    version: Annotated[str | None, typer.Option(help="Documentation version, such as v2.6.x, not the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Answer one question here, from the live index, with its sources."""
    settings = _settings()
    from bot.commands import ask_once

    _finish(ask_once(settings, question, version, as_json=as_json))


@app.command()
def index(
    source: Source = None,
    versions: Annotated[str | None, typer.Option(help="Instead of DOCS_VERSIONS, such as latest,v2.6.x.")] = None,
    languages: Annotated[str | None, typer.Option(help="Instead of DOCS_LANGUAGES, such as en,zh.")] = None,
    rate: Annotated[float | None, typer.Option(help="Pages a second at most, instead of CRAWL_RATE.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Build everything anew beside the live index.")] = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Crawl nothing: make the index before the live one live again.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="Crawl nothing: list the runs so far.")] = False,
    as_json: Json = False,
) -> None:
    """Crawl the documentation and index what changed since the last time.

    What is built anew goes live if golden questions find their pages in it as well as before; the index that it
    replaces is kept for --rollback.
    """
    typed = {"docs_source": source, "docs_versions": versions, "docs_languages": languages, "crawl_rate": rate}
    typed = {name: value for name, value in typed.items() if value is not None}
    if rollback + history + bool(full or typed) > 1:
        raise _shown(usage("--rollback and --history crawl nothing: give one of them, and no other option but --json."))
    settings = _settings(typed)
    from bot import generations
    from bot.commands import index_once

    if history:
        _finish(generations.show_history(settings, as_json=as_json))
    elif rollback:
        _finish(generations.roll_back(settings, as_json=as_json))
    else:
        _finish(index_once(settings, full=full, as_json=as_json))


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Golden questions, JSON, one a line.")],
    run_file: Annotated[
        Path, typer.Option("--run", dir_okay=False, writable=True, help="Where the run is written, JSON, one a line.")
    ],
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Leave the engine out: pages only.")] = False,
    compare: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="An earlier run, to show what got better and what got worse."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, writable=True, help="Where the report is written as a web page.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask golden questions of the live index and score the answers."""
    settings = _settings()
    for option, file in (("--run", run_file), ("--html", html)):
        if file is not None and not file.absolute().parent.is_dir():
            raise _shown(
                usage(f"{option} {file} can't be written, since its folder is not there: make the folder first.")
            )
    from bot.evaluating import Files, evaluate_once

    files = Files(questions, run_file, compare, html)
    _finish(evaluate_once(settings, files, retrieval_only=retrieval_only, as_json=as_json))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check every part and say what is wrong and how to mend it. Ends with 1 where something is."""
    settings = _settings()
    from bot.doctor import examine

    _finish(examine(settings, as_json=as_json))


def main() -> None:
    """The command line's entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A locale without the character that a page holds must not end an answer.
            stream.reconfigure(errors="replace")
    app(prog_name="python -m bot")


def _settings(typed: dict[str, Any] | None = None) -> Settings:
    """The settings, some of them replaced by what was typed."""
    try:
        settings = load_settings()
        return settings.overridden(typed) if typed else settings
    except Problem as problem:
        raise _shown(problem) from None


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
        raise _shown(problem) from None
    if code:
        raise typer.Exit(code)


def _shown(problem: Problem) -> typer.Exit:
    typer.echo(str(problem), err=True)
    return typer.Exit(problem.exit_code)


if __name__ == "__main__":
    main()
