"""Logs: one line an event, with the question's id in every line that belongs to a question."""

import logging
import sys
from collections.abc import Sequence
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

import structlog

LogFormat = Literal["console", "json"]

_QUIET = {
    "discord": logging.WARNING,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
    "sentence_transformers": logging.WARNING,
    "torch._library.triton": logging.ERROR,
}
"""Libraries whose daily business is of no use to an operator, with the level from which they are heard."""

_HIDDEN = "[secret]"


def configure_logs(level: str, style: LogFormat, file: Path | None = None, *, secrets: Sequence[str] = ()) -> None:
    """Send everything, libraries' logs too, to standard error or to a file; `secrets` are never written.

    Raises:
        OSError: the file can't be written.
    """
    target = _target(file)
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
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _Behind):
            handler.close()
    root.handlers = [_Behind(target, _formatter(style, shared, secrets, colors=target.stream.isatty()))]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def style_for(setting: str, *, terminal: bool) -> LogFormat:
    """LOG_FORMAT with `auto` decided: readable lines on a terminal, JSON for collectors."""
    if setting == "auto":
        return "console" if terminal else "json"
    return "json" if setting == "json" else "console"


def _target(file: Path | None) -> "logging.StreamHandler[Any]":
    if file is None:
        return logging.StreamHandler(sys.stderr)
    file.parent.mkdir(parents=True, exist_ok=True)
    return logging.FileHandler(file, encoding="utf-8")


def _formatter(
    style: LogFormat, shared: list[structlog.typing.Processor], secrets: Sequence[str], *, colors: bool
) -> logging.Formatter:
    # Neither kind of traceback shows local variables, as both do by default: tokens are among them.
    if style == "json":
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        last: list[structlog.typing.Processor] = [
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    return _Discreet(
        secrets,
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


class _Behind(QueueHandler):
    """Formats a line where it arises, with that task's context, and writes it in a thread.

    A reader of our logs that stands still must not make the event loop stand still.
    """

    def __init__(self, target: "logging.StreamHandler[Any]", formatter: logging.Formatter) -> None:
        self._lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
        super().__init__(self._lines)
        self.setFormatter(formatter)
        self._target = target
        self._listener: QueueListener | None = None

    def enqueue(self, record: logging.LogRecord) -> None:
        """Hand the line to the thread, which is started anew where a library's `dictConfig` has closed all handlers.

        vLLM's does so when it is imported.
        """
        if self._listener is None:
            self._listener = QueueListener(self._lines, self._target)
            self._listener.start()
        super().enqueue(record)

    def close(self) -> None:
        """Write what waits; Python does this at its end."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
        self._target.close()
        super().close()


class _Discreet(structlog.stdlib.ProcessorFormatter):
    """Hides secrets wherever they stand: in the address of a failed request, in a library's own message."""

    def __init__(self, secrets: Sequence[str], **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line
