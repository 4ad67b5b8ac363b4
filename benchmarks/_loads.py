"""Prompts of a set length, and sides that answer them: our engine, and bare vLLM with the same token ids."""

import asyncio
import itertools
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from benchmarks._model import words
from rag_core.answering.engines import Engine, Message, Request
from rag_core.answering.engines._prompts import PromptEncoder

_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Work:
    """One prompt, as messages and as the tokens that these become."""

    messages: tuple[Message, ...]
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: seconds to its first text and to its end, its tokens, and those of the prompt that were cached."""

    first: float
    seconds: float
    tokens: int
    cached: int = 0

    @property
    def a_token(self) -> float:
        """Seconds a token after the first."""
        return (self.seconds - self.first) / max(1, self.tokens - 1)


@dataclass(frozen=True, slots=True)
class Run:
    """Answers that were written at the same time, within so many seconds, `processor` of them this process's work."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    processor: float

    @property
    def answers_a_second(self) -> float:
        """Answers."""
        return len(self.outcomes) / self.seconds

    @property
    def tokens_a_second(self) -> float:
        """Tokens written, which does not depend on answers that end early."""
        return sum(outcome.tokens for outcome in self.outcomes) / self.seconds

    @property
    def work_a_token(self) -> float:
        """Seconds of the processor that this process, and not the engine's, takes for a token."""
        return self.processor / sum(outcome.tokens for outcome in self.outcomes)

    @property
    def first(self) -> float:
        """Mean seconds to the first text."""
        return mean(outcome.first for outcome in self.outcomes)

    @property
    def a_token(self) -> float:
        """Median seconds a token."""
        return median(outcome.a_token for outcome in self.outcomes)


Side = Callable[[Work], Awaitable[Outcome]]


class Prompts:
    """Makes prompts that begin with the same `shared` tokens, give or take a few, and differ then."""

    def __init__(self, encoder: PromptEncoder, shared: int) -> None:
        self._encoder = encoder
        self._chance = random.Random(7)
        self._words = words()
        self._instructions = Message("system", self._text(shared, random.Random(1)))

    def some(self, count: int, tokens: int) -> list[Work]:
        """So many prompts of so many tokens."""
        return [self.one(tokens) for _ in range(count)]

    def one(self, tokens: int) -> Work:
        """A prompt of so many tokens; of no less than the shared ones."""
        room = tokens - len(self._encoder.encode((self._instructions, Message("user", ""))))
        messages = (self._instructions, Message("user", self._text(max(8, room), self._chance)))
        return Work(messages, self._encoder.encode(messages))

    def text(self, tokens: int) -> str:
        """Words that nobody has seen, of so many tokens."""
        return self._text(tokens, self._chance)

    def _text(self, tokens: int, chance: random.Random) -> str:
        """Words that are so many tokens: as many as too many of them have on average a token."""
        text = chance.choices(self._words, k=tokens)
        size = len(self._encoder.encode_text(" ".join(text)))
        return " ".join(text[: max(1, round(tokens * tokens / size))])


def ours(engine: Engine, max_tokens: int, temperature: float = 0.0, heard: Callable[[], object] = lambda: None) -> Side:
    """Our engine, from messages to text; `heard` is called for each delta."""

    async def answer(work: Work) -> Outcome:
        started, first, usage, cached = time.perf_counter(), 0.0, 0, 0
        async for delta in engine.stream(Request("bench", work.messages, max_tokens, temperature, timeout=_PATIENCE)):
            first = first or (delta.text and time.perf_counter() - started) or 0.0
            heard()
            if delta.usage:
                usage, cached = delta.usage.completion, delta.usage.cached
        seconds = time.perf_counter() - started
        return Outcome(first or seconds, seconds, usage, cached)

    return answer


def bare(llm: Any, max_tokens: int, temperature: float = 0.0) -> Side:
    """The `generate` of vLLM itself, from token ids to deltas."""
    from vllm import SamplingParams
    from vllm.inputs import tokens_input
    from vllm.sampling_params import RequestOutputKind

    kind = RequestOutputKind.DELTA

    async def answer(work: Work) -> Outcome:
        started, first, tokens = time.perf_counter(), 0.0, 0
        sampling = SamplingParams(max_tokens=max_tokens, temperature=temperature, output_kind=kind)
        async for output in llm.generate(tokens_input(work.tokens), sampling, uuid.uuid4().hex):
            first = first or time.perf_counter() - started
            tokens += len(output.outputs[0].token_ids)
        return Outcome(first, time.perf_counter() - started, tokens)

    return answer


async def load(side: Side, works: Sequence[Work], at_once: int) -> Run:
    """All works, `at_once` of them under way at any time."""
    queue = iter(works)
    started, worked = time.perf_counter(), time.process_time()
    done = await asyncio.gather(*(_one_after_the_other(side, queue) for _ in range(at_once)))
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    return Run(tuple(itertools.chain.from_iterable(done)), seconds, processor)


async def _one_after_the_other(side: Side, works: Iterator[Work]) -> list[Outcome]:
    return [await side(work) for work in works]


def joined(runs: Sequence[Run]) -> Run:
    """Runs of one side as one."""
    outcomes = tuple(itertools.chain.from_iterable(run.outcomes for run in runs))
    return Run(outcomes, sum(run.seconds for run in runs), sum(run.processor for run in runs))
