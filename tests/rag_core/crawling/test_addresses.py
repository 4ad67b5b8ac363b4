"""Which addresses are pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.crawling._addresses import Address, Site

START = "https://docs.example.org/docs"
SITE = Site(START, ("latest", "v2.6.x"), ("en", "zh"))


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("hnsw.md", Address("en", "latest", "hnsw.md")),
        ("/docs/hnsw.md#Index-params", Address("en", "latest", "hnsw.md")),
        ("/docs/hnsw.md/?utm=1", Address("en", "latest", "hnsw.md")),
        ("/docs/en/hnsw.md", Address("en", "latest", "hnsw.md")),
        ("/docs/v2.6.x/hnsw.md", Address("en", "v2.6.x", "hnsw.md")),
        ("/docs/zh/hnsw.md", Address("zh", "latest", "hnsw.md")),
        ("https://www.docs.example.org/docs/zh/v2.6.x/hnsw.md", Address("zh", "v2.6.x", "hnsw.md")),
    ],
)
def test_pages_are_found_however_they_are_linked(href: str, address: Address) -> None:
    assert SITE.find(href, f"{START}/quickstart.md") == address


@pytest.mark.parametrize(
    "href",
    [
        "", "#Overview", "/docs", "/docs/zh", "/docs/v2.6.x", "/docs/v2.4.x/hnsw.md", "/docs/ja/hnsw.md",
        "/docs/trap/2026/01/01.md", "/docs/../blog/hnsw.md", "/docsearch/hnsw.md", "/docs/picture.png",
        "https://elsewhere.example.org/docs/hnsw.md", "mailto:a@example.org", "javascript:void(0)", "http://[", "//:x",
    ],
)  # fmt: skip
def test_everything_else_is_no_page(href: str) -> None:
    assert SITE.find(href, START) is None


def test_an_address_leads_back_to_itself() -> None:
    for address in (Address("en", "latest", "a.md"), Address("zh", "v2.6.x", "b.md")):
        assert SITE.find(SITE.url(address), START) == address


def test_a_single_version_leaves_the_others_out() -> None:
    site = Site(START, ("v2.6.x",), ("zh",))
    assert site.find("/docs/hnsw.md", START) is None
    assert site.find("/docs/zh/v2.6.x/hnsw.md", START) is not None


@given(st.text(max_size=60))
def test_any_href_is_a_page_of_this_site_or_nothing(href: str) -> None:
    found = SITE.find(href, f"{START}/quickstart.md")
    assert found is None or SITE.url(found).startswith(f"{START}/")
