"""Planted errors of ten kinds and right sentences over the sample pages.

What was measured is in `docs/grounding.md`; the floors leave room for one more sentence of either sort.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from rag_core.answering.checking import Checker
from rag_core.answering.opinions import Opinion, likeness_by
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.models.packaged import SENTENCE_MODEL, sentence_model
from tests.fakes.planted import RIGHT, Case, Split, read_planted

_CAUGHT: dict[Split, int] = {"develop": 384, "final": 90}
_HELD_BACK: dict[Split, int] = {"develop": 23, "final": 14}
_OF_EACH_KIND: dict[Split, int] = {"develop": 40, "final": 10}
_RIGHT: dict[Split, int] = {"develop": 500, "final": 100}
_CAUGHT_OF_A_KIND: dict[Split, float] = {"develop": 0.85, "final": 0.5}
_SPLITS = tuple(split for split in _CAUGHT if read_planted(split))
"""Of the final sentences nothing was known to those who worked on the checker."""


async def _shown(case: Case, opinion: Opinion | None = None) -> bool:
    return (await Checker(case.passages, "", opinion).judge(case.sentence)).held


async def _misses(cases: Sequence[Case], opinion: Opinion | None = None) -> list[Case]:
    """Errors that were shown, and right sentences that were not."""
    return [case for case in cases if await _shown(case, opinion) != (case.kind == RIGHT)]


def _kinds(cases: Sequence[Case]) -> Counter[str]:
    """How many errors there are of each kind."""
    return Counter(case.kind for case in cases if case.kind != RIGHT)


def _table(title: str, cases: Sequence[Case], misses: Sequence[Case]) -> str:
    total, missed = Counter(case.kind for case in cases), Counter(case.kind for case in misses)
    rows = [f"{kind:<22} {total[kind] - missed[kind]:>3} of {total[kind]}" for kind in total]
    return "\n".join(
        [f"\n{title}: caught of each kind, right sentences shown", *rows, *(f"  {case.id}" for case in misses)]
    )


@pytest.mark.parametrize("split", _SPLITS)
def test_there_are_ten_kinds_of_errors_and_more_right_sentences_than_errors(split: Split) -> None:
    kinds = Counter(case.kind for case in read_planted(split))
    right = kinds.pop(RIGHT)
    assert len(kinds) == 10
    assert set(kinds.values()) == {_OF_EACH_KIND[split]}
    assert right == _RIGHT[split]


@pytest.mark.parametrize("split", _SPLITS)
async def test_planted_errors_are_caught_and_right_sentences_shown(split: Split) -> None:
    cases = read_planted(split)
    misses = await _misses(cases)
    print(_table(split, cases, misses))  # noqa: T201  # the report that -rP shows
    errors, shown = _kinds(cases), _kinds(misses)
    assert errors.total() - shown.total() >= _CAUGHT[split]
    assert all(shown[kind] <= (1 - _CAUGHT_OF_A_KIND[split]) * errors[kind] + 1e-9 for kind in errors), shown
    assert sum(case.kind == RIGHT for case in misses) <= _HELD_BACK[split]


@pytest.mark.real
async def test_the_embedder_lets_no_planted_error_through_that_was_caught_without_it() -> None:
    folder = sentence_model()
    assert folder is not None
    embedder = SentenceTransformerEmbedder(folder, name=SENTENCE_MODEL)
    await embedder.start()
    try:
        cases, opinion = read_planted("develop"), likeness_by(embedder)
        assert opinion is not None
        misses = await _misses(cases, opinion)
        print(_table("develop, with the embedder", cases, misses))  # noqa: T201  # the report that -rP shows
        assert _kinds(misses) == _kinds(await _misses(cases))
    finally:
        await embedder.close()
