"""A `QuestionBook` that keeps everything in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from rag_core.answering.model import Answer, Question
from rag_core.errors import RecordsUnavailable
from rag_core.records.book import Exchange, OpenQuestion
from rag_core.records.model import Feedback, Origin, Reply


@dataclass(slots=True)
class FakeBook:
    """Everything that was written can be looked at. With `down`, reads raise; writes never do, as the port says."""

    questions: dict[str, Question] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    asked_at: dict[str, datetime] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    feedback: dict[tuple[str, int], Feedback] = field(default_factory=dict)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    down: bool = False
    unkept: set[str] = field(default_factory=set)

    async def save_question(self, question: Question, origin: Origin) -> None:
        self.questions.setdefault(question.id, question)
        self.origins.setdefault(question.id, origin)
        self.asked_at.setdefault(question.id, self.now)

    def is_kept(self, question_id: str) -> bool:
        return question_id not in self.unkept

    async def save_answer(self, answer: Answer) -> None:
        self.answers[answer.question_id] = answer

    async def save_reply(self, question_id: str, reply: Reply) -> None:
        self.replies[question_id] = reply

    async def save_feedback(self, feedback: Feedback) -> None:
        self.feedback[feedback.question_id, feedback.user_id] = feedback

    async def asker(self, question_id: str) -> Origin | None:
        self._refuse_when_down()
        return self.origins.get(question_id)

    async def exchange(self, question_id: str) -> Exchange | None:
        self._refuse_when_down()
        return self._exchange(question_id) if question_id in self.questions else None

    async def exchange_at(self, message_id: int) -> Exchange | None:
        self._refuse_when_down()
        here = [id_ for id_ in self.questions if message_id in self._messages(id_)]
        latest = sorted(here, key=lambda id_: self.asked_at[id_])
        return self._exchange(latest[-1]) if latest else None

    async def open_questions(self) -> list[OpenQuestion]:
        self._refuse_when_down()
        waiting = [
            OpenQuestion(question, self.origins[id_], self.asked_at[id_], self.replies.get(id_))
            for id_, question in self.questions.items()
            if id_ not in self.answers
        ]
        return sorted(waiting, key=lambda entry: entry.asked_at)

    def _messages(self, question_id: str) -> tuple[int | None, ...]:
        reply = self.replies.get(question_id)
        return (self.origins[question_id].message_id, reply.message_id if reply else None)

    def _exchange(self, question_id: str) -> Exchange:
        answer = self.answers.get(question_id)
        outcome, text = (answer.outcome, answer.text) if answer else (None, "")
        question, origin = self.questions[question_id], self.origins[question_id]
        return Exchange(question, origin, self.replies.get(question_id), outcome, text)

    def _refuse_when_down(self) -> None:
        if self.down:
            raise RecordsUnavailable("The fake database is down.")
