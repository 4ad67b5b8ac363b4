"""Pictures of what is found."""

from typing import Any

import pytest

from rag_core.answering.finder import FoundSection, Heading, Outline
from tests.bot.scene import scene
from tests.fixtures.pictures import Draw

DOCS = "https://milvus.io/docs/"
SECTIONS = [
    FoundSection("HNSW > Index params", f"{DOCS}hnsw.md#Index-params", "M is the most links that a node may have."),
    FoundSection("HNSW > Overview", f"{DOCS}hnsw.md#Overview", "HNSW builds a graph of many layers over the vectors."),
    FoundSection("HNSW_SQ > Index params", f"{DOCS}hnsw-sq.md#Index-params", "sq_type says how values are stored."),
    FoundSection("In-memory Index > HNSW", f"{DOCS}index.md#HNSW", "HNSW is fast and accurate, and needs more memory."),
    FoundSection("Index Explained > Graph", f"{DOCS}index-explained.md#Graph", "Graphs lead a search to what is near."),
    FoundSection("Tune HNSW", f"{DOCS}tune.md", "Raise ef first."),
]  # fmt: skip
PAGE = Outline(
    "HNSW",
    f"{DOCS}hnsw.md",
    "v3.0.x",
    "HNSW is a graph-based index that makes searches among high-dimensional vectors fast.",
    (
        Heading("Overview", f"{DOCS}hnsw.md#Overview", 1),
        Heading("Build index", f"{DOCS}hnsw.md#Build-index", 1),
        Heading("Search on index", f"{DOCS}hnsw.md#Search-on-index", 1),
        Heading("Index params", f"{DOCS}hnsw.md#Index-params", 1),
        Heading("Index building params", f"{DOCS}hnsw.md#Index-building-params", 2),
        Heading("Index-specific search params", f"{DOCS}hnsw.md#Index-specific-search-params", 2),
    ),
)


@pytest.mark.real
@pytest.mark.parametrize(
    ("command", "options", "texts"),
    [
        ("search", {"query": "HNSW parameters"}, ("Search: HNSW parameters", "M is the most links", "1 of 2")),
        ("page", {"title": "en/v3.0.x/hnsw.md"}, ("HNSW is a graph-based index", "Index-specific search params")),
    ],
)
async def test_draws_what_is_found(command: str, options: dict[str, Any], texts: tuple[str, ...], draw: Draw) -> None:
    async with scene() as it:
        it.finder.sections, it.finder.outlines = SECTIONS, {"en/v3.0.x/hnsw.md": PAGE}
        seen = await it.here.member.slash(it.here.channel, command, **options)
        await draw(command, it.preview(seen, it.here.member), *texts)
