"""A side whose sentences the engine judges while it goes on writing, as it does where ENTAILMENT_MODEL is `engine`."""

import asyncio
import itertools
import time
from contextlib import suppress
from dataclasses import replace

from benchmarks._loads import Outcome, Prompts, Work, ours
from rag_core.answering.engines import Engine
from rag_core.answering.judge import Judge
from rag_core.errors import EngineError

_PATIENCE = 600.0
_DELTAS_A_SENTENCE = 10
"""On a GPU a delta is four tokens."""

_CLAIM, _EXCERPT = 30, 180
"""Tokens of a sentence and of the places in its passages that it is held against."""


class Judged:
    """Answers on our engine, and has every ten deltas of them judged; an answer ends with its last verdict."""

    def __init__(self, engine: Engine, prompts: Prompts, max_tokens: int) -> None:
        self._engine = engine
        self._judge = Judge(engine, timeout=_PATIENCE)
        self._prompts = prompts
        self._max_tokens = max_tokens
        self.waits: list[float] = []
        """Seconds from each sentence to its verdict."""

    async def answer(self, work: Work) -> Outcome:
        """As a side of a measurement."""
        started, deltas = time.perf_counter(), itertools.count(1)
        async with asyncio.TaskGroup() as judging:

            def hear() -> None:
                if next(deltas) % _DELTAS_A_SENTENCE == 0:
                    judging.create_task(self._look())

            outcome = await ours(self._engine, self._max_tokens, heard=hear)(work)
        return replace(outcome, seconds=time.perf_counter() - started)

    async def _look(self) -> None:
        """Judge made-up words by others: random weights say neither Yes nor No to them."""
        started = time.perf_counter()
        with suppress(EngineError):
            await self._judge.supports(self._prompts.text(_CLAIM), [self._prompts.text(_EXCERPT)])
        self.waits.append(time.perf_counter() - started)
