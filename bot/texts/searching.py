"""What is said where people look for sections and pages themselves."""

from dataclasses import dataclass
from typing import Final

from bot.texts.words import words

MAX_SEARCH: Final = 70
"""Characters: a search travels in the buttons that turn its pages over, so that these outlive a restart."""

MAX_PAGE: Final = 100

SEARCH: Final = words("search", "搜索")
SEARCH_DESCRIPTION: Final = words("Search the documentation; only you see what is found", "搜索文档，结果仅您可见")
QUERY: Final = words("query", "关键词")
QUERY_DESCRIPTION: Final = words("A few words, such as: HNSW parameters", "几个词，例如：HNSW 参数")
PAGE: Final = words("page", "页面")
PAGE_DESCRIPTION: Final = words("Show a page of the documentation with its sections", "显示一个文档页面及其章节")
TITLE: Final = words("title", "标题")
TITLE_DESCRIPTION: Final = words("Its title; type a word of it to choose", "页面标题，输入其中的词即可选择")


@dataclass(frozen=True, slots=True)
class SearchingTexts:
    """What is found, and what is not."""

    found: str
    nothing: str
    empty: str
    position: str
    version: str
    no_page: str
    more: str
    no_index: str
    unavailable: str


ENGLISH: Final = SearchingTexts(
    found="Search: {query}",
    nothing="Nothing in the documentation comes close. Try other words, or `/ask` a whole question.",
    empty="Please write what to look for after `/search`.",
    position="{page} of {pages}",
    version="Milvus {version} docs. Only you see this; `/ask` writes an answer.",
    no_page="There is no page with “{title}” in its title. Type a word and choose from the list, or use `/search`.",
    more="{count} more sections on the page.",
    no_index="The documentation is still being indexed. Please try again in a few minutes.",
    unavailable="The search index can't be reached just now. Please try again in a moment.",
)

CHINESE: Final = SearchingTexts(
    found="搜索：{query}",
    nothing="文档中没有接近的内容。请换几个词，或用 `/ask` 提出完整的问题。",
    empty="请在 `/search` 之后写下要搜索的内容。",
    position="第 {page} 页，共 {pages} 页",
    version="Milvus {version} 文档。仅您可见；`/ask` 会撰写回答。",
    no_page="没有标题包含“{title}”的页面。请输入一个词并从列表中选择，或使用 `/search`。",
    more="页面上还有 {count} 个章节。",
    no_index="文档仍在建立索引，请过几分钟再试。",
    unavailable="暂时无法连接搜索索引，请稍后再试。",
)
