"""Planted errors and right sentences, over passages of the sample pages.

The rows of `tests/golden/planted.jsonl` are there to develop by, those of `planted_final.jsonl` to measure by. Each row
names its split.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from rag_core.answering.model import Passage
from rag_core.crawling._markdown import read_sections, split_markdown
from rag_core.crawling.page import Page
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.chunker import chunk_page

RIGHT = "right"
Split = Literal["develop", "final"]

_ROOT = Path(__file__).parents[2]
_PAGES = _ROOT / "bot" / "sample_pages"
_GOLDEN = _ROOT / "tests" / "golden"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with its `[n]`, and the passages that n counts. `kind` is that of the error, or RIGHT."""

    id: str
    kind: str
    split: Split
    passages: tuple[Passage, ...]
    sentence: str


def read_planted(split: Split) -> list[Case]:
    """All cases of one split."""
    files = sorted(_GOLDEN.glob("planted*.jsonl"))
    rows = (json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return [
        Case(
            id=row["id"],
            kind=row["kind"],
            split=row["split"],
            passages=tuple(
                _passage(number, named["page"], named["heading"]) for number, named in enumerate(row["passages"], 1)
            ),
            sentence=row["sentence"],
        )
        for row in rows
        if row["split"] == split
    ]


def _passage(number: int, page_id: str, heading: str) -> Passage:
    """What stands under the heading, as the retriever merges it; pages are read without " | Milvus v2.6.2+"."""
    name = heading.partition(" | ")[0]
    found = [chunk for chunk in _chunks(page_id) if (chunk.title, *chunk.path)[-1] == name]
    first = found[0]
    return Passage(
        number=number,
        chunk_ids=tuple(chunk.id for chunk in found),
        page_id=first.page_id,
        page_key=first.page_key,
        url=first.url,
        anchor=first.anchor,
        title=first.title,
        path=first.path,
        text="\n\n".join(chunk.text for chunk in found),
        version=first.version,
        language=first.language,
        score=1 / (60 + number),
    )


@cache
def _chunks(page_id: str) -> tuple[Chunk, ...]:
    markdown = split_markdown((_PAGES / page_id).read_text(encoding="utf-8"), {})
    page = Page(
        url=f"https://milvus.io/docs/{page_id}",
        id=page_id,
        title=markdown.title,
        summary="",
        version="v3.0.x",
        language="en",
        latest=True,
        sections=read_sections(markdown.body, markdown.title),
        digest="",
    )
    return tuple(chunk_page(page))
