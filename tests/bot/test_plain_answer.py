"""Every outcome of an answer, as plain text."""

import io
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from rich.console import Console

from bot.plain_answer import end_of, show_answer, sources_of
from bot.texts import ENGLISH
from rag_core.answering.model import (
    Answer,
    AnswerEvent,
    Finished,
    IndexInfo,
    Notice,
    Queued,
    Retrieved,
    Searching,
    Shown,
)
from tests.bot.asking.answers import ANSWERED, FAILED, INDEX, PAGE, PASSAGES, QUOTED, REFUSED

CANCELLED = replace(ANSWERED, outcome="cancelled", text="HNSW has three parameters [1].", note="cancelled")


async def events(answer: Answer) -> AsyncGenerator[AnswerEvent, None]:
    yield Searching(answer.query)
    yield Retrieved(answer.passages)
    yield Queued(2)
    yield Queued(1)
    for letter in answer.text:
        yield Shown(letter)
    yield Finished(answer)


async def shown(answer: Answer, *, terminal: bool = False) -> str:
    output = io.StringIO()
    console = Console(file=output, force_terminal=terminal, markup=False, emoji=False, highlight=False, soft_wrap=True)
    assert await show_answer(events(answer), console) == answer
    return output.getvalue()


async def test_an_answer_ends_with_its_sources_and_small_print() -> None:
    text = await shown(ANSWERED)
    assert text.startswith("HNSW has three parameters:\n")
    assert text.endswith(
        f"\n\nSources:\n[1] HNSW > Index params\n    {PAGE}#Index-params\n[2] HNSW > Search params\n"
        f"    {PAGE}#Search-params\n\nMilvus v3.0.x docs, indexed 2025-12-31 21:00 UTC. {ENGLISH.asking.generated}\n"
    )


async def test_a_refusal_links_the_closest_sections() -> None:
    text = await shown(REFUSED)
    assert text.startswith("The documentation doesn't answer this.\n\nClosest sections:\n  - HNSW > Index params\n")
    assert text.count(PAGE) == len(PASSAGES)
    assert ENGLISH.asking.generated not in text


async def test_quotes_say_why_and_link_their_sections() -> None:
    text = await shown(QUOTED)
    assert text.startswith(
        f"{ENGLISH.asking.reasons['engine_unavailable']} Here are the closest passages, word for word.\n\n[1] "
    )
    assert f"[2] HNSW > Search params\n    {PAGE}#Search-params\n    | `ef` bounds" in text
    assert text.rstrip().endswith(ENGLISH.asking.verbatim)


async def test_what_was_shown_of_a_stopped_answer_stays_with_its_sources() -> None:
    text = await shown(CANCELLED)
    assert text.startswith("HNSW has three parameters [1].\n\nStopped.\n\nSources:\n[1] ")


async def test_a_failure_says_what_is_away() -> None:
    assert (await shown(FAILED)).startswith(ENGLISH.asking.reasons["store_unavailable"])


async def test_a_defect_names_the_question() -> None:
    assert FAILED.question_id in await shown(replace(FAILED, note="error"))


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED, QUOTED, CANCELLED, FAILED])
async def test_a_pipe_gets_the_answer_alone(answer: Answer) -> None:
    text = await shown(answer)
    assert "\x1b" not in text
    assert ENGLISH.asking.searching not in text
    assert "**" not in end_of(answer)


async def test_a_terminal_sees_what_is_going_on() -> None:
    text = await shown(ANSWERED, terminal=True)
    assert ENGLISH.asking.searching in text
    assert ENGLISH.asking.reading.format(count=3) in text
    assert ENGLISH.asking.queued.format(ahead=2) in text
    assert ENGLISH.asking.queued_one in text
    assert ENGLISH.asking.reading_one in await shown(replace(ANSWERED, passages=PASSAGES[:1]), terminal=True)


async def test_pages_and_models_can_not_command_the_terminal() -> None:
    evil = replace(PASSAGES[0], title="\x1b[2Jtitle", url="https://x\x1b]0;y\x07", text="\x9b31mtext\r")
    for answer in (replace(ANSWERED, text="\x1b[31mred\x07", passages=(evil,)), replace(QUOTED, passages=(evil,))):
        assert "\x1b" not in await shown(answer) + sources_of(answer)
    assert "31mtext" in sources_of(replace(QUOTED, passages=(evil,)))


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (None, ""),
        (replace(INDEX, sample=True), ENGLISH.asking.sample),
        (replace(INDEX, refreshed_at=None), "Milvus v3.0.x docs."),
    ],
)
def test_where_the_answer_comes_from(index: IndexInfo | None, said: str) -> None:
    assert end_of(replace(ANSWERED, index=index)).endswith(
        f"\n\n{said} {ENGLISH.asking.generated}".replace("\n\n ", "\n\n")
    )


def test_sources_are_the_passages_whole() -> None:
    assert sources_of(QUOTED).count("    | ") == sum(len(passage.text.splitlines()) for passage in PASSAGES)
    assert f"[3] HNSW > Build index\n    {PAGE}#Build-index\n    | Describe" in sources_of(QUOTED)


def test_what_a_reader_should_know_stands_below_the_text() -> None:
    text = end_of(replace(ANSWERED, notices=(Notice("version_absent", "v2.2.x"),)))
    assert text.index("Version v2.2.x is not indexed here") < text.index("Sources")
