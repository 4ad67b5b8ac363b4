from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.citing import citations_in, excerpt, quoted_text, quotes
from rag_core.answering.model import Answer
from tests.fakes.passages import passage

_PASSAGES = tuple(passage(number, f"Text number {number}.") for number in range(1, 6))


def test_citations_are_the_passages_that_the_text_names() -> None:
    cited = citations_in("One [3]. Two [1, 3]. `x[2]`\n```\ny[4]\n```", _PASSAGES)
    assert [(citation.number, citation.page_id) for citation in cited] == [(1, "page-1.md"), (3, "page-3.md")]
    assert cited[0].link == "https://docs.example/page-1.md#Section"


def test_the_three_closest_passages_are_quoted() -> None:
    answer = Answer("1" * 32, "quoted", "", "text", passages=_PASSAGES)
    assert [quote.number for quote in quotes(answer)] == [1, 2, 3]
    assert quoted_text(answer) == "Text number 1. [1]\n\nText number 2. [2]\n\nText number 3. [3]"
    assert quotes(replace(answer, passages=())) == ()


def test_short_passages_are_quoted_whole() -> None:
    assert excerpt("Short. Text.", "anything") == "Short. Text."


def test_an_excerpt_has_what_was_asked_for() -> None:
    filler = "Nothing of interest stands in here. " * 20
    text = f"{filler}The graph keeps its edges in memory. {filler}"
    found = excerpt(text, "where are edges of the graph kept", 120)
    assert "The graph keeps its edges in memory." in found
    assert found.startswith("… ")
    assert found.endswith(" …")


def test_a_long_code_block_is_cut_between_lines_and_closed() -> None:
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(100)) + "\n```"
    lines = excerpt(code, "line", 100).removesuffix("\n…").split("\n")
    assert (lines[0], lines[-1]) == ("```python", "```")
    assert all(line == f"line_{at} = {at}" for at, line in enumerate(lines[1:-1]))


@given(st.text(max_size=400), st.text(max_size=40), st.integers(20, 200))
def test_excerpts_keep_to_their_length(text: str, query: str, limit: int) -> None:
    assert len(excerpt(text, query, limit)) <= limit + len("… ") + len(" …") + len("\n```") * 2
