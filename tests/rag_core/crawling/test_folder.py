"""A folder of Markdown as a source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rag_core.crawling._markdown import anchor_of, read_sections, split_markdown
from rag_core.crawling.folder import FolderSource
from rag_core.crawling.page import Block
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Unchanged
from rag_core.errors import CrawlError

BASE = "https://docs.example.org/docs"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def page(page_id: str, body: str = "Some words.", extra: str = "") -> str:
    return (
        f"---\nid: {page_id}\ntitle: About {page_id}\nsummary: In short.\n{extra}---\n\n# About {page_id}\n\n{body}\n"
    )


async def crawl(
    folder: Path, known: Mapping[str, KnownPage] | None = None, **options: tuple[str, ...]
) -> list[Outcome]:
    return [outcome async for outcome in FolderSource(folder, BASE, **options).crawl(known or {})]


def changed(outcomes: list[Outcome]) -> dict[str, Changed]:
    return {outcome.page.url: outcome for outcome in outcomes if isinstance(outcome, Changed)}


async def test_a_page_has_its_address_from_its_id(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "folder" / "any-name.md", page("hnsw.md", "## Index params\n\nUse `M`."))
    write(tmp_path / "README.md", "# No front matter, no page\n")
    ((url, found),) = changed(await crawl(tmp_path)).items()
    assert url == f"{BASE}/hnsw.md"
    assert (found.page.key, found.page.latest) == ("en/latest/hnsw.md", True)
    assert (found.page.title, found.page.summary) == ("About hnsw.md", "In short.")
    assert found.page.sections[1].anchor == "Index-params"
    assert found.page.sections[1].blocks == (Block("text", "Use `M`."),)


async def test_what_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.md", page("kept.md", "first"))
    write(tmp_path / "b.md", page("kept.md", "second"))
    write(tmp_path / "c.md", page("old.md", extra="deprecate: true\n"))
    write(tmp_path / "d.md", page("home.md"))
    (found,) = changed(await crawl(tmp_path)).values()
    assert found.page.sections[0].blocks[0].text == "first"


async def test_changes_are_told_apart(tmp_path: Path) -> None:
    for name in ("same", "edited", "deleted"):
        write(tmp_path / f"{name}.md", page(f"{name}.md"))
    known = {url: KnownPage(url, found.page.digest) for url, found in changed(await crawl(tmp_path)).items()}
    write(tmp_path / "edited.md", page("edited.md", "Other words."))
    (tmp_path / "deleted.md").unlink()
    outcomes = await crawl(tmp_path, known)
    assert list(changed(outcomes)) == [f"{BASE}/edited.md"]
    assert Unchanged(f"{BASE}/same.md") in outcomes
    assert Missing(f"{BASE}/deleted.md", 404) in outcomes
    assert len(outcomes) == 3


async def test_a_known_page_that_can_not_be_read_any_more_is_failed_not_missing(tmp_path: Path) -> None:
    write(tmp_path / "a.md", page("a.md", ""))
    write(tmp_path / "a.md", "---\nid: a.md\n---\n\n# Only a heading\n")
    url = f"{BASE}/a.md"
    (outcome,) = await crawl(tmp_path, {url: KnownPage(url, "digest")})
    assert isinstance(outcome, Failed)
    assert outcome.url == url


async def test_broken_front_matter_fails_that_file_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "---\nid: [\n---\nx\n")
    write(tmp_path / "b.md", page("b.md"))
    outcomes = await crawl(tmp_path)
    assert [type(outcome) for outcome in outcomes] == [Failed, Changed]


async def test_versions_and_languages_are_read_from_the_repository_s_layout(tmp_path: Path) -> None:
    for tree in ("v3.0.x/site/en", "v2.6.x/site/en", "v3.0.x/site/zh"):
        write(tmp_path / tree / "guide" / "a.md", page("a.md", "Version {{var.release}} of {{unknown}}."))
    write(tmp_path / "v3.0.x" / "Variables.json", '{"release": "3.0.1"}')
    latest = changed(await crawl(tmp_path))
    assert list(latest) == [f"{BASE}/a.md"]
    found = latest[f"{BASE}/a.md"].page
    assert (found.key, found.latest) == ("en/v3.0.x/a.md", True)
    assert found.sections[0].blocks[0].text == "Version 3.0.1 of {{unknown}}."
    everything = changed(await crawl(tmp_path, versions=("latest", "v2.6.x"), languages=("en", "zh")))
    assert sorted(everything) == [f"{BASE}/a.md", f"{BASE}/v2.6.x/a.md", f"{BASE}/zh/a.md"]


@pytest.mark.parametrize("name", ["missing", "empty"])
async def test_a_folder_without_pages_is_no_source(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CrawlError, match=name):
        await crawl(tmp_path / name)


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Index params", "Index-params"),
        ("Load & Release Collection", "Load--Release-Collection"),
        ("Guarantee_timestamp", "Guaranteetimestamp"),
        ("How do I set `M`, in v2.6?", "How-do-I-set-M-in-v26"),
        ("Set TTL | Milvus 2.5.11+", "Set-TTL--Milvus-2511+"),
        ("🌌 Milvus’s way → here", "🌌-Milvus’s-way-→-here"),
        ("多少？", "多少"),
    ],
)
def test_anchors_are_made_as_the_site_makes_them(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor


def test_markdown_with_html_in_it_reads_like_the_site() -> None:
    body = (
        "## Set TTL | Milvus 3.0.x\n\n"
        '<div class="alert note">\n\nMind the *gap*.\n\n</div>\n\n'
        '<div class="multipleCode">\n  <a href="#python">Python</a>\n  <a href="#go">Go</a>\n</div>\n\n'
        "```python\nx = 1\n```\n\n```go\nx := 1\n```\n\n"
        "| A | B |\n|---|---|\n| `c` | d |\n\n1. one\n1. two\n"
    )
    (section,) = read_sections(body, "Title")
    assert (section.anchor, section.path) == ("Set-TTL--Milvus-30x", ("Set TTL",))
    assert section.blocks == (
        Block("note", "Compatible with Milvus 3.0.x"),
        Block("note", "Mind the gap."),
        Block("text", "Python · Go"),
        Block("code", "x = 1", "python", tab=True),
        Block("code", "x := 1", "go", tab=True),
        Block("table", "| A | B |\n| --- | --- |\n| `c` | d |"),
        Block("list", "1. one\n2. two"),
    )


def test_a_file_without_front_matter_is_all_body() -> None:
    markdown = split_markdown("# A\n---\ntext", {})
    assert (markdown.front_matter.id, markdown.body) == ("", "# A\n---\ntext")
