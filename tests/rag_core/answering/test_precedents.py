import numpy as np
import pytest

from rag_core.answering.precedents import Precedents
from rag_core.answering.retriever import Retriever
from rag_core.answering.search import Search
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

ANSWERED = ["how many edges has the graph", "which graph is fast", "does the graph fit in memory", "graph edges memory"]
UNANSWERED = ["what does the cloud cost", "is the cloud down", "who runs the cloud", "cloud invoice"]


async def test_a_question_leans_to_those_that_it_is_like() -> None:
    embedder = FakeEmbedder()
    precedents = await Precedents.of(ANSWERED, UNANSWERED, embedder)
    graph, cloud = [await embedder.embed_query(text) for text in ("is the graph of edges fast", "cloud cost down")]
    assert precedents.leaning(graph) > 0 > precedents.leaning(cloud)


async def test_a_question_does_not_vouch_for_itself() -> None:
    embedder = FakeEmbedder()
    itself = await embedder.embed_query(UNANSWERED[0])
    without = await Precedents.of(ANSWERED, UNANSWERED[1:], embedder)
    assert (await Precedents.of(ANSWERED, UNANSWERED, embedder)).leaning(itself) == without.leaning(itself)


@pytest.mark.parametrize(("answered", "unanswered"), [([], UNANSWERED), (ANSWERED, []), ([], [])])
async def test_one_sort_alone_says_nothing(answered: list[str], unanswered: list[str]) -> None:
    embedder = FakeEmbedder()
    precedents = await Precedents.of(answered, unanswered, embedder)
    assert precedents.leaning(await embedder.embed_query("cloud")) == 0


async def test_only_the_nearest_count() -> None:
    near, far = np.eye(4, dtype=np.float32)[[0, 1]]
    many_far = np.stack([*[(near + far) / np.sqrt(2)] * 3, *[far] * 50])
    question = near
    few_far = many_far[:3]
    unanswered = np.stack([far])
    assert Precedents(many_far, unanswered).leaning(question) == Precedents(few_far, unanswered).leaning(question)


async def test_a_retrieval_tells_how_its_question_leans() -> None:
    store, embedder = FakeStore(), FakeEmbedder()
    await fill(store, embedder, chunk("hnsw", 0, "The graph has edges."))
    precedents = await Precedents.of(ANSWERED, UNANSWERED, embedder)
    found = await Retriever(store, embedder, precedents=precedents).retrieve(Search("the cloud is down"))
    assert found.leaning == precedents.leaning(await embedder.embed_query("the cloud is down")) < 0
    assert (await Retriever(store, embedder).retrieve(Search("the cloud is down"))).leaning == 0
