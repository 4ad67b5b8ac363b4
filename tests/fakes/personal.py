"""What is on record about a person, in memory: questions and ratings."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from rag_core.records.personal import Deleted
from tests.fakes.book import FakeBook


@dataclass(slots=True)
class FakePersonalData:
    """Implements `PersonalData` over a `FakeBook`."""

    book: FakeBook = field(default_factory=FakeBook)

    async def export(self, user_id: int) -> bytes:
        questions = [asdict(self.book.questions[each]) for each in self._asked_by(user_id)]
        ratings = [asdict(each) for each in self.book.feedback.values() if each.user_id == user_id]
        found = {"questions": questions, "feedback": ratings}
        return json.dumps({name: rows for name, rows in found.items() if rows}, default=str).encode()

    async def delete(self, user_id: int) -> Deleted:
        questions = self._asked_by(user_id)
        for each in questions:
            self._drop(each)
        ratings = [key for key in self.book.feedback if key[1] == user_id]
        for key in ratings:
            del self.book.feedback[key]
        return Deleted(len(questions), len(ratings), ())

    async def delete_older(self, than: datetime) -> int:
        old = [each for each, at in self.book.asked_at.items() if at < than]
        for each in old:
            self._drop(each)
        return len(old)

    def _asked_by(self, user_id: int) -> list[str]:
        return [each for each, origin in self.book.origins.items() if origin.user_id == user_id]

    def _drop(self, question_id: str) -> None:
        for kept in (self.book.questions, self.book.origins, self.book.asked_at, self.book.answers, self.book.replies):
            kept.pop(question_id, None)
        for key in [key for key in self.book.feedback if key[0] == question_id]:
            del self.book.feedback[key]
