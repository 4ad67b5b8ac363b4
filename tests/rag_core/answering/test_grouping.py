"""Questions that ask the same come together, whatever the order and the model."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rag_core.answering.grouping import LikenessGroups, group
from rag_core.evaluation.questions import shipped_questions
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from tests.fakes.embedder import FakeEmbedder

OTHER_WORDS = Path(__file__).parents[2] / "golden" / "alike.jsonl"
UNLIKE = [f"what does option{number} of part{number} do with value{number}" for number in range(30)]


async def test_the_same_in_other_words_comes_together_in_the_order_of_asking() -> None:
    groups = LikenessGroups(FakeEmbedder(dimension=512), UNLIKE)
    asked = ["how to use a gpu index", "price of the cloud", "a gpu index how to use", "what is the price of the cloud"]
    assert await groups.of(asked) == [[0, 2], [1, 3]]


async def test_nothing_and_one_need_no_model() -> None:
    embedder = FakeEmbedder()
    groups = LikenessGroups(embedder, UNLIKE)
    assert (await groups.of([]), await groups.of(["how?"])) == ([], [[0]])
    assert embedder.embedded == []


async def test_the_model_is_measured_once() -> None:
    embedder = FakeEmbedder()
    groups = LikenessGroups(embedder, UNLIKE)
    for _ in range(2):
        await groups.of(["a", "b"])
    assert embedder.embedded == [*UNLIKE, "a", "b", "a", "b"]


@given(arrays.arrays(np.float32, st.tuples(st.integers(0, 12), st.just(3)), elements=st.floats(-1, 1, width=16)))
def test_everything_is_in_one_group_near_its_first(vectors: Vectors) -> None:
    groups = group(vectors, 0.5)
    assert sorted(index for each in groups for index in each) == list(range(len(vectors)))
    assert groups == sorted(groups)
    for first, *others in groups:
        assert others == sorted(others)
        assert all(vectors[first] @ vectors[other] >= 0.5 for other in others)


def _asked() -> list[tuple[str, str]]:
    """Ids and texts of the golden questions, and behind them some of the same in other words."""
    golden = [(each.id, each.question) for each in shipped_questions() if not each.earlier]
    lines = map(json.loads, OTHER_WORDS.read_text(encoding="utf-8").splitlines())
    return [*golden, *((line["id"], line["again"]) for line in lines)]


@pytest.mark.real
async def test_golden_questions_stay_apart_and_find_themselves_in_other_words(minilm_path: Path) -> None:
    asked = await asyncio.to_thread(_asked)
    embedder = SentenceTransformerEmbedder(minilm_path, name="all-MiniLM-L6-v2")
    await embedder.start()
    groups = LikenessGroups(embedder, [text for _, text in asked[:-40]])
    found = await groups.of([text for _, text in asked])
    threshold = await groups.threshold()
    await embedder.close()
    together = [[asked[index][0] for index in each] for each in found]
    assert 0.6 < threshold < 0.75
    assert sum(len(each) - len(set(each)) for each in together) >= 38, "of 40 in other words"
    assert sum(len(set(each)) - 1 for each in together) <= 25, "of 503 are taken for another"
