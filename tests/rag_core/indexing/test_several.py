"""A site and another that was added to it, crawled over HTTP into the real Milvus Lite."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.crawling.website import WebsiteSource
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.store import SearchFilter
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.fakes.embedder import FakeEmbedder
from tests.site.body import heading, paragraph
from tests.site.pages import ALL_PAGES, SitePage
from tests.site.server import DocsSite

pytestmark = pytest.mark.real

POST = SitePage("hnsw.md", "A post", "", heading(1, "A post") + paragraph("Zebras graze beside the graph."))


def _source_of(site: DocsSite) -> WebsiteSource:
    return WebsiteSource(site.url, rate=1000, allow_private=True)


async def test_two_sites_are_searched_as_one_and_the_added_one_goes_when_it_is_removed(
    sqlite_database: Database, milvus_store: MilvusStore, tmp_path: Path
) -> None:
    added: dict[str, Source] = {}
    embedder = FakeEmbedder()

    async def find() -> Mapping[str, Source]:
        return added

    async def keys_of(text: str) -> set[str]:
        hits = await milvus_store.search(text, await embedder.embed_query(text), SearchFilter(), 5)
        return {hit.chunk.page_key for hit in hits}

    indexer = Indexer(milvus_store, embedder, SqlLedger(sqlite_database), lock_file=tmp_path / "index.lock")
    async with DocsSite() as docs, DocsSite([POST]) as blog:
        several = SeveralSources(_source_of(docs), find)
        first = await indexer.run(several)
        added["blog"] = _source_of(blog)
        second = await indexer.run(several)
        assert (second.generation_id, second.new, second.unchanged) == (first.generation_id, 1, len(ALL_PAGES))
        assert "en/v3.0.x/blog/hnsw.md" in await keys_of("zebras")
        assert "en/v3.0.x/hnsw.md" in await keys_of("HNSW index params")
        rebuilt = await indexer.run(several, full=True)
        assert rebuilt.generation_id != first.generation_id
        assert "en/v3.0.x/blog/hnsw.md" in await keys_of("zebras")
        added.clear()
        last = await indexer.run(several)
        assert (last.status, last.gone) == ("finished", 1)
        assert "en/v3.0.x/blog/hnsw.md" not in await keys_of("zebras")
