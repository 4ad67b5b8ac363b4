"""A hundred planted errors of ten kinds and a hundred right sentences, none of which the checker knows.

What was measured is in `docs/grounding.md`; the floors leave room for one more sentence of either sort in each half.
The `final` half is there to measure by: a change of the checker made for one of its sentences makes it worthless.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from rag_core.answering.checking import Checker
from rag_core.answering.opinions import Opinion, likeness_by
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.models.packaged import SENTENCE_MODEL, sentence_model
from tests.fakes.planted import RIGHT, Case, Split, read_planted

_CAUGHT = {"develop": 49, "final": 43}
_HELD_BACK = {"develop": 2, "final": 10}
_CAUGHT_IN_ALL = 90
_CAUGHT_OF_A_KIND = 7


async def _shown(case: Case, opinion: Opinion | None = None) -> bool:
    return (await Checker(case.passages, "", opinion).judge(case.sentence)).held


async def _misses(cases: Sequence[Case], opinion: Opinion | None = None) -> list[Case]:
    """Errors that were shown, and right sentences that were not."""
    return [case for case in cases if await _shown(case, opinion) != (case.kind == RIGHT)]


def _table(title: str, cases: Sequence[Case], misses: Sequence[Case]) -> str:
    total, missed = Counter(case.kind for case in cases), Counter(case.kind for case in misses)
    rows = [f"{kind:<22} {total[kind] - missed[kind]:>3} of {total[kind]}" for kind in total]
    return "\n".join(
        [f"\n{title}: caught of each kind, right sentences shown", *rows, *(f"  {case.id}" for case in misses)]
    )


def test_the_file_has_ten_kinds_of_ten_and_a_hundred_right_sentences_in_two_like_halves() -> None:
    cases = read_planted()
    kinds = Counter(case.kind for case in cases)
    assert kinds.pop(RIGHT) == 100
    assert set(kinds.values()) == {10}
    assert len(kinds) == 10
    halves = Counter((case.kind, case.split) for case in cases)
    assert all(halves[kind, "develop"] == halves[kind, "final"] for kind in (*kinds, RIGHT))


@pytest.mark.parametrize("split", ["develop", "final"])
async def test_planted_errors_are_caught_in_both_halves(split: Split) -> None:
    cases = read_planted(split)
    misses = await _misses(cases)
    print(_table(f"{split} half", cases, misses))  # noqa: T201  # the report that -rP shows
    caught = sum(case.kind != RIGHT for case in cases) - sum(case.kind != RIGHT for case in misses)
    assert caught >= _CAUGHT[split]
    assert sum(case.kind == RIGHT for case in misses) <= _HELD_BACK[split]


async def test_ninety_of_a_hundred_are_caught_and_seven_of_each_kind() -> None:
    shown = Counter(case.kind for case in await _misses(read_planted()) if case.kind != RIGHT)
    assert 100 - shown.total() >= _CAUGHT_IN_ALL
    assert all(10 - missed >= _CAUGHT_OF_A_KIND for missed in shown.values()), shown


@pytest.mark.real
async def test_the_embedder_lets_no_planted_error_of_the_develop_half_through() -> None:
    folder = sentence_model()
    assert folder is not None
    embedder = SentenceTransformerEmbedder(folder, name=SENTENCE_MODEL)
    await embedder.start()
    try:
        cases, opinion = read_planted("develop"), likeness_by(embedder)
        assert opinion is not None
        misses = await _misses(cases, opinion)
        print(_table("develop half, with the embedder", cases, misses))  # noqa: T201  # the report that -rP shows
        assert [case.id for case in misses if case.kind != RIGHT] == []
    finally:
        await embedder.close()
