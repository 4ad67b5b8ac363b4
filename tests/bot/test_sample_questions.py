"""The project's own golden questions fit the sample pages that they are asked of."""

import re
from collections import Counter
from pathlib import Path

import pytest

from rag_core.evaluation.questions import GoldenQuestion, load_questions

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "sample_pages").glob("*.md")}
QUESTIONS = load_questions(ROOT / "rag_core" / "evaluation" / "golden" / "sample.jsonl")
ANSWERABLE = [question for question in QUESTIONS if question.kind == "answerable"]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def test_there_are_as_many_of_each_kind_as_a_gate_needs() -> None:
    assert Counter(question.kind for question in QUESTIONS) == {"answerable": 20, "unanswerable": 5}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_each_gold_page_exists_and_one_of_them_states_every_fact(question: GoldenQuestion) -> None:
    assert question.facts
    texts = [squeezed(PAGES[page]) for page in question.gold]
    assert any(all(squeezed(term) in text for fact in question.facts for term in fact) for text in texts)


def test_every_page_is_asked_about() -> None:
    assert {page for question in ANSWERABLE for page in question.gold} == set(PAGES)


def test_many_questions_are_worded_unlike_their_page() -> None:
    """A gate of questions that repeat the headings would pass on any index."""
    assert Counter(question.difficulty for question in ANSWERABLE)["paraphrased"] >= len(ANSWERABLE) // 2
