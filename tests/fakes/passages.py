"""Short makers of passages, chunks and a filled index: tests name only what they are about."""

from datetime import UTC, datetime

from rag_core.answering.model import Passage
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.store import Generation, VectorStore


def passage(number: int, text: str, *, title: str = "HNSW", path: tuple[str, ...] = (), dense: float = 0.8) -> Passage:
    return Passage(
        number=number,
        chunk_ids=(f"chunk-{number}",),
        page_id=f"page-{number}.md",
        page_key=f"en/v3.0.x/page-{number}.md",
        url=f"https://docs.example/page-{number}.md",
        anchor="Section",
        title=title,
        path=path,
        text=text,
        version="v3.0.x",
        language="en",
        score=1 / (60 + number),
        dense=dense,
    )


def chunk(
    page: str,
    ordinal: int,
    text: str,
    *,
    title: str = "",
    path: tuple[str, ...] = (),
    version: str = "v3.0.x",
    latest: bool = True,
    code_language: str = "",
) -> Chunk:
    return Chunk(
        id=f"{version}/{page}/{ordinal}",
        page_key=f"en/{version}/{page}.md",
        page_id=f"{page}.md",
        url=f"https://docs.example/{page}.md",
        anchor="-".join(path),
        title=title or page,
        path=path,
        text=text,
        ordinal=ordinal,
        version=version,
        language="en",
        latest=latest,
        code_language=code_language,
    )


async def fill(store: VectorStore, embedder: Embedder, *chunks: Chunk) -> None:
    """Make these chunks the live generation."""
    made = datetime(2026, 1, 1, tzinfo=UTC)
    generation = Generation("one", embedder.model, embedder.dimension, 1, 1, "https://docs.example", made)
    await store.create(generation)
    vectors = await embedder.embed_passages([chunk.embedding_text for chunk in chunks])
    await store.upsert(generation.id, chunks, vectors)
    await store.seal(generation.id)
    await store.activate(generation.id)
