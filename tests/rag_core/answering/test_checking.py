from collections.abc import Sequence

import numpy as np
import pytest

from rag_core.answering.checking import Checker
from rag_core.answering.opinions import Entailed, Likeness, Opinion, likeness_by
from rag_core.errors import IndexingError
from rag_core.indexing.embedder import Vectors
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.entailment import FakeEntailment
from tests.fakes.passages import passage

_PASSAGES = (passage(1, "The index works in memory. Vectors are compressed by rounding each number to a byte."),)
_CLEAR = "The index works in memory [1]."
_UNDECIDED = "Compression by rounding squeezes all coordinates tightly into bytes [1]."
_WRONG = "The index does not work in memory [1]."


class _Says:
    """An opinion that is fixed, and what it was asked."""

    reads = False

    def __init__(self, *, supported: bool) -> None:
        self.asked: list[str] = []
        self._supported = supported

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        assert evidence
        self.asked.append(claim)
        return self._supported


class _Broken:
    reads = False

    async def supports(self, claim: str, evidence: Sequence[str]) -> bool:
        raise IndexingError("The embedding model was closed.")


@pytest.mark.parametrize("supported", [True, False])
async def test_only_the_undecided_is_asked_about(supported: bool) -> None:
    opinion = _Says(supported=supported)
    checker = Checker(_PASSAGES, "", opinion)
    assert (await checker.judge(_CLEAR)).held
    assert not (await checker.judge(_WRONG)).held
    assert opinion.asked == []
    assert (await checker.judge(_UNDECIDED)).held is supported
    assert opinion.asked == ["Compression by rounding squeezes all coordinates tightly into bytes."]


@pytest.mark.parametrize("opinion", [None, _Broken()])
async def test_without_an_opinion_the_undecided_is_held_back(opinion: Opinion | None) -> None:
    verdict = await Checker(_PASSAGES, "", opinion).judge(_UNDECIDED)
    assert (verdict.held, verdict.reason) == (False, "unsupported_wording")


async def test_likeness_is_the_cosine_to_the_nearest_evidence() -> None:
    likeness = Likeness(FakeEmbedder(), 0.7)
    assert await likeness.supports("vectors are rounded", ["something else entirely here", "vectors are rounded"])
    assert not await likeness.supports("vectors are rounded", ["something else entirely here"])
    assert not await likeness.supports("vectors are rounded", [])


class _Angled(FakeEmbedder):
    """The claim and its evidence at a given cosine."""

    def __init__(self, cosine: float) -> None:
        super().__init__()
        self._cosine = cosine

    async def embed_query(self, text: str) -> Vectors:
        angled = [self._cosine, np.sqrt(1 - self._cosine**2)]
        return np.array([1, 0] if text == "claim" else angled, dtype=np.float32)


@pytest.mark.parametrize(("cosine", "supported"), [(0.9, True), (0.5, False)])
async def test_likeness_has_a_threshold(cosine: float, supported: bool) -> None:
    assert await Likeness(_Angled(cosine), 0.7).supports("claim", ["evidence"]) is supported


def test_a_model_whose_scale_was_not_measured_gives_no_opinion() -> None:
    assert likeness_by(FakeEmbedder("sentence-transformers/all-MiniLM-L6-v2")) is not None
    assert likeness_by(FakeEmbedder("BAAI/bge-large-en-v1.5")) is None


async def test_a_claim_may_follow_from_all_evidence_together() -> None:
    assert await Entailed(FakeEntailment({"one two": 0.9})).supports("claim", ["one", "two"])
    assert await Entailed(FakeEntailment({"two": 0.9})).supports("claim", ["one", "two"])
    assert not await Entailed(FakeEntailment({"one": 0.5})).supports("claim", ["one"])
    assert not await Entailed(FakeEntailment()).supports("claim", [])
