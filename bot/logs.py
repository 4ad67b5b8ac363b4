"""Logs: one line an event, with the question's id in every line that belongs to a question."""

import logging
import sys
from pathlib import Path
from typing import Literal, TextIO

import structlog

LogFormat = Literal["console", "json"]

_QUIET = {"discord": logging.WARNING, "apscheduler": logging.WARNING, "alembic": logging.WARNING}
"""Libraries whose daily business is of no use to an operator, with the level from which they are heard."""


def configure_logs(level: str, style: LogFormat, file: Path | None = None) -> None:
    """Send everything, libraries' logs too, to standard error or to a file."""
    stream = _open(file)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(style, shared, colors=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def style_for(setting: str, *, terminal: bool) -> LogFormat:
    """LOG_FORMAT with `auto` decided: readable lines on a terminal, JSON for collectors."""
    if setting == "auto":
        return "console" if terminal else "json"
    return "json" if setting == "json" else "console"


def _open(file: Path | None) -> TextIO:
    if file is None:
        return sys.stderr
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("a", encoding="utf-8", buffering=1)


def _formatter(style: LogFormat, shared: list[structlog.typing.Processor], *, colors: bool) -> logging.Formatter:
    if style == "json":
        last: list[structlog.typing.Processor] = [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=colors)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
