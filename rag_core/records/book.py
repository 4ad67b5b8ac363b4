"""The port to the record of questions: every question with its answer, its message and what people think of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rag_core.answering.model import Answer, AnswerOutcome, Question, Turn
from rag_core.records.model import Feedback, Origin, Reply


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that has no answer on record yet, such as one that a restart cut off."""

    question: Question
    origin: Origin
    asked_at: datetime
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what became of it; `outcome` is None while it has no answer on record, `text` what was shown."""

    question: Question
    origin: Origin
    reply: Reply | None
    outcome: AnswerOutcome | None
    text: str

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation up to and with this question, the oldest first."""
        return (*self.question.history, Turn(self.question.text, self.text))


class QuestionBook(Protocol):
    """Keeps questions and answers.

    Writes never fail for want of the database: what can't be written now is kept aside and written later. Reads may
    raise `RecordsUnavailable`.
    """

    async def save_question(self, question: Question, origin: Origin) -> None:
        """Keep a question that has just arrived, unless its asker wants nothing kept."""

    def is_kept(self, question_id: str) -> bool:
        """False for a question of this process's time that is not on record, by its asker's will."""

    async def save_answer(self, answer: Answer) -> None:
        """Keep its answer; a second one replaces the first."""

    async def save_reply(self, question_id: str, reply: Reply) -> None:
        """Keep which message carries the answer."""

    async def save_feedback(self, feedback: Feedback) -> None:
        """Keep one person's rating of one answer."""

    async def asker(self, question_id: str) -> Origin | None:
        """Who asked, or None for an unknown id."""

    async def exchange(self, question_id: str) -> Exchange | None:
        """A question and its answer, or None for an unknown id."""

    async def exchange_at(self, message_id: int) -> Exchange | None:
        """The latest question that this message asked, or whose answer it carries, as its first message."""

    async def open_questions(self) -> list[OpenQuestion]:
        """Questions without an answer, oldest first."""
