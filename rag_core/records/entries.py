"""What is written into the book, as data: each can be written now, or kept as a line of JSON and written later."""

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeVar, cast

from pydantic import Field, TypeAdapter

from rag_core.answering.discretion import discreet
from rag_core.answering.model import Answer, Question
from rag_core.masking import masked
from rag_core.records.model import Feedback, Origin, Reply
from rag_core.records.pseudonyms import Pseudonyms

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question arrived."""

    question: Question
    origin: Origin
    at: datetime
    kind: Literal["question"] = "question"

    @property
    def question_id(self) -> str:
        """Which question it is about."""
        return self.question.id

    @property
    def person(self) -> int | None:
        """Who did it."""
        return self.origin.user_id


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """Its answer is complete."""

    answer: Answer
    at: datetime
    kind: Literal["answer"] = "answer"
    person: ClassVar[None] = None

    @property
    def question_id(self) -> str:
        """Which question it is about."""
        return self.answer.question_id


@dataclass(frozen=True, slots=True)
class ReplySent:
    """A message carries the answer."""

    question_id: str
    reply: Reply
    kind: Literal["reply"] = "reply"
    person: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """Somebody rated the answer."""

    feedback: Feedback
    kind: Literal["feedback"] = "feedback"

    @property
    def question_id(self) -> str:
        """Which question it is about."""
        return self.feedback.question_id

    @property
    def person(self) -> int | None:
        """Who did it."""
        return self.feedback.user_id


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


def keepable(entry: Entry, pseudonyms: Pseudonyms) -> Entry:
    """The entry as it may be kept, in the database or in a file: without secrets, and people as they are to be named.

    Of an answer nothing is masked: its passages are public.
    """
    match entry:
        case QuestionAsked(question, origin):
            user_id = origin.user_id and pseudonyms.on_record(origin.user_id)
            return replace(entry, question=discreet(question), origin=replace(origin, user_id=user_id))
        case FeedbackGiven(feedback):
            user_id, comment = pseudonyms.on_record(feedback.user_id), masked(feedback.comment)
            return replace(entry, feedback=replace(feedback, user_id=user_id, comment=comment))
    return entry


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
