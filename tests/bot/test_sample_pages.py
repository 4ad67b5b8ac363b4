"""The pages that ship with the bot: complete, linkable, and in this project's own words."""

import ast
import gzip
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymilvus import MilvusClient

from rag_core.crawling.folder import FolderSource
from rag_core.crawling.page import Page
from rag_core.crawling.source import Changed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bot" / "sample_pages"
MIRROR = ROOT.parent / "shared" / "milvus_site" / "data" / "pages" / "v3.0.x-en.jsonl.gz"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
SUBJECTS = {  # what the README promises a newcomer answers about
    "index-explained.md", "hnsw.md", "ivf-flat.md", "ivf-pq.md", "ivf-sq8.md", "flat.md", "diskann.md", "scann.md",
    "consistency.md", "create-collection.md", "load-and-release.md", "insert-update-delete.md", "upsert-entities.md",
    "delete-entities.md", "single-vector-search.md", "filtered-search.md", "range-search.md", "multi-vector-search.md",
    "full-text-search.md", "metric.md", "manage-partitions.md",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    path: Path
    meta: dict[str, str]
    body: str

    @property
    def prose(self) -> str:
        return FENCE.sub("", self.body)


def read(path: Path) -> Sample:
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Sample(path, yaml.safe_load(front_matter), body)


SAMPLES = [read(path) for path in sorted(FOLDER.glob("*.md"))]
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.path.name)


def sentences(text: str) -> Iterator[str]:
    """Sentences of eight words or more, without markup, case and punctuation."""
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[.:?!])\s|\|", re.sub(r"^\s*(?:[-#*]+|\d+\.)\s", "", line)):
            words = re.findall(r"[\w.]*\w", re.sub(r"[`*]", "", sentence).casefold())
            if len(words) >= 8:
                yield " ".join(words)


async def crawled() -> dict[str, Page]:
    outcomes = [outcome async for outcome in FolderSource(FOLDER).crawl({})]
    return {outcome.page.id: outcome.page for outcome in outcomes if isinstance(outcome, Changed)}


@cache
def mirror_pages() -> dict[str, dict[str, Any]]:
    """What the mirror serves, by id."""
    with gzip.open(MIRROR, "rt", encoding="utf-8") as lines:
        return {page["id"]: page for page in map(json.loads, lines)}


@pytest.fixture
def real_page(sample: Sample) -> dict[str, Any]:
    if not MIRROR.exists():
        pytest.skip("the mirror of the documentation is not beside the checkout")
    assert sample.meta["id"] in mirror_pages(), "no page of the documentation has this id"
    return mirror_pages()[sample.meta["id"]]


def test_every_promised_subject_has_a_page() -> None:
    assert {sample.path.name for sample in SAMPLES} == SUBJECTS


@each_sample
def test_front_matter_is_complete_and_names_the_file(sample: Sample) -> None:
    assert set(sample.meta) == {"id", "title", "summary"}
    assert all(value.strip() for value in sample.meta.values())
    assert sample.meta["id"] == sample.path.name
    assert len(sample.meta["summary"]) <= 150


def test_ids_and_titles_are_unique() -> None:
    for key in ("id", "title"):
        assert len({sample.meta[key] for sample in SAMPLES}) == len(SAMPLES)


@each_sample
def test_page_has_one_title_and_headings_that_never_skip_a_level(sample: Sample) -> None:
    headings = [(len(marks), text) for marks, text in HEADING.findall(sample.prose)]
    assert [text for level, text in headings if level == 1] == [sample.meta["title"]]
    levels = [level for level, _ in headings]
    skipped = [text for before, (level, text) in zip(levels, headings[1:], strict=False) if level > before + 1]
    # The real metric page goes from its title straight to the third level, and its anchors are what counts here.
    assert skipped == ([] if sample.meta["id"] != "metric.md" else ["Euclidean distance (L2)"])


@each_sample
def test_page_has_a_length_that_a_newcomer_reads(sample: Sample) -> None:
    assert 350 <= len(sample.body.split()) <= 900


@each_sample
def test_python_samples_parse_and_call_methods_that_exist(sample: Sample) -> None:
    for language, code in FENCE.findall(sample.body):
        if language != "python":
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "client":
                assert hasattr(MilvusClient, node.attr)


@each_sample
def test_tables_have_as_many_cells_in_every_row(sample: Sample) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", sample.prose, re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_hnsw_page_gives_range_and_default_of_every_parameter() -> None:
    (page,) = (sample for sample in SAMPLES if sample.meta["id"] == "hnsw.md")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page.body, re.MULTILINE))
    assert set(rows) == {"M", "efConstruction", "ef"}
    assert "| 2 to 2048 | 30 |" in rows["M"]
    assert "| 1 to int_max | 360 |" in rows["efConstruction"]
    assert "| 1 to int_max | the value of `limit` |" in rows["ef"]


async def test_folder_source_reads_every_page_with_all_its_headings() -> None:
    pages = await crawled()
    assert set(pages) == SUBJECTS
    for sample in SAMPLES:
        page = pages[sample.meta["id"]]
        assert (page.title, page.summary) == (sample.meta["title"], sample.meta["summary"])
        headings = [text for _, text in HEADING.findall(sample.prose)]
        anchors = [section.anchor for section in page.sections if section.anchor]
        assert len(set(anchors)) == len(headings)


@pytest.mark.shared
@each_sample
async def test_every_heading_has_its_anchor_on_the_real_page(sample: Sample, real_page: dict[str, Any]) -> None:
    page = (await crawled())[sample.meta["id"]]
    real = set(re.findall(r'<h\d id="([^"]+)"', real_page["html"]))
    assert {section.anchor for section in page.sections} <= real


@pytest.mark.shared
@each_sample
def test_no_long_sentence_is_that_of_the_real_page(sample: Sample, real_page: dict[str, Any]) -> None:
    text = html.unescape(re.sub(r"<(?!/?(?:code|strong|em|a|span)\b)[^>]+>", "\n", real_page["html"]))
    real = set(sentences(re.sub(r"<[^>]+>", "", text))) | set(sentences(real_page["front_matter"].get("summary", "")))
    ours = set(sentences(HEADING.sub("", sample.prose))) | set(sentences(sample.meta["summary"]))
    assert ours, "no sentence found: the test would pass on anything"
    copied = ours & real
    assert not copied
