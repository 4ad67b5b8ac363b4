"""The whole mirror of the documentation through the real embedder into the real Milvus Lite, once."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from rag_core.crawling._door import Limits
from rag_core.crawling.source import Changed
from rag_core.crawling.website import WebsiteSource
from rag_core.indexing.chunker import chunk_page
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.indexing.store import SearchFilter
from tests.fakes.ledger import FakeLedger
from tests.rag_core.crawling.mirror import FOLDER, Mirror, running_mirror

pytestmark = [
    pytest.mark.real,
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.exists(), reason="the mirror does not lie beside the checkout"),
]

WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    with running_mirror() as mirror:
        yield mirror


def source_of(mirror: Mirror) -> WebsiteSource:
    return WebsiteSource(mirror.url, allow_private=True, limits=Limits(rate=1000))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[MilvusStore]:
    store = MilvusStore(LiteServer(tmp_path / "milvus"))
    await store.start()
    yield store
    await store.close()


async def test_every_word_and_heading_stands_in_a_chunk_and_ids_do_not_hang_on_the_menu(mirror: Mirror) -> None:
    ids = set()
    async for outcome in source_of(mirror).crawl({}):
        assert isinstance(outcome, Changed)
        chunks = chunk_page(outcome.page)
        ids |= {chunk.id for chunk in chunks}
        for section in outcome.page.sections:
            own = [chunk.text for chunk in chunks if chunk.anchor == section.anchor]
            assert own or not (section.anchor or section.path)
            wanted = Counter(WORD.findall("\n".join(block.text for block in section.blocks)))
            assert wanted <= Counter(WORD.findall("\n".join(own)))
    with running_mirror("--menu", "branch") as other:
        async for outcome in source_of(other).crawl({}):
            assert isinstance(outcome, Changed)
            ids ^= {chunk.id for chunk in chunk_page(outcome.page)}
    assert ids == set()


@pytest.mark.timeout(1800)
async def test_the_mirror_is_indexed_searched_and_not_embedded_twice(
    mirror: Mirror, store: MilvusStore, minilm_path: Path, tmp_path: Path
) -> None:
    embedder = SentenceTransformerEmbedder(minilm_path, name="all-MiniLM-L6-v2")
    await embedder.start()
    indexer = Indexer(store, embedder, FakeLedger(), lock_file=tmp_path / "index.lock")
    run = await indexer.run(source_of(mirror))
    assert (run.status, run.new, run.failed) == ("finished", 483, 0)
    assert run.chunks_embedded == run.chunks_total == len(await store.chunk_ids(run.generation_id))
    mirror.control({"action": "redeploy"})
    again = await indexer.run(source_of(mirror))
    assert (again.status, again.unchanged, again.chunks_embedded) == ("finished", 483, 0)
    question = "What do the parameters for HNSW mean?"
    hits = await store.search(question, await embedder.embed_query(question), SearchFilter(), 20)
    assert {"hnsw.md", "index-explained.md"} & {hit.chunk.page_id for hit in hits[:5]}
    info = await indexer.info()
    assert info is not None
    assert info.version == "v3.0.x"
    await embedder.close()
