"""The real service for curated answers, over fakes of all that it needs."""

from bot.curated import curated_address
from rag_core.answering.curated import CuratedAnswers
from rag_core.records.curated import CuratedBook
from tests.fakes.curated import FakeCuratedBook
from tests.fakes.curated_index import FakeCuratedIndex
from tests.fakes.embedder import FakeEmbedder


def curates(book: CuratedBook | None = None, index: FakeCuratedIndex | None = None) -> CuratedAnswers:
    """Questions are near each other that share most of their words."""
    return CuratedAnswers(book or FakeCuratedBook(), index or FakeCuratedIndex(), FakeEmbedder(), curated_address)
