import pytest

from rag_core.answering.retriever import Retriever, estimate_tokens
from rag_core.answering.search import Search
from rag_core.errors import NoIndex, StoreUnavailable
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.passages import chunk, fill
from tests.fakes.reranker import FakeReranker
from tests.fakes.store import FakeStore


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def retriever(store: FakeStore, embedder: FakeEmbedder) -> Retriever:
    return Retriever(store, embedder)


async def test_pages_are_ranked_best_first_each_once(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("cooking", 0, "bread flour oven"),
        chunk("graph", 0, "graph edges and nodes"),
        chunk("graph", 7, "graph edges"),
    )
    found = await retriever.retrieve(Search("graph edges"))
    assert found.pages[0] == "graph.md"
    assert len(found.pages) == len(set(found.pages))
    assert [passage.number for passage in found.passages] == list(range(1, len(found.passages) + 1))


async def test_neighbours_of_one_section_become_one_passage_in_the_order_of_the_page(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges first part of it", path=("Edges",)),
        chunk("graph", 1, "graph edges", path=("Edges",)),
        chunk("graph", 2, "graph edges elsewhere", path=("Other",)),
    )
    found = await retriever.retrieve(Search("graph edges"))
    merged = next(passage for passage in found.passages if passage.path == ("Edges",))
    assert merged.text == "graph edges first part of it\n\ngraph edges"
    assert merged.chunk_ids == ("v3.0.x/graph/0", "v3.0.x/graph/1")
    assert len(found.passages) == 2


async def test_near_duplicates_are_dropped_from_passages_but_keep_their_page(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    text = "the graph has edges between its nodes and every node keeps a list of its nearest neighbours"
    await fill(
        store, embedder, chunk("a", 0, text), chunk("b", 0, f"{text}."), chunk("c", 0, f"{text} with 16 of them")
    )
    found = await retriever.retrieve(Search("graph edges"))
    assert len(found.passages) == 2
    assert set(found.pages) == {"a.md", "b.md", "c.md"}


async def test_the_named_sdk_is_preferred_and_python_else(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("create", 0, "create a collection with client", code_language="python"),
        chunk("create", 1, "create a collection with client builder", code_language="java"),
        chunk("create", 2, "create a collection", path=("About",)),
        chunk("create", 3, "create a collection by request", code_language="shell"),
        chunk("create", 4, "create a collection with a session", code_language="scala"),
    )
    java = await retriever.retrieve(Search("create a collection in Java", sdks=("java",)))
    default = await retriever.retrieve(Search("create a collection"))
    requests = await retriever.retrieve(Search("create a collection with curl", sdks=("bash",)))
    assert {hit.chunk.code_language for hit in java.hits} == {"java", "scala", ""}
    assert {hit.chunk.code_language for hit in default.hits} == {"python", "scala", ""}
    assert {hit.chunk.code_language for hit in requests.hits} == {"shell", "scala", ""}


async def test_the_version_is_kept_to(store: FakeStore, embedder: FakeEmbedder, retriever: Retriever) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges old", version="v2.4.x", latest=False),
        chunk("graph", 0, "graph edges new"),
    )
    assert [p.version for p in (await retriever.retrieve(Search("graph edges"))).passages] == ["v3.0.x"]
    assert [p.version for p in (await retriever.retrieve(Search("graph", version="v2.4.x"))).passages] == ["v2.4.x"]


async def test_passages_keep_to_their_number_and_budget(store: FakeStore, embedder: FakeEmbedder) -> None:
    texts = [f"graph {' '.join(f'w{page}x{at}' for at in range(200))}" for page in range(8)]
    await fill(store, embedder, *(chunk(f"page{number}", 0, text) for number, text in enumerate(texts)))
    few = await Retriever(store, embedder, lambda text: 1000).retrieve(Search("graph"))
    many = await Retriever(store, embedder, lambda text: 1).retrieve(Search("graph"))
    assert (len(few.passages), len(many.passages)) == (1, 5)


async def test_one_passage_is_kept_even_if_it_exceeds_the_budget(store: FakeStore, embedder: FakeEmbedder) -> None:
    await fill(store, embedder, chunk("graph", 0, "graph"))
    assert len((await Retriever(store, embedder, lambda text: 99_999).retrieve(Search("graph"))).passages) == 1


async def test_errors_of_the_store_get_out(store: FakeStore, embedder: FakeEmbedder, retriever: Retriever) -> None:
    with pytest.raises(NoIndex):
        await retriever.retrieve(Search("graph"))
    store.available = False
    with pytest.raises(StoreUnavailable):
        await retriever.retrieve(Search("graph"))


def test_tokens_are_estimated_upwards() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]


async def test_a_passage_that_says_little_comes_with_what_stands_below_it(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges in the tables below", path=("Params",)),
        chunk("graph", 1, "M says how many links", path=("Params", "Building")),
        chunk("graph", 2, "var m = 1;", path=("Params", "Building"), code_language="java"),
        chunk("graph", 3, "ef says how many candidates", path=("Params", "Searching")),
        chunk("graph", 4, "another subject", path=("Limits",)),
    )
    passage = (await retriever.retrieve(Search("graph edges tables below"))).passages[0]
    assert passage.path == ("Params",)
    assert passage.text == (
        "graph edges in the tables below\n\n**Building**\n\nM says how many links\n\n"
        "**Searching**\n\nef says how many candidates"
    )
    assert passage.chunk_ids == ("v3.0.x/graph/0", "v3.0.x/graph/1", "v3.0.x/graph/3")


async def test_what_stands_below_one_passage_is_no_other_passage(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges in the tables below", path=("Params",)),
        chunk("graph", 1, "graph edges: how many", path=("Params", "Building")),
        chunk("graph", 2, "another subject", path=("Limits",)),
    )
    found = await retriever.retrieve(Search("graph edges tables below"))
    ids = [chunk_id for passage in found.passages for chunk_id in passage.chunk_ids]
    assert sorted(ids) == sorted(set(ids))


async def test_a_passage_that_says_enough_stays_alone(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges " * 40, path=("Params",)),
        chunk("graph", 1, "M says how many links", path=("Params", "Building")),
    )
    passage = (await retriever.retrieve(Search("graph edges"))).passages[0]
    assert passage.chunk_ids == ("v3.0.x/graph/0",)


async def test_a_reranker_decides_on_the_order_and_the_scores(store: FakeStore, embedder: FakeEmbedder) -> None:
    texts = ("graph edges and nodes", "graph edges", "graph of roads")
    await fill(store, embedder, *(chunk(f"page{number}", 0, text) for number, text in enumerate(texts)))
    reranker = FakeReranker({"roads": 0.9, "nodes": 0.4})
    found = await Retriever(store, embedder, reranker=reranker).retrieve(Search("graph edges"))
    assert found.pages == ("page2.md", "page0.md", "page1.md")
    assert [passage.score for passage in found.passages] == [0.9, 0.4, 0.0]
    assert reranker.asked == ["graph edges"]


async def test_where_nothing_is_found_a_reranker_is_not_asked(store: FakeStore, embedder: FakeEmbedder) -> None:
    await fill(store, embedder, chunk("graph", 0, "graph edges"))
    reranker = FakeReranker({})
    found = await Retriever(store, embedder, reranker=reranker).retrieve(Search("graph", version="v1.0.x"))
    assert found.hits == ()
    assert reranker.asked == []


async def test_of_several_wordings_each_hit_counts_what_its_best_one_makes_of_it(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(
        store,
        embedder,
        chunk("graph", 0, "graph edges and nodes"),
        chunk("cooking", 0, "bread flour oven recipe"),
    )
    story = "bread flour oven recipe and then graph edges"
    told = await retriever.retrieve(Search(story))
    asked = await retriever.retrieve(Search(story, wordings=("graph edges and nodes",)))
    assert told.pages[0] == "cooking.md"
    assert asked.pages[0] == "graph.md"
    assert asked.query == story
    best = {hit.chunk.page_key: hit.score for hit in told.hits}
    assert all(hit.score >= best[hit.chunk.page_key] for hit in asked.hits)


async def test_the_evidence_is_that_of_the_wording_that_has_most(
    store: FakeStore, embedder: FakeEmbedder, retriever: Retriever
) -> None:
    await fill(store, embedder, chunk("graph", 0, "graph edges and nodes"), chunk("cooking", 0, "bread flour"))
    plain = await retriever.retrieve(Search("graph edges"))
    noisy = await retriever.retrieve(Search("zebra umbrella pelican violin", wordings=("graph edges",)))
    assert noisy.evidence == plain.evidence
    assert noisy.evidence.margin > (await retriever.retrieve(Search("zebra umbrella pelican violin"))).evidence.margin
    assert [passage.number for passage in noisy.passages] == list(range(1, len(noisy.passages) + 1))
