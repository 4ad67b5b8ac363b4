"""A scripted Engine: it says what the test wrote, piece by piece, and waits where the test wants it to.

`ScriptedEngine("HNSW is a graph [1]. ", "It is fast [1].")` gives that answer, in two pieces, to every question.
`engine.reply("First. ", "Second.", gates={1: gate})` queues another for the next question that stops before
"Second.": `await gate.reached.wait()` until it stands there, `gate.opened.set()` to let it go on.
`engine.fail(EngineOverloaded("The queue is full."), "First. ")` queues one that says "First. " and then raises.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag_core.answering.engines.engine import Delta, FinishReason, Message, Request
from rag_core.answering.model import Usage
from rag_core.errors import EngineError, EngineUnavailable, ModelError, PromptTooLong


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a reply waits: `reached` is set when it comes there, and it goes on once the test sets `opened`."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer. Gate n stands before piece n; gate len(pieces) before the end or the error."""

    pieces: tuple[str, ...]
    error: EngineError | None = None
    gates: Mapping[int, Gate] = field(default_factory=dict)
    finish_reason: FinishReason = "stop"
    ahead: tuple[int, ...] = ()


class ScriptedEngine:
    """Plays queued replies in order, then the constructor's pieces for every further request.

    `requests` are those that `stream` took, in order; `finished` and `aborted` are the ids of those that ended or were
    closed or cancelled before; `running` those under way. `count_tokens` counts words. Set `unavailable` to make
    `stream`, `check` and `start` raise EngineUnavailable, `start_error` to make `start` raise anything else.
    """

    def __init__(self, *pieces: str, context_tokens: int = 8192, model: str = "scripted", writes: bool = True) -> None:
        self.model = model
        self.writes = writes
        self.context_tokens = context_tokens
        self.requests: list[Request] = []
        self.running: list[str] = []
        self.finished: list[str] = []
        self.aborted: list[str] = []
        self.started = 0
        self.closed = 0
        self.unavailable = ""
        self.start_error: ModelError | EngineError | None = None
        self._default = Reply(pieces)
        self._replies: deque[Reply] = deque()

    def reply(
        self, *pieces: str, gates: Mapping[int, Gate] | None = None, finish_reason: FinishReason = "stop"
    ) -> None:
        """Queue an answer for the next request that has none yet."""
        self._replies.append(Reply(pieces, gates=gates or {}, finish_reason=finish_reason))

    def queue(self, *ahead: int, gates: Mapping[int, Gate] | None = None) -> None:
        """Queue the constructor's answer, which tells first how many requests are before it."""
        self._replies.append(replace(self._default, ahead=ahead, gates=gates or {}))

    def fail(self, error: EngineError, *pieces: str, gates: Mapping[int, Gate] | None = None) -> None:
        """Queue an answer that raises `error` after its pieces."""
        self._replies.append(Reply(pieces, error, gates or {}))

    async def start(self) -> None:
        self.started += 1
        if self.start_error is not None:
            raise self.start_error
        await self.check()

    async def close(self) -> None:
        self.closed += 1

    async def check(self) -> None:
        if self.unavailable:
            raise EngineUnavailable(self.unavailable)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content.split()) for message in messages)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        await self.check()
        prompt = self.count_tokens(request.messages)
        if prompt + request.max_tokens > self.context_tokens:
            raise PromptTooLong(f"The prompt has {prompt} tokens and {self.context_tokens} fit with its answer.")
        reply = self._replies.popleft() if self._replies else self._default
        self.running.append(request.id)
        try:
            async for delta in _play(reply, prompt):
                yield delta
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted.append(request.id)
            raise
        else:
            self.finished.append(request.id)
        finally:
            self.running.remove(request.id)


async def _play(reply: Reply, prompt_tokens: int) -> AsyncIterator[Delta]:
    for ahead in reply.ahead:
        yield Delta("", ahead=ahead)
    for number, piece in enumerate(reply.pieces):
        await _pass(reply.gates.get(number))
        await asyncio.sleep(0)
        yield Delta(piece)
    await _pass(reply.gates.get(len(reply.pieces)))
    if reply.error is not None:
        raise reply.error
    yield Delta("", reply.finish_reason, Usage(prompt=prompt_tokens, completion=len(reply.pieces)))


async def _pass(gate: Gate | None) -> None:
    if gate is not None:
        gate.reached.set()
        await gate.opened.wait()
