"""A desk that answers from a script."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace

from rag_core.answering.model import Answer, AnswerEvent, Finished, IndexInfo, Question, Shown
from rag_core.records.book import QuestionBook
from rag_core.records.model import Origin


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes, in seconds of the event loop."""

    seconds: float


Step = AnswerEvent | Wait | Exception


@dataclass(slots=True)
class FakeDesk:
    """Plays `script` for every question, records it in `book` as the real desk does, and can be stopped.

    The ids in the script's last event are replaced by the question's. An exception in the script is raised.
    """

    book: QuestionBook
    script: Sequence[Step] = ()
    info: IndexInfo | None = None
    asked: list[tuple[Question, Origin]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    _running: dict[str, asyncio.Event] = field(default_factory=dict)

    async def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent, None]:
        self.asked.append((question, origin))
        stop = self._running.setdefault(question.id, asyncio.Event())
        await self.book.save_question(question, origin)
        over = False
        try:
            async for event in self._play(question, stop):
                over = isinstance(event, Finished)
                yield event
        except (asyncio.CancelledError, GeneratorExit):
            if not over:
                await self.book.save_answer(Answer(question.id, "cancelled", "", question.text, note="cancelled"))
            raise
        finally:
            del self._running[question.id]

    async def _play(self, question: Question, stop: asyncio.Event) -> AsyncGenerator[AnswerEvent, None]:
        text = ""
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
            if stop.is_set():
                break
            if isinstance(step, Finished):
                yield await self._finished(replace(step.answer, question_id=question.id))
                return
            text += step.text if isinstance(step, Shown) else ""
            if not isinstance(step, Wait):
                yield step
        yield await self._finished(Answer(question.id, "cancelled", text, question.text, note="cancelled"))

    def stop(self, question_id: str) -> bool:
        if question_id not in self._running:
            return False
        self.stopped.append(question_id)
        self._running[question_id].set()
        return True

    async def index_info(self) -> IndexInfo | None:
        return self.info

    async def _finished(self, answer: Answer) -> Finished:
        await self.book.save_answer(answer)
        return Finished(answer)
