"""Everything that will come, once, before anybody asks.

vLLM compiles kernels when a batch of a new kind comes: 3-5 s each on an H100, while everybody waits. What counts as a
kind are the number of requests (one, a multiple of 16, another), their lengths, and whether they share a beginning. So
each size is run with each length, as far as the tokens of a batch are computed within a second or two: beyond that,
batches are cut into the same pieces.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.engines._versions import Core
from rag_core.answering.engines.engine import Request

_SIZES = (1, 4, 16, 64, 256)
_LENGTHS = (300, 1800, 6000)
_MOST_TOKENS = 131_072
_SHARED = 256
_ANSWER = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """So many requests at once, each of so many tokens."""

    size: int
    length: int


def batches(max_running: int, context_tokens: int, *, gpu: bool) -> list[Batch]:
    """What to run. Without a GPU nothing is compiled: one short request fills the caches of the processor."""
    if not gpu:
        return [Batch(1, min(64, context_tokens - _ANSWER))]
    lengths = sorted({min(length, context_tokens - _ANSWER) for length in _LENGTHS})
    sizes = [size for size in _SIZES if size <= max_running]
    return [Batch(size, length) for length in lengths for size in sizes if size * length <= _MOST_TOKENS]


async def warm_up(core: Core, some_tokens: Sequence[int], planned: Sequence[Batch]) -> None:
    """Run the batches one after the other, with prompts made of `some_tokens` that begin alike and differ then.

    Raises:
        EngineUnavailable: the engine died of it.
    """
    chance = random.Random(0)  # noqa: S311  # not for secrets
    shared = chance.choices(some_tokens, k=_SHARED)
    for batch in planned:
        prompts = [(shared + chance.choices(some_tokens, k=batch.length))[: batch.length] for _ in range(batch.size)]
        await asyncio.gather(*(_run(core, prompt) for prompt in prompts))


async def _run(core: Core, prompt: list[int]) -> None:
    async for _ in core.generate(prompt, Request("warm-up", ()), _ANSWER):
        pass
