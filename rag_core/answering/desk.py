"""Where questions come in: each is put on record, answered, and put on record again, whatever happens."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass, field

import structlog
from structlog.contextvars import bound_contextvars

from rag_core.answering.answerer import Answerer
from rag_core.answering.discretion import discreet
from rag_core.answering.model import Answer, AnswerEvent, Finished, IndexInfo, Question, Queued
from rag_core.answering.transcript import Clock, Transcript
from rag_core.records.book import QuestionBook
from rag_core.records.model import Origin
from rag_core.right_of_way import RightOfWay

_log = structlog.get_logger(__name__)


@dataclass
class _Session:
    """One running answer. `events` ends with None."""

    question: Question
    transcript: Transcript
    events: asyncio.Queue[AnswerEvent | None] = field(default_factory=asyncio.Queue)
    answering: asyncio.Task[None] | None = None
    finished: Finished | None = None
    ahead: int = 0

    def stop(self) -> bool:
        """Cancel the answer, unless it is over or being cancelled already."""
        if self.finished is not None or self.answering is None or self.answering.cancelling():
            return False
        return self.answering.cancel()


@dataclass(frozen=True, slots=True)
class Load:
    """Questions that are being answered now; of them, `waiting` for the engine to begin."""

    answers: int = 0
    waiting: int = 0


class Desk:
    """Takes questions from wherever they are asked.

    Each answer runs in a task of its own, so that it can be stopped from outside, and so that the question's id in
    the logs' context belongs to it alone. While it runs, it has the `right_of_way`.
    """

    def __init__(
        self,
        answerer: Answerer,
        book: QuestionBook,
        *,
        right_of_way: RightOfWay | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._answerer = answerer
        self._right_of_way = right_of_way or RightOfWay()
        self._book = book
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._settling: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent]:
        """Answer one question; the last event is Finished, and it comes after the answer was recorded.

        Secrets in the question are masked first: no documentation is found by them, so that nothing is lost, and
        neither the engine's server nor a log gets to see them.

        A reader that stops early (its task cancelled, the generator closed) ends the answer, which is then recorded
        as cancelled with what was shown.
        """
        question = discreet(question)
        session = _Session(question, Transcript(question, self._clock))
        self._sessions[question.id] = session
        try:
            await self._arrive(session, origin)
            while (event := await session.events.get()) is not None:
                yield event
        finally:
            await self._settle(session)
        if session.finished is not None:
            yield session.finished

    def stop(self, question_id: str) -> bool:
        """End a running answer as cancelled; False where none runs under this id."""
        session = self._sessions.get(question_id)
        return session is not None and session.stop()

    def load(self) -> Load:
        """How much there is to do."""
        return Load(len(self._sessions), sum(session.ahead > 0 for session in self._sessions.values()))

    async def index_info(self) -> IndexInfo | None:
        """Which documentation answers come from."""
        return await self._answerer.index_info()

    async def _arrive(self, session: _Session, origin: Origin) -> None:
        question = session.question
        with bound_contextvars(question_id=question.id):
            _log.info("question asked", platform=origin.platform, characters=len(question.text))
            await self._record(self._book.save_question(question, origin))
            session.answering = asyncio.create_task(self._answer(session), name=f"answer {question.id}")
        # A callback, since a task that is cancelled before its first step runs none of its code.
        session.answering.add_done_callback(lambda _: session.events.put_nowait(None))

    async def _answer(self, session: _Session) -> None:
        with self._right_of_way.taken():
            async for event in self._answerer.answer(session.question, session.transcript):
                if isinstance(event, Finished):
                    session.finished = event
                else:
                    session.ahead = event.ahead if isinstance(event, Queued) else 0
                    session.events.put_nowait(event)

    async def _settle(self, session: _Session) -> None:
        """End and record the answer, to the end even if the reader is cancelled meanwhile."""
        settling = asyncio.create_task(self._close(session))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        await asyncio.shield(settling)

    async def _close(self, session: _Session) -> None:
        with bound_contextvars(question_id=session.question.id):
            session.stop()
            finished = await self._outcome(session)
            session.finished = finished
            self._sessions.pop(session.question.id, None)
            await self._record(self._book.save_answer(finished.answer))
            _log_end(finished.answer)

    async def _outcome(self, session: _Session) -> Finished:
        """How the answer ended, once its task has."""
        if session.answering is None:
            return session.transcript.finish("cancelled", "cancelled")
        await asyncio.wait([session.answering])
        if session.finished is not None:
            return session.finished
        if not session.answering.cancelled() and (error := session.answering.exception()) is not None:
            _log.error("answer failed", exc_info=error)
            return session.transcript.finish("failed", "error")
        return session.transcript.finish("cancelled", "cancelled")

    async def _record(self, write: Awaitable[None]) -> None:
        try:
            await write
        except Exception:  # noqa: BLE001  # whatever ails the record, the person who asked gets an answer
            _log.exception("record not written")


def _log_end(answer: Answer) -> None:
    times, engine = answer.times, answer.engine_times
    _log.info(
        "answer finished",
        outcome=answer.outcome,
        note=answer.note,
        retrieved=times.retrieved,
        first_token=times.first_token,
        first_shown=times.first_shown,
        seconds=times.total,
        engine_queued=engine and engine.queued,
        engine_prefill=engine and engine.prefill,
        engine_decode=engine and engine.decode,
        prompt_tokens=answer.usage.prompt,
        cached_tokens=answer.usage.cached,
        completion_tokens=answer.usage.completion,
        held_back=len(answer.held_back),
    )
