from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.indexing.chunk import Chunk
from rag_core.indexing.fusion import Match, PageMatches, fuse
from tests.rag_core.indexing.store_contract import chunk


def _on(page: str, text: str) -> Chunk:
    return replace(chunk(text), page_key=page)


def _match(text: str, cosine: float, bm25: float = 0.0, page: str = "") -> Match:
    return Match(_on(page or text, text), cosine, bm25)


def _order(dense: list[Match], lexical: list[Match]) -> list[str]:
    return [hit.chunk.text for hit in fuse(dense, lexical)]


def test_wording_decides_between_chunks_of_like_meaning() -> None:
    near, nearer = _match("near", 0.50), _match("nearer", 0.52)
    assert _order([nearer, near], []) == ["nearer", "near"]
    assert _order([nearer, near], [_match("near", 0.50, 9.0)]) == ["near", "nearer"]


def test_meaning_that_stands_out_is_not_outranked_by_wording() -> None:
    assert _order([_match("meant", 0.8), _match("other", 0.3)], [_match("other", 0.3, 9.0)]) == ["meant", "other"]


def test_several_sections_that_fit_lift_their_page() -> None:
    dense = [_match("stray", 0.61), _match("one", 0.60, page="right"), _match("two", 0.59, page="right")]
    assert _order(dense, []) == ["one", "two", "stray"]


def test_a_far_section_lifts_its_page_by_next_to_nothing() -> None:
    dense = [_match("stray", 0.61), _match("one", 0.60, page="right"), _match("far", 0.1, page="right")]
    assert _order(dense, []) == ["stray", "one", "far"]


def test_the_page_that_fits_as_a_whole_decides_between_like_sections() -> None:
    dense = [_match("stray", 0.61), _match("meant", 0.60)]
    assert [hit.chunk.text for hit in fuse(dense, [], PageMatches({"meant": 0.5, "stray": 0.4}))] == ["meant", "stray"]
    worded = PageMatches(bm25={"meant": 9.0, "stray": 3.0})
    assert [hit.chunk.text for hit in fuse(dense, [], worded)] == ["meant", "stray"]


def test_a_page_that_was_not_found_is_as_far_as_the_farthest() -> None:
    pages = PageMatches({"near": 0.6, "far": 0.2}, {"near": 8.0})
    assert pages.score("elsewhere", 0.1) == pages.score("far", 0.1) < pages.score("near", 0.1)


def test_a_page_of_many_subjects_is_not_much_farther_than_its_best_section() -> None:
    pages = PageMatches({"one subject": 0.6, "many": 0.2})
    assert pages.score("many", 0.7) == pytest.approx(pages.score("one subject", 0.7) * 0.55 / 0.6)
    dense = [_match("section", 0.70, page="many"), _match("stray", 0.58, page="one subject")]
    assert [hit.chunk.text for hit in fuse(dense, [], pages)] == ["section", "stray"]


@pytest.mark.parametrize("sign", [1, -1])
def test_page_scores_of_either_sign_mean_the_same(sign: int) -> None:
    pages = PageMatches(bm25={"best": sign * 8.0, "half": sign * 4.0})
    assert pages.score("half", 0.5) == pytest.approx(pages.score("best", 0.5) / 2)
    assert pages.score("best", 0.5) > pages.score("none", 0.5) == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_scores_of_either_sign_mean_the_same(sign: int) -> None:
    lexical = [_match("a", 0.2, sign * 8.0), _match("b", 0.2, sign * 4.0)]
    assert [hit.score for hit in fuse([], lexical)] == pytest.approx([0.4, 0.3])


def test_ranks_and_cosines_of_both_searches_are_kept() -> None:
    hits = {hit.chunk.text: hit for hit in fuse([_match("a", 0.5), _match("b", 0.4)], [_match("c", 0.1, 3.0)])}
    assert {text: (hit.dense_rank, hit.lexical_rank) for text, hit in hits.items()} == {
        "a": (1, None),
        "b": (2, None),
        "c": (None, 1),
    }
    assert hits["c"].dense == 0.1


def test_nothing_found_is_no_hit() -> None:
    assert fuse([], []) == []


_COSINES = st.lists(st.floats(-1, 1), max_size=8)


@given(_COSINES, _COSINES)
def test_every_chunk_comes_once_and_best_first(dense: list[float], lexical: list[float]) -> None:
    by_cosine = [_match(str(n), cosine, page=str(n % 3)) for n, cosine in enumerate(sorted(dense, reverse=True))]
    by_bm25 = [_match(str(n), cosine, 8.0 - n, page=str(n % 3)) for n, cosine in enumerate(lexical)]
    hits = fuse(by_cosine, by_bm25)
    assert len({hit.chunk.id for hit in hits}) == len(hits) == max(len(dense), len(lexical))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
