"""The engine's words are taken only where they hold against the conversation."""

import pytest

from rag_core.answering.model import Question, Turn
from rag_core.answering.rewriter import Rewriter
from rag_core.errors import EngineOverloaded
from tests.fakes.engine import ScriptedEngine

HISTORY = (Turn("What does nprobe do for IVF_FLAT?", "nprobe is the number of clusters to search [1]."),)
FOLLOW_UP = Question("1" * 32, "and which value of it is good for 1024 lists?", HISTORY)
JOINED = "What does nprobe do for IVF_FLAT? and which value of it is good for 1024 lists?"
REWRITTEN = "Which value of nprobe is good for IVF_FLAT with 1024 lists?"


async def test_a_follow_up_is_reworded_by_the_engine() -> None:
    engine = ScriptedEngine(REWRITTEN)
    assert await Rewriter(engine).stand_alone(FOLLOW_UP) == REWRITTEN
    (request,) = engine.requests
    assert (request.temperature, request.id) == (0.0, FOLLOW_UP.id)
    assert request.max_tokens <= 100
    assert "nprobe is the number of clusters" in request.messages[-1].content


@pytest.mark.parametrize("said", [f"Rewritten question: {REWRITTEN}", f'"{REWRITTEN}"', f"  {REWRITTEN}\n"])
async def test_what_stands_around_the_question_goes(said: str) -> None:
    assert await Rewriter(ScriptedEngine(said)).stand_alone(FOLLOW_UP) == REWRITTEN


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Which value of efConstruction is good for IVF_FLAT with 1024 lists?",
        "Which value of nprobe is good for IVF_FLAT with 4096 lists?",
        "Which value of nprobe is good for IVF_FLAT?",
        "¿Qué valor de nprobe es bueno para IVF_FLAT con 1024 lists?",
        "Sunny weather tomorrow means 1024 people walking outside along beaches?",
        f"{REWRITTEN} " * 8,
    ],
)
async def test_words_that_do_not_hold_are_not_taken(said: str) -> None:
    assert await Rewriter(ScriptedEngine(said)).stand_alone(FOLLOW_UP) == JOINED


async def test_turns_are_joined_where_the_engine_is_away_or_breaks_off() -> None:
    engine = ScriptedEngine()
    engine.fail(EngineOverloaded("The queue is full."), "Which value of ")
    engine.reply("Which value of ", finish_reason="length")
    assert await Rewriter(engine).stand_alone(FOLLOW_UP) == JOINED
    assert await Rewriter(engine).stand_alone(FOLLOW_UP) == JOINED


@pytest.mark.parametrize(
    "engine", [ScriptedEngine(REWRITTEN, writes=False), ScriptedEngine(model="Small-135M-Instruct")]
)
async def test_turns_are_joined_without_asking_an_engine_that_is_not_up_to_it(engine: ScriptedEngine) -> None:
    assert await Rewriter(engine).stand_alone(FOLLOW_UP) == JOINED
    assert engine.requests == []


@pytest.mark.parametrize(
    "question",
    [
        Question("1" * 32, "and which value is good?"),
        Question("1" * 32, "How do I rename a collection?", HISTORY),
    ],
)
async def test_what_stands_alone_costs_no_engine(question: Question) -> None:
    engine = ScriptedEngine(REWRITTEN)
    assert await Rewriter(engine).stand_alone(question) == question.text
    assert engine.requests == []


async def test_a_yes_to_an_offer_asks_what_was_offered() -> None:
    engine = ScriptedEngine()
    offered = Turn("What is HNSW?", "A graph [1]. Would you like to know how to build an HNSW index?")
    asked = Question("1" * 32, "yes, please", (offered,))
    assert await Rewriter(engine).stand_alone(asked) == "How to build an HNSW index?"
    leaning = Turn("What is HNSW?", "A graph [1]. Would you like to know how to build it?")
    asked = Question("1" * 32, "yes, please", (leaning,))
    assert await Rewriter(engine).stand_alone(asked) == "What is HNSW? How to build it?"


async def test_another_language_is_put_into_english_with_its_names() -> None:
    query = "HNSW 的 efConstruction 怎么设置"
    assert await Rewriter(ScriptedEngine("How do I set efConstruction of HNSW?")).in_english("1", query) == (
        "How do I set efConstruction of HNSW?"
    )
    for said in ("How do I set it?", "如何设置 HNSW 的 efConstruction", ""):
        assert await Rewriter(ScriptedEngine(said)).in_english("1", query) == ""
    assert await Rewriter(ScriptedEngine("How?", model="x-135M")).in_english("1", query) == ""
