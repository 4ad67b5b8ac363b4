"""A server's questions as one file: CSV for spreadsheets, JSONL for programs. It does not say who asked."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot.insight._links import address
from rag_core.records.insight import Recorded

Format = Literal["csv", "jsonl"]
Value = str | int | float | list[str] | None

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, Excel takes UTF-8 for something else."""
_COLUMNS: Final = (
    "id", "asked_at", "link", "language", "version", "question", "outcome", "note", "answer", "sources", "seconds",
    "up", "down", "reasons", "comments", "solved_at", "handed_over_at", "corrected_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """The file's content, how many questions it holds, and whether these are all."""

    content: bytes
    count: int
    complete: bool


async def export(guild_id: int, questions: AsyncIterator[Recorded], form: Format, limit: int) -> Export:
    """Write as many of the questions as fit into `limit` bytes, in their order."""
    line = _FORMS[form]
    content = bytearray(_head(form).encode())
    count = 0
    async for question in questions:
        encoded = line(_row(guild_id, question)).encode()
        if len(content) + len(encoded) > limit:
            return Export(bytes(content), count, complete=False)
        content += encoded
        count += 1
    return Export(bytes(content), count, complete=True)


def _row(guild_id: int, recorded: Recorded) -> dict[str, Value]:
    answer, ratings = recorded.answer, recorded.ratings
    solved, handed_over = recorded.solved_at, recorded.handed_over_at
    values: tuple[Value, ...] = (
        recorded.question.id,
        recorded.asked_at.isoformat(),
        address(guild_id, recorded.place),
        recorded.question.language,
        recorded.question.version,
        recorded.question.text,
        answer.outcome if answer else None,
        answer.note if answer else None,
        answer.text if answer else None,
        [citation.link for citation in answer.citations] if answer else [],
        answer.times.total if answer else None,
        sum(each.rating == "up" for each in ratings),
        sum(each.rating == "down" for each in ratings),
        [each.reason for each in ratings if each.reason],
        [each.comment for each in ratings if each.comment],
        solved.isoformat() if solved else None,
        handed_over.isoformat() if handed_over else None,
        recorded.corrections[-1].at.isoformat() if recorded.corrections else None,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _head(form: Format) -> str:
    return f"{_BYTE_ORDER_MARK}{_csv_line(list(_COLUMNS))}" if form == "csv" else ""


def _spreadsheet(row: dict[str, Value]) -> str:
    return _csv_line([_cell(value) for value in row.values()])


def _program(row: dict[str, Value]) -> str:
    return f"{json.dumps(row, ensure_ascii=False)}\n"


def _cell(value: Value) -> str:
    """One cell; a text that a spreadsheet would run is led by an apostrophe, which makes it plain text."""
    if isinstance(value, int | float):
        return str(value)
    text = "\n".join(value) if isinstance(value, list) else value or ""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _csv_line(cells: list[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow(cells)
    return file.getvalue()


_FORMS: Final[dict[Format, Callable[[dict[str, Value]], str]]] = {"csv": _spreadsheet, "jsonl": _program}
