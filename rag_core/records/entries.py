"""What is written into the book, as data: each can be written now, or kept as a line of JSON and written later."""

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import Field, TypeAdapter

from rag_core.answering.model import Answer, Question
from rag_core.records.model import Feedback, Origin, Reply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question arrived."""

    question: Question
    origin: Origin
    at: datetime
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """Its answer is complete."""

    answer: Answer
    at: datetime
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class ReplySent:
    """A message carries the answer."""

    question_id: str
    reply: Reply
    kind: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """Somebody rated the answer."""

    feedback: Feedback
    kind: Literal["feedback"] = "feedback"


Entry = QuestionAsked | AnswerGiven | ReplySent | FeedbackGiven

_json: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


def to_line(entry: Entry) -> bytes:
    """One line of JSON, without its end."""
    return _json.dump_json(entry)


def from_line(line: bytes) -> Entry:
    """Read what `to_line` wrote.

    Raises:
        ValueError: it is something else.
    """
    return _json.validate_json(line)


_UNSTORABLE = {0: "\N{REPLACEMENT CHARACTER}"} | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
"""NUL, which PostgreSQL can't hold, and halves of surrogate pairs, which no encoding of Unicode can."""


def storable(value: T) -> T:
    """The same data with every character replaced that a database can't hold, however deep inside."""
    return cast("T", _storable(value))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_UNSTORABLE)
    if isinstance(value, tuple):
        return tuple(_storable(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _storable(getattr(value, field.name)) for field in fields(value)})
    return value
