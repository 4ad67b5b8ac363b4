"""The port to the record of questions: every question with its answer, its message and what people think of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rag_core.answering.model import Answer, Question
from rag_core.records.model import Feedback, Origin, Reply


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that has no answer on record yet, such as one that a restart cut off."""

    question: Question
    origin: Origin
    asked_at: datetime
    reply: Reply | None


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

    async def open_questions(self) -> list[OpenQuestion]:
        """Questions without an answer, oldest first."""
