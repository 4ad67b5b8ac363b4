"""Answers questions wherever they come from, into whatever message there is for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import structlog
from structlog.contextvars import bound_contextvars

from bot.asking._call import AsksDesk, Call
from bot.asking._live_message import Clock, LiveMessage, Pace, RealClock
from bot.asking._reply import MessageSlot
from bot.asking._run import Run
from bot.asking.gates import Gate, TurnedOff, first_refusal
from bot.texts import MAX_QUESTION
from rag_core.answering.conversations import ConversationKey, Conversations, turn_of
from rag_core.answering.model import Answer, Question, Turn
from rag_core.masking import masked
from rag_core.records.books import Books
from rag_core.records.model import Origin, Reply

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
        self._running: dict[str, _Running] = {}

    async def refusal(self, call: Call) -> str | None:
        """Why this is not answered, as a sentence for the asker; None where it may be."""
        return _problem(call) or await first_refusal(self._gates, call.asker, call.texts)

    async def answer(self, call: Call, slot: MessageSlot) -> Answer | None:
        """Answer what nothing refuses, to its end; None where nobody saw one."""
        # The desk masks secrets too; but here the question is also repeated above its answer, for all to see.
        call = replace(call, text=masked(call.text))
        with bound_contextvars(question_id=call.id), self._pace.running(slot.bucket):
            history = self._conversations.turns(_conversation(call.origin)) if call.history is None else call.history
            instructions = self._servers.of(call.asker.guild_id).settings.instructions
            community_id = call.origin.guild_id
            question = Question(
                call.id, call.text, history, call.version, instructions=instructions, community_id=community_id
            )
            run = Run(call, slot, LiveMessage(slot, self._pace, self._clock), self._book)
            return await self._to_its_end(run, call, question)

    def remember(self, origin: Origin, turns: Sequence[Turn]) -> None:
        """Let somebody's conversation in a place begin with what was said elsewhere, unless it has begun."""
        key = _conversation(origin)
        if not self._conversations.turns(key):
            for turn in turns:
                self._conversations.add(key, turn)

    def forget(self, user_id: int) -> None:
        """End all conversations of a person."""
        self._conversations.forget_reader(user_id)

    async def halt(self, message_id: int) -> Reply | None:
        """Stop at once what answers this message or stands in it, and show no more of it; where it stands by then."""
        for running in list(self._running.values()):
            place = running.run.place
            if message_id in {running.call.origin.message_id, place.message_id if place else None}:
                await self._halt(running)
                return running.run.place
        return None

    async def leave(self, channel_id: int) -> None:
        """Stop all that is being answered in a channel or thread that is gone."""
        for running in list(self._running.values()):
            if channel_id in {running.call.asker.channel_id, running.call.asker.parent_id}:
                await self._halt(running)

    async def interrupt(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the last edits share one deadline
        """End all running answers with a plain sentence; takes `timeout` seconds at most."""
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)

    async def _to_its_end(self, run: Run, call: Call, question: Question) -> Answer | None:
        texts = call.texts.asking
        self._running[call.id] = _Running(call, run, cast("asyncio.Task[object]", asyncio.current_task()))
        try:
            answer = await run.follow(self._desk, question)
            if run.seen and (turn := turn_of(question, answer)):
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
            del self._running[call.id]
        return answer if run.seen else None

    async def _halt(self, running: "_Running") -> None:
        running.run.withdraw()
        self._desk.stop(running.call.id)
        await asyncio.wait([running.task])


@dataclass(frozen=True, slots=True)
class _Running:
    """An answer that is being written."""

    call: Call
    run: Run
    task: asyncio.Task[object]


def _problem(call: Call) -> str | None:
    """What is wrong with a question, as a sentence. Discord checks the length too, but not for every client."""
    if not call.text.strip():
        return call.texts.asking.empty_question
    if len(call.text) > MAX_QUESTION:
        return call.texts.asking.long_question.format(limit=MAX_QUESTION)
    return None


def _conversation(origin: Origin) -> ConversationKey:
    """A reader's own, in the channel where they ask; what was asked privately shines through in no public answer."""
    reader = origin.user_id or 0
    return ConversationKey(origin.channel_id or 0, -reader if origin.private else reader)
