from itertools import pairwise

import pytest

from rag_core.answering.checking import Checker
from rag_core.answering.judge import Judge, judge_by
from rag_core.errors import EngineError, EngineUnavailable, ModelError
from tests.fakes.engine import ScriptedEngine
from tests.fakes.passages import passage

_PASSAGES = (
    passage(1, "The index works in memory. Vectors are compressed by rounding each number to a byte.", title="Castle"),
    passage(2, "Gates are opened at dawn by the oldest guard.", title="Gates"),
)
_CLEAR = "The index works in memory [1]."
_REWORDED = "Each coordinate becomes a byte when vectors get squeezed by rounding [1]."
_WRONG_NUMBER = "The index works in 12 memories [1]."


@pytest.mark.parametrize(
    ("said", "supported"), [("Yes", True), (" yes.", True), ("**No**", False), ("No, it", False), ("YES", True)]
)
async def test_the_engine_says_yes_or_no(said: str, supported: bool) -> None:
    assert await Judge(ScriptedEngine(said)).supports("claim", ["excerpt"]) is supported


@pytest.mark.parametrize("said", ["", "Nothing of the kind", "Perhaps"])
async def test_anything_else_is_no_verdict(said: str) -> None:
    with pytest.raises(EngineError, match="Yes or No"):
        await Judge(ScriptedEngine(said)).supports("claim", ["excerpt"])


async def test_it_is_asked_for_one_word_and_given_claim_and_excerpts() -> None:
    engine = ScriptedEngine("Yes")
    await Judge(engine).supports("Gates are old.", ["First excerpt.", "Second excerpt."])
    (request,) = engine.requests
    asked = request.messages[-1].content
    places = [asked.index(text) for text in ("First excerpt.", "Second excerpt.", "Gates are old.")]
    assert all(before < after for before, after in pairwise(places))
    assert (request.max_tokens, request.temperature) == (2, 0.0)


@pytest.mark.parametrize(("said", "held"), [("Yes", True), ("No", False)])
@pytest.mark.parametrize("unit", [_CLEAR, _REWORDED])
async def test_it_goes_before_wording(unit: str, said: str, held: bool) -> None:
    engine = ScriptedEngine(said)
    assert (await Checker(_PASSAGES, "", Judge(engine)).judge(unit)).held is held
    assert "Castle" in engine.requests[0].messages[-1].content
    assert "Gates" not in engine.requests[0].messages[-1].content


async def test_what_speaks_against_a_sentence_besides_wording_is_not_asked_about() -> None:
    engine = ScriptedEngine("Yes")
    checker = Checker(_PASSAGES, "", Judge(engine))
    verdicts = [await checker.judge(unit) for unit in (_WRONG_NUMBER, "Gates are opened at dawn [1].", "Bread rises.")]
    assert [verdict.held for verdict in verdicts] == [False, False, False]
    assert engine.requests == []


@pytest.mark.parametrize(("unit", "held"), [(_CLEAR, True), (_REWORDED, False)])
async def test_where_it_can_not_be_had_wording_decides(unit: str, held: bool) -> None:
    engine = ScriptedEngine()
    engine.fail(EngineUnavailable("The engine is away."))
    assert (await Checker(_PASSAGES, "", Judge(engine)).judge(unit)).held is held


@pytest.mark.parametrize("model", ["SmolLM2-135M-Instruct", "Llama-3.2-1B-Instruct"])
def test_a_small_model_is_no_judge(model: str) -> None:
    with pytest.raises(ModelError, match="too small"):
        judge_by(ScriptedEngine(model=model))


@pytest.mark.parametrize("model", ["Qwen2.5-Coder-1.5B-Instruct", "meta-llama/Llama-3.1-8B-Instruct", "our-own"])
def test_a_larger_one_or_one_of_unknown_size_is(model: str) -> None:
    assert judge_by(ScriptedEngine(model=model)).reads
