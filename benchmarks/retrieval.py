"""How long a search takes beside its unavoidable parts: embedding the query, and Milvus's own hybrid searches.

    python -m benchmarks.retrieval DATA_DIR/milvus rag_core/evaluation/golden/milvus.jsonl

Reads a live index on Milvus Lite that all-MiniLM-L6-v2 made. Prints medians in milliseconds over all questions: one
hybrid search of the chunks alone, and one of the chunks beside one of the pages, as a bot would ask that lets Milvus
fuse.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

from pymilvus import AnnSearchRequest, AsyncMilvusClient, RRFRanker

from rag_core.indexing import milvus_rows as rows
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.milvus import ALIAS, CARD_ALIAS, MilvusStore
from rag_core.indexing.milvus_connection import MilvusConnection
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.indexing.store import SearchFilter
from rag_core.indexing.terms import query_terms
from rag_core.models.packaged import SENTENCE_MODEL, sentence_model

_FETCHED = 30
_Result = TypeVar("_Result")
_WHERE = SearchFilter(code_languages=("python",))


async def main(folder: Path, texts: list[str]) -> None:
    """Measure over the questions, with one client of each kind on one server."""
    weights = sentence_model()
    if weights is None:
        sys.exit("The package of all-MiniLM-L6-v2 is not installed.")
    embedder = SentenceTransformerEmbedder(weights, name=SENTENCE_MODEL)
    server = LiteServer(folder)
    store, bare = MilvusStore(server), MilvusConnection(server, token="", timeout=10.0)
    await store.start()
    await embedder.start()
    try:
        await _measure(texts, embedder, store, bare)
    finally:
        await bare.close()
        await embedder.close()
        await store.close()


async def _measure(
    texts: list[str], embedder: SentenceTransformerEmbedder, store: MilvusStore, bare: MilvusConnection
) -> None:
    embedding, chunks, both, whole = [], [], [], []
    for text in texts:
        seconds, vector = await _timed(embedder.embed_query(text))
        embedding.append(seconds)
        chunks.append((await _timed(_hybrid(bare, ALIAS, rows.CHUNK_FIELDS, text, vector)))[0])
        both.append((await _timed(_both(bare, text, vector)))[0])
        whole.append((await _timed(_search(embedder, store, text)))[0])
    medians = [1000 * median(times) for times in (embedding, chunks, both, whole)]
    print(f"{len(texts)} questions, medians in ms: embedding {medians[0]:.1f}, Milvus's own hybrid search of chunks")
    print(f"{medians[1]:.1f}, of chunks and pages at once {medians[2]:.1f}; a search of ours {medians[3]:.1f}:")
    print(f"{medians[3] / (medians[0] + medians[1]):.2f} times embedding and the search of chunks,")
    print(f"{medians[3] / (medians[0] + medians[2]):.2f} times embedding and both searches.")


async def _timed(work: Awaitable[_Result]) -> tuple[float, _Result]:
    started = time.perf_counter()
    result = await work
    return time.perf_counter() - started, result


async def _search(embedder: SentenceTransformerEmbedder, store: MilvusStore, text: str) -> None:
    await store.search(text, await embedder.embed_query(text), _WHERE, _FETCHED)


async def _both(bare: MilvusConnection, text: str, vector: Vectors) -> None:
    await asyncio.gather(
        _hybrid(bare, ALIAS, rows.CHUNK_FIELDS, text, vector), _hybrid(bare, CARD_ALIAS, ["page_key"], text, vector)
    )


async def _hybrid(bare: MilvusConnection, alias: str, fields: Sequence[str], text: str, vector: Vectors) -> None:
    expression = rows.expression(_WHERE if alias == ALIAS else SearchFilter())
    dense = {"metric_type": "COSINE", "params": {"ef": 64}}
    requests = [
        AnnSearchRequest([vector.tolist()], rows.VECTOR, dense, _FETCHED, expr=expression),
        AnnSearchRequest([query_terms(text)], rows.SPARSE, {"metric_type": "BM25"}, _FETCHED, expr=expression),
    ]

    async def search(client: AsyncMilvusClient) -> object:
        return await client.hybrid_search(
            alias, requests, RRFRanker(), limit=_FETCHED, output_fields=list(fields), consistency_level="Bounded"
        )

    await bare.run(search)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    asyncio.run(main(Path(sys.argv[1]), [json.loads(line)["question"] for line in lines]))
