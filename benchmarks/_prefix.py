"""How much of a thread's prompts comes from the prefix cache, with the prompts that readers' questions get."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from benchmarks._model import pages
from benchmarks._report import Cell
from rag_core.answering.engines import Message, Request, VllmEngine
from rag_core.answering.engines._prompts import PromptEncoder
from rag_core.answering.model import Passage, Question, Turn
from rag_core.answering.prompt import build_prompt

_THREADS = 8
_TURNS = 5
_PASSAGES = 3
_BLOCK = 16
_QUESTION = "What does {} mean for a collection that grows, and how is it set?"


async def threads(engine: VllmEngine, encoder: PromptEncoder) -> list[list[Cell]]:
    """Ask all threads turn by turn, all of a turn at once; a row a turn, of means."""
    seen: list[list[int]] = []
    found: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for turn in range(_TURNS):
        prompts = [_prompt(engine, thread, turn) for thread in range(_THREADS)]
        cached = await asyncio.gather(*(_cached(engine, prompt) for prompt in prompts))
        for prompt, from_cache in zip(prompts, cached, strict=True):
            tokens = encoder.encode(prompt)
            found[turn].append((len(tokens), _shared(tokens, seen), from_cache))
        seen += [encoder.encode(prompt) for prompt in prompts]
    return [_row(turn + 1, rows) for turn, rows in found.items()]


def _row(turn: int, rows: Sequence[tuple[int, int, int]]) -> list[Cell]:
    whole, shared, cached = (mean(column) for column in zip(*rows, strict=True))
    return [turn, whole, shared, cached, cached / shared if shared else 0.0]


def _prompt(engine: VllmEngine, thread: int, turn: int) -> tuple[Message, ...]:
    """The prompt of a thread's turn: other passages each time, the earlier turns as they were."""
    texts = pages()
    turns = tuple(Turn(_QUESTION.format(f"{thread}.{earlier}"), texts[earlier][:400]) for earlier in range(turn))
    question = Question("bench", _QUESTION.format(f"{thread}.{turn}"), turns)
    of = [texts[(thread * _TURNS + turn + n) % len(texts)] for n in range(_PASSAGES)]
    passages = [_passage(number, text[thread * 50 :][:1200]) for number, text in enumerate(of, 1)]
    return build_prompt(question, passages, engine.count_tokens, engine.context_tokens - 1).messages


def _passage(number: int, text: str) -> Passage:
    return Passage(number, (), "", "", "", "", "Page", (), text, "", "en", 0.0)


async def _cached(engine: VllmEngine, prompt: tuple[Message, ...]) -> int:
    async for delta in engine.stream(Request("bench", prompt, 1, timeout=600)):
        if delta.usage:
            return delta.usage.cached
    return 0


def _shared(tokens: Sequence[int], seen: Sequence[Sequence[int]]) -> int:
    """Tokens in whole blocks that an earlier prompt begins with as well: what the cache can hold of this one."""
    longest = max((_alike(tokens, other) for other in seen), default=0)
    return longest // _BLOCK * _BLOCK


def _alike(tokens: Sequence[int], others: Sequence[int]) -> int:
    """At how many tokens both begin in the same way."""
    pairs = enumerate(zip(tokens, others, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(tokens), len(others)))
