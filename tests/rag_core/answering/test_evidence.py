import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.evidence import CALIBRATED_MODEL, CALIBRATIONS, Evidence
from rag_core.answering.model import Passage
from rag_core.answering.retrieval import Retrieval
from rag_core.answering.signals import weigh
from rag_core.indexing.store import Hit
from tests.fakes.passages import chunk, passage

HNSW = "The index parameter efConstruction sets how many candidates are compared while the graph is built."
QUESTION = "What does efConstruction set while the graph of candidates is built?"


def hit(text: str, rank: int, dense: float | None, lexical_rank: int | None) -> Hit:
    return Hit(chunk("hnsw", rank, text), 1 / rank, dense, rank, lexical_rank)


def found(
    question: str, text: str, *, dense: float | None = 0.8, lexical: bool = True, model: str = CALIBRATED_MODEL
) -> Retrieval:
    """Three hits of the same text, the first of them shown."""
    hits = tuple(hit(text, rank, dense, rank if lexical else None) for rank in (1, 2, 3))
    shown = replace(passage(1, text), dense=dense, lexical_rank=1 if lexical else None)
    return Retrieval(question, (shown,), hits, embedding_model=model)


def test_nothing_found_is_no_evidence() -> None:
    evidence = weigh(Retrieval(QUESTION, (), (), embedding_model=CALIBRATED_MODEL))
    assert evidence == Evidence()
    assert not evidence.sufficient


@pytest.mark.parametrize("model", [CALIBRATED_MODEL, "another/model"])
@pytest.mark.parametrize("lexical", [True, False])
def test_whatever_is_known_tells_an_answer_from_something_else(model: str, *, lexical: bool) -> None:
    assert weigh(found(QUESTION, HNSW, lexical=lexical, model=model)).sufficient
    bread = "Which restaurant in Naples bakes sourdough pizza without gluten?"
    assert not weigh(found(bread, HNSW, dense=0.1, lexical=lexical, model=model)).sufficient


def test_near_in_meaning_speaks_for_an_answer() -> None:
    near, far = weigh(found(QUESTION, HNSW, dense=0.8)), weigh(found(QUESTION, HNSW, dense=0.1))
    assert weighed(near) > weighed(far)


def test_likeness_to_questions_with_an_answer_speaks_for_one() -> None:
    like, unlike = (weigh(replace(found(QUESTION, HNSW), leaning=leaning)) for leaning in (0.3, -0.3))
    assert weighed(like) > weighed(unlike)
    other = replace(found(QUESTION, HNSW, model="another/model"), leaning=-0.3)
    assert weigh(other) == weigh(replace(other, leaning=0.3))


def test_likeness_to_unanswerable_questions_refuses_no_strong_passage() -> None:
    strong, weak = found(QUESTION, HNSW, dense=0.8), found(QUESTION, HNSW, dense=0.4)
    assert weigh(replace(strong, leaning=-0.3)) == weigh(strong)
    assert weighed(weigh(replace(weak, leaning=-0.3))) < weighed(weigh(weak))


def test_cosines_of_another_model_count_for_nothing() -> None:
    near, far = (weigh(found(QUESTION, HNSW, dense=cosine, model="another/model")) for cosine in (0.9, 0.1))
    assert near.cosines == ()
    assert near == far


def test_a_server_without_search_by_wording_knows_no_ranks() -> None:
    assert weigh(found(QUESTION, HNSW, lexical=False)).ranks == ()
    assert weigh(found(QUESTION, HNSW)).ranks == (1.0, 3.0)


def test_agreement_counts_what_both_searches_have_in_front() -> None:
    hits = (hit(HNSW, 1, 0.8, 30), hit(HNSW, 2, 0.7, 3), hit(HNSW, 11, 0.5, 1))
    evidence = weigh(Retrieval(QUESTION, (passage(1, HNSW),), hits, embedding_model=CALIBRATED_MODEL))
    assert evidence.ranks == (0.0, 1.0)


@pytest.mark.parametrize(
    "other", ["What does efConstruction set in pgvector?", "What does queryNode.ledgerPath set while it is built?"]
)
def test_a_name_that_stands_nowhere_speaks_against_an_answer(other: str) -> None:
    evidence, sure = weigh(found(other, HNSW)), weigh(found(QUESTION, HNSW))
    assert evidence.words[3] > sure.words[3] == 0
    assert weighed(evidence) < weighed(sure)


def test_identifiers_are_names_and_numbers_are_not() -> None:
    assert weigh(found("What is queryNode.ledgerPath?", HNSW)).words[4] == 1
    assert weigh(found("Are candidates built since 2.4.x?", HNSW)).words[4] == 0


def test_everyday_talk_asks_for_nothing() -> None:
    talk = "Hello everybody, sorry for the stupid question, can anyone please help? " + QUESTION
    assert weigh(found(talk, HNSW)).words[:4] == weigh(found(QUESTION, HNSW)).words[:4]


def test_words_are_found_in_other_forms_but_not_inside_others() -> None:
    assert weigh(found("Candidate graphs?", HNSW)).words[3] == 0
    assert weigh(found("The raph?", HNSW)).words[3] == 1


def test_a_translated_question_is_weighed_in_english() -> None:
    german = found("Welche Kandidaten vergleicht der Graph beim Aufbau?", HNSW)
    assert weigh(replace(german, translated=QUESTION)) == weigh(found(QUESTION, HNSW))


def test_a_question_is_weighed_by_the_wording_that_meets_the_pages() -> None:
    chinese = found("图索引的边在哪里？", "图索引把边放在内存中。")
    assert chinese.query
    assert weigh(replace(chinese, translated="Where does the graph keep its edges?")).words[:4] == (1, 1, 1, 0)


@pytest.mark.parametrize("known", CALIBRATIONS)
def test_every_calibration_has_a_weight_for_each_signal(known: tuple[bool, bool]) -> None:
    cosines, ranks = known
    evidence = weigh(found(QUESTION, HNSW, lexical=ranks, model=CALIBRATED_MODEL if cosines else "another/model"))
    assert len(CALIBRATIONS[known].weights) == len(evidence.signals)


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=4), st.sampled_from([CALIBRATED_MODEL, "other"]))
def test_any_text_can_be_weighed(question: str, texts: Sequence[str], model: str) -> None:
    shown: tuple[Passage, ...] = tuple(passage(number, text) for number, text in enumerate(texts, 1))
    hits = tuple(hit(text, rank, 0.5, None) for rank, text in enumerate(texts, 1))
    evidence = weigh(Retrieval(question, shown, hits, embedding_model=model))
    assert isinstance(evidence.sufficient, bool)
    assert all(map(math.isfinite, evidence.signals))
    assert all(0 <= share <= 1 for share in evidence.words[:3])


def weighed(evidence: Evidence) -> float:
    calibration = CALIBRATIONS[bool(evidence.cosines), bool(evidence.ranks)]
    return sum(weight * signal for weight, signal in zip(calibration.weights, evidence.signals, strict=True))
