"""Which of the records that wait in a file are somebody's own, and which are old."""

from collections.abc import Collection, Iterable
from datetime import datetime

from rag_core.records.entries import AnswerGiven, QuestionAsked, from_line


class Belonging:
    """Tells the lines that concern somebody; to be asked in the lines' order, for answers follow on their questions.

    Args:
        people: every number under which that person may be on record.
        question_ids: of their questions, as far as the file does not say.
    """

    def __init__(self, people: Collection[int], question_ids: Iterable[str]) -> None:
        self._people = people
        self._marks = [str(person).encode() for person in people]
        self.question_ids = set(question_ids)

    def __call__(self, line: bytes) -> bool:
        """Whether it does; of a line that a crash tore, whether it holds their number."""
        try:
            entry = from_line(line)
        except ValueError:
            return any(mark in line for mark in self._marks)
        own = entry.person in self._people
        if own and isinstance(entry, QuestionAsked):
            self.question_ids.add(entry.question_id)
        return own or entry.question_id in self.question_ids


def is_older(line: bytes, than: datetime) -> bool:
    """Whether a question was asked or answered before; of a line that a crash tore, nobody knows, and it goes."""
    try:
        entry = from_line(line)
    except ValueError:
        return True
    return isinstance(entry, QuestionAsked | AnswerGiven) and entry.at < than
