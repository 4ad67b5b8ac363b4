import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking._rendering import LIMIT, Page, render_answer, render_end, render_running, render_status
from bot.texts import ENGLISH
from rag_core.answering.model import Answer, AnswerOutcome, Citation, Notice
from tests.bot.asking.answers import (
    ANSWERED,
    BUILD,
    FAILED,
    INDEX,
    PASSAGES,
    QUESTION,
    QUOTED,
    REFUSED,
    TABLE,
    TEXT,
    passage,
)
from tests.bot.asking.test_markdown import hostile

OUTCOMES: list[AnswerOutcome] = ["answered", "refused", "quoted", "cancelled", "failed"]
NOTES = ["", "no_evidence", "nothing_held", "engine_unavailable", "engine_overloaded", "no_engine", "store_unavailable",
         "no_index", "cancelled", "error", "unheard of"]  # fmt: skip
long = st.builds(lambda text, times: text * times, hostile, st.sampled_from([1, 1, 50]))


def shown(pages: tuple[Page, ...]) -> str:
    return "\n".join(section for page in pages for section in page.sections)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    numbers = draw(st.lists(st.integers(1, 20), max_size=8, unique=True))
    passages = tuple(replace(passage(n, draw(st.text(max_size=20)), (draw(hostile),), draw(long))) for n in numbers)
    cited = tuple(Citation(each.number, each.page_id, each.link, each.heading) for each in passages)
    return Answer(
        "a" * 32,
        draw(st.sampled_from(OUTCOMES)),
        draw(long) + "".join(f" [{n}]" for n in numbers),
        draw(hostile),
        cited,
        passages,
        draw(st.sampled_from(NOTES)),
        index=draw(st.sampled_from([None, INDEX, replace(INDEX, sample=True), replace(INDEX, refreshed_at=None)])),
    )


@given(long, answers())
def test_every_answer_keeps_discords_limits(question: str, answer: Answer) -> None:
    pages = render_answer(question, answer, ENGLISH)
    for page in (*pages, render_running(question, answer.text, answer.passages, ENGLISH), render_status(question, "…")):
        assert sum(map(len, page.sections)) <= LIMIT
        assert all(page.sections)
        assert len(page.sections) <= 15
        assert all(section.count("```") % 2 == 0 for section in page.sections)
    assert not re.search(r"@(everyone|here|[!&]?\d)", shown(pages))


@given(answers())
def test_every_citation_of_a_known_passage_links_to_it(answer: Answer) -> None:
    text = shown(
        render_answer(
            "?",
            replace(answer, outcome="answered", text="".join(f"x [{n.number}]. " for n in answer.citations)),
            ENGLISH,
        )
    )
    marks = re.findall(r"\[\[(\d+)\]\]\(<([^>]+)>\)", text)
    assert [int(number) for number, _ in marks] == [each.number for each in answer.citations]


def test_an_answer_ends_with_sources_and_small_print() -> None:
    (page,) = render_answer(QUESTION, ANSWERED, ENGLISH)
    title, body, sources, small = page.sections
    assert title == f"### {QUESTION}"
    assert "[[1]](<https://milvus.io/docs/hnsw.md#Index-params>)" in body
    assert sources.split("\n") == [
        "**Sources**",
        r"1. [HNSW \> Index params](<https://milvus.io/docs/hnsw.md#Index-params>)",
        r"2. [HNSW \> Search params](<https://milvus.io/docs/hnsw.md#Search-params>)",
    ]
    assert INDEX.refreshed_at is not None
    indexed = int(INDEX.refreshed_at.timestamp())
    assert small == f"-# Milvus v3.0.x docs, indexed <t:{indexed}:R>. Generated, can be wrong."


def test_a_refusal_says_so_and_links_the_closest_sections_once() -> None:
    text = shown(render_answer("?", replace(REFUSED, passages=(*PASSAGES, *PASSAGES)), ENGLISH))
    assert f"{ENGLISH.asking.refused} {ENGLISH.asking.ask_people}" in text
    assert text.count("](<https://") == 3
    assert ENGLISH.asking.generated not in text


@pytest.mark.parametrize("note", ["nothing_held", "engine_unavailable", "engine_overloaded", "no_engine"])
def test_quotes_are_marked_with_their_reason(note: str) -> None:
    text = shown(render_answer("?", replace(QUOTED, note=note), ENGLISH))
    assert f"{ENGLISH.asking.reasons[note]} {ENGLISH.asking.quoted}" in text
    assert "> These parameters are set when the index is built." in text
    assert "```python\nclient.create_index(" in text
    assert ENGLISH.asking.verbatim in text
    assert ENGLISH.asking.generated not in text


@pytest.mark.parametrize("note", ["store_unavailable", "no_index"])
def test_a_failure_gives_its_reason(note: str) -> None:
    assert ENGLISH.asking.reasons[note] in shown(render_answer("?", replace(FAILED, note=note), ENGLISH))


def test_an_unexplained_failure_gives_the_questions_id() -> None:
    assert f"`{FAILED.question_id}`" in shown(render_answer("?", replace(FAILED, note="error"), ENGLISH))


def test_a_stopped_answer_keeps_its_text() -> None:
    text = shown(render_answer("?", replace(ANSWERED, outcome="cancelled", note="cancelled"), ENGLISH))
    assert "HNSW has three parameters" in text
    assert ENGLISH.asking.cancelled in text


def test_the_sample_index_says_what_it_is() -> None:
    text = shown(render_answer("?", replace(ANSWERED, index=replace(INDEX, sample=True)), ENGLISH))
    assert ENGLISH.asking.sample in text
    assert "v3.0.x" not in text


def test_a_long_answer_goes_on_in_further_messages() -> None:
    pages = render_answer(QUESTION, replace(ANSWERED, text="\n\n".join([TEXT] * 10)), ENGLISH)
    assert len(pages) > 1
    assert pages[-1].sections[-1].startswith("-# ")
    assert shown(pages).count("index_params.add_index(") == 10


def test_text_that_outgrows_its_message_says_that_it_goes_on() -> None:
    page = render_running(QUESTION, "\n\n".join([TEXT] * 10), PASSAGES, ENGLISH)
    assert page.sections[-1] == f"-# {ENGLISH.asking.continues}"


def test_an_interrupted_answer_keeps_what_was_shown() -> None:
    text = shown(render_end(QUESTION, TEXT, PASSAGES, ENGLISH.asking.interrupted))
    assert "HNSW has three parameters" in text
    assert text.endswith(ENGLISH.asking.interrupted)


def test_tables_and_code_in_quotes_stay_readable() -> None:
    quoted = replace(
        QUOTED,
        passages=(passage(1, "a", (), TABLE.replace("Candidates while building", "Work")), passage(2, "b", (), BUILD)),
    )
    text = shown(render_answer("?", quoted, ENGLISH))
    assert "efConstruction  Work" in text
    assert "> |" not in text


def test_a_long_question_is_shortened_in_the_title() -> None:
    assert len(render_status("why " * 500, "…").sections[0]) < 210


def test_what_a_reader_should_know_stands_below_the_text() -> None:
    notices = (Notice("version_absent", "2.2 @everyone"), Notice("language_unwritten", "zh"))
    text = shown(render_answer(QUESTION, replace(ANSWERED, notices=notices), ENGLISH))
    assert "Version 2.2" in text
    assert "@everyone" not in text
    assert text.index("HNSW has three") < text.index("can't answer in Chinese") < text.index(ENGLISH.asking.sources)
