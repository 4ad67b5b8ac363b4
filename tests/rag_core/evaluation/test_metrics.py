"""Every expected value is worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.evaluation import metrics

PAGES = ("a", "b", "c", "d")


@pytest.mark.parametrize(("gold", "k", "value"), [("b", 1, 0), ("b", 2, 1), ("db", 2, 1), ("x", 4, 0)])
def test_hit(gold: str, k: int, value: float) -> None:
    assert metrics.hit(PAGES, tuple(gold), k) == value


@pytest.mark.parametrize(("gold", "value"), [("a", 1), ("c", 1 / 3), ("dc", 1 / 3), ("x", 0)])
def test_reciprocal_rank(gold: str, value: float) -> None:
    assert metrics.reciprocal_rank(PAGES, tuple(gold)) == value


def test_reciprocal_rank_ends_at_k() -> None:
    assert metrics.reciprocal_rank(PAGES, ("d",), k=3) == 0


@pytest.mark.parametrize(
    ("gold", "value"),
    [
        ("a", 1.0),
        ("b", 1 / math.log2(3)),
        ("ab", 1.0),
        ("ac", (1 + 1 / 2) / (1 + 1 / math.log2(3))),
        ("bx", (1 / math.log2(3)) / (1 + 1 / math.log2(3))),
        ("x", 0.0),
        ("", 0.0),
    ],
)
def test_ndcg(gold: str, value: float) -> None:
    assert metrics.ndcg(PAGES, tuple(gold)) == pytest.approx(value)


def test_ndcg_ends_at_k() -> None:
    assert metrics.ndcg(PAGES, ("c",), k=2) == 0


@given(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True), st.sets(st.sampled_from("abcdefghijklmnop")))
def test_ndcg_is_a_share(pages: list[str], gold: set[str]) -> None:
    assert 0 <= metrics.ndcg(pages, sorted(gold)) <= 1 + 1e-9


def test_a_fact_is_found_where_all_its_terms_stand() -> None:
    facts = (("M", "efConstruction"), ("360",), ("in memory", "disk"))
    assert metrics.facts_found("m and EFCONSTRUCTION are\nin   memory: 360", facts) == pytest.approx(2 / 3)
    assert metrics.facts_found("anything", ()) is None


def test_citation_precision() -> None:
    assert metrics.citation_precision(("a", "b", "a", "x"), ("a",)) == 0.5
    assert metrics.citation_precision((), ("a",)) is None
