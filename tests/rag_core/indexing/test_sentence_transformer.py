"""The embedder with the real all-MiniLM-L6-v2."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from rag_core.errors import IndexingError, ModelNotFound
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder

pytestmark = pytest.mark.real

TEXTS = ["HNSW is a graph index.", "Bounded consistency.", " ".join(["vector"] * 400), "", "索引", "def f(): pass"]


@pytest.fixture
async def embedder(minilm_path: Path) -> AsyncIterator[SentenceTransformerEmbedder]:
    embedder = SentenceTransformerEmbedder(minilm_path, name="all-MiniLM-L6-v2", device="cpu")
    await embedder.start()
    yield embedder
    await embedder.close()


async def test_vectors_are_of_length_one_and_in_the_order_of_the_texts(embedder: SentenceTransformerEmbedder) -> None:
    vectors = await embedder.embed_passages(TEXTS)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert float(await embedder.embed_query(text) @ vector) > 0.999
    assert (embedder.model, embedder.dimension, embedder.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)


async def test_no_texts_give_no_vectors(embedder: SentenceTransformerEmbedder) -> None:
    assert (await embedder.embed_passages([])).shape == (0, 384)


async def test_like_meaning_is_near(embedder: SentenceTransformerEmbedder) -> None:
    query = await embedder.embed_query("How do I delete a collection?")
    near, far = await embedder.embed_passages(["Dropping collections removes them.", "HNSW builds a graph."])
    assert query @ near > query @ far + 0.2


async def test_half_precision_keeps_the_vectors(minilm_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    exact = SentenceTransformerEmbedder(minilm_path, name="exact", device="cpu", precision="float32")
    half = SentenceTransformerEmbedder(minilm_path, name="half", device="cpu", precision="bfloat16")
    await asyncio.gather(exact.start(), half.start())
    cosines = (await exact.embed_passages(TEXTS) * await half.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999
    await asyncio.gather(exact.close(), half.close())


async def test_tokens_are_counted_beyond_the_window(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.count_tokens("hello world") == 4
    assert embedder.count_tokens(" ".join(["vector"] * 400)) == 402


async def test_a_query_goes_before_passages_that_wait(embedder: SentenceTransformerEmbedder) -> None:
    passages = asyncio.create_task(embedder.embed_passages(["A sentence about vectors."] * 320))
    await asyncio.sleep(0)  # the passages are in the queue now
    await embedder.embed_query("What is HNSW?")
    assert not passages.done()
    assert (await passages).shape == (320, 384)


async def test_queries_at_once_get_the_vectors_that_they_would_get_alone(
    embedder: SentenceTransformerEmbedder,
) -> None:
    together = await asyncio.gather(*map(embedder.embed_query, TEXTS))
    for text, vector in zip(TEXTS, together, strict=True):
        (alone,) = await embedder.embed_passages([text])
        assert float(vector @ alone) > 0.999


async def test_cancelled_passages_are_not_embedded(embedder: SentenceTransformerEmbedder) -> None:
    passages = asyncio.create_task(embedder.embed_passages(["A sentence about vectors."] * 3200))
    await asyncio.sleep(0)
    passages.cancel()
    later = await asyncio.wait_for(embedder.embed_passages(["One more."]), 30)
    assert later.shape == (1, 384)
    assert passages.cancelled()


async def test_closing_ends_what_waits(minilm_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(minilm_path, name="all-MiniLM-L6-v2", device="cpu")
    await embedder.start()
    passages = asyncio.create_task(embedder.embed_passages(["A sentence about vectors."] * 3200))
    await asyncio.sleep(0)
    await embedder.close()
    with pytest.raises(IndexingError, match="closed"):
        await passages
    with pytest.raises(IndexingError):
        await embedder.embed_query("anything")


async def test_a_folder_without_a_model_is_said_so(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(tmp_path, name="nothing")
    with pytest.raises(ModelNotFound, match="holds no embedding model"):
        await embedder.start()
    await embedder.close()


async def test_the_prompt_for_queries_comes_from_the_model_or_its_family(minilm_path: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(minilm_path, own)
    settings = json.loads((own / "config_sentence_transformers.json").read_text())
    (own / "config_sentence_transformers.json").write_text(json.dumps(settings | {"prompts": {"query": "find: "}}))
    bge = "Represent this sentence for searching relevant passages: "
    for folder, name, prompt in (
        (own, "any", "find: "),
        (minilm_path, "BAAI/bge-large-en-v1.5", bge),
        (minilm_path, "all-MiniLM-L6-v2", ""),
    ):
        embedder = SentenceTransformerEmbedder(folder, name=name, device="cpu")
        await embedder.start()
        query, (expected,) = await embedder.embed_query("HNSW"), await embedder.embed_passages([prompt + "HNSW"])
        assert query == pytest.approx(expected, abs=1e-6)
        await embedder.close()
