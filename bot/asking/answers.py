"""Answers questions wherever they come from, into whatever message there is for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from bot.asking._call import AsksDesk, Call
from bot.asking._live_message import Clock, LiveMessage, Pace, RealClock
from bot.asking._reply import MessageSlot
from bot.asking._run import Run
from bot.asking.gates import Gate, TurnedOff, first_refusal
from bot.texts import MAX_QUESTION
from rag_core.answering.conversations import ConversationKey, Conversations, turn_of
from rag_core.answering.model import Answer, Question
from rag_core.records.books import Books
from rag_core.records.model import Origin

_log = structlog.get_logger(__name__)


class Answers:
    """Everything that is being answered in Discord.

    Args:
        desk: answers.
        books: keep which message carries an answer, and know where none is wanted.
        gates: each may turn a question away; they are asked in this order.
        clock: how time passes between edits.
    """

    def __init__(self, desk: AsksDesk, books: Books, gates: Sequence[Gate], clock: Clock | None = None) -> None:
        self._desk = desk
        self._book = books.questions
        self._servers = books.servers
        self._gates = (TurnedOff(books.servers), *gates)
        self._clock = clock or RealClock()
        self._pace = Pace()
        self._conversations = Conversations()
        self._running: set[asyncio.Task[Any] | None] = set()

    async def refusal(self, call: Call) -> str | None:
        """Why this is not answered, as a sentence for the asker; None where it may be."""
        return _problem(call) or await first_refusal(self._gates, call.asker, call.texts)

    async def answer(self, call: Call, slot: MessageSlot) -> Answer | None:
        """Answer what nothing refuses, to its end; None where that end was a defect, which the asker was told."""
        with bound_contextvars(question_id=call.id), self._pace.running():
            history = self._conversations.turns(_conversation(call.origin)) if call.history is None else call.history
            question = Question(call.id, call.text, history, call.version)
            run = Run(call, slot, LiveMessage(slot, self._pace, self._clock), self._book)
            return await self._to_its_end(run, replace(call, history=history), question)

    async def interrupt(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the last edits share one deadline
        """End all running answers with a plain sentence; takes `timeout` seconds at most."""
        running = tuple(filter(None, self._running))
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=timeout)

    async def _to_its_end(self, run: Run, call: Call, question: Question) -> Answer | None:
        texts, task = call.texts.asking, asyncio.current_task()
        self._running.add(task)
        try:
            answer = await run.follow(self._desk, question)
            if turn := turn_of(question, answer):
                self._conversations.add(_conversation(call.origin), turn)
            await run.finish(answer)
        except asyncio.CancelledError:
            await run.end(texts.interrupted)
            raise
        except Exception:  # noqa: BLE001 - the border of this answer's task: its reader must not be left with a frozen half
            await run.end(texts.failed.format(id=call.id))
            _log.exception("an answer failed")
            return None
        finally:
            self._running.discard(task)
        return answer


def _problem(call: Call) -> str | None:
    """What is wrong with a question, as a sentence. Discord checks the length too, but not for every client."""
    if not call.text.strip():
        return call.texts.asking.empty_question
    if len(call.text) > MAX_QUESTION:
        return call.texts.asking.long_question.format(limit=MAX_QUESTION)
    return None


def _conversation(origin: Origin) -> ConversationKey:
    """A reader's own, in the channel where they ask."""
    return ConversationKey(origin.channel_id or 0, origin.user_id or 0)
