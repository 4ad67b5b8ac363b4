"""Questions for figures alone: nobody may choose by them."""

from pathlib import Path

import pytest

from rag_core.evaluation.questions import load_questions, shipped_questions

SIZES = {"plain": 80, "odd": 40, "unanswerable": 60}


@pytest.mark.parametrize("name", SIZES)
def test_none_of_them_is_a_golden_question(name: str) -> None:
    questions = load_questions(Path(__file__).with_name(f"messages_{name}.jsonl"))
    assert len(questions) == SIZES[name]
    assert {each.kind for each in questions} == {"unanswerable" if name == "unanswerable" else "answerable"}
    shipped = {each.question.casefold() for each in shipped_questions()}
    assert not [each.id for each in questions if each.question.casefold() in shipped]
