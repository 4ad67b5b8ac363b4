"""Pictures of each kind of message, as Discord shows them."""

import pytest

from rag_core.answering.model import Finished, Shown
from tests.bot.asking.answers import ANSWERED, QUESTION, QUOTED, REFUSED, TEXT
from tests.bot.asking.world import READ, world
from tests.bot.previewing import preview
from tests.fakes.desk import Step, Wait
from tests.fixtures.pictures import Draw

SCRIPTS: dict[str, tuple[str, tuple[Step, ...], tuple[str, ...]]] = {
    "answer": (
        QUESTION,
        (*READ, Shown(TEXT), Finished(ANSWERED)),
        (
            "efConstruction is how many candidates are looked at when a vector is added.",
            'metric_type="COSINE"',
            "Sources HNSW > Index params",
            "Milvus v3.0.x docs, indexed 3 hours ago. Generated, can be wrong.",
            "Continue in a thread",
        ),
    ),
    "refused": (
        "Who wrote the Iliad?",
        (*READ, Finished(REFUSED)),
        ("Who wrote the Iliad?", "The documentation doesn't answer this.", "Closest sections HNSW > Index params"),
    ),
    "quoted": (
        QUESTION,
        (*READ, Finished(QUOTED)),
        (
            "The language model can't be reached just now.",
            "1 · HNSW > Index params",
            "Quoted from the documentation, not generated.",
        ),
    ),
    "running": (QUESTION, (*READ, Shown(TEXT[:300]), Wait(60)), ("HNSW has three parameters:", "Writing…", "Stop")),
}


@pytest.mark.real
@pytest.mark.parametrize("name", SCRIPTS)
async def test_draws_a_message(name: str, draw: Draw) -> None:
    question, script, texts = SCRIPTS[name]
    async with world(script) as it:
        result = await it.ask(question)
        await it.env.advance_time(3)
        await draw(name, preview(result, it.channel, it.alice), *texts)
