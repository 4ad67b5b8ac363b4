"""Files of questions: whatever people write, a spreadsheet runs none of it, and programs read it back."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insight._export import export
from rag_core.records.insight import Recorded
from rag_core.records.model import Feedback
from tests.rag_core.records.samples import NOW, ORIGIN, a_question, an_answer

RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WRITTEN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40) | st.builds(
    str.__add__, st.sampled_from([*RUN, " =", "  @"]), st.text(st.characters(codec="ascii"), max_size=10)
)


def _recorded(text: str, comment: str = "") -> Recorded:
    question = a_question(text)
    ratings = (Feedback(question.id, 1, "down", NOW, "wrong", comment),)
    return Recorded(question, ORIGIN, NOW, answer=an_answer(question.id, text), ratings=ratings)


async def _each(*recorded: Recorded) -> AsyncIterator[Recorded]:
    for each in recorded:
        yield each


def _read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", '=HYPERLINK("http://x")']
)
async def test_formulas_are_led_by_an_apostrophe(text: str) -> None:
    made = await export(1, _each(_recorded(text, text)), "csv", 10**6)
    [row] = _read(made.content)
    assert (row["question"], row["answer"], row["comments"]) == (f"'{text}",) * 3


@given(text=WRITTEN, comment=WRITTEN)
async def test_no_cell_begins_as_a_formula_and_all_is_there(text: str, comment: str) -> None:
    made = await export(1, _each(_recorded(text, comment), _recorded("next")), "csv", 10**6)
    rows = _read(made.content)
    assert len(rows) == made.count == 2
    assert not [cell for row in rows for cell in row.values() if cell.lstrip(" ").startswith(RUN)]
    assert rows[0]["question"].removeprefix("'") == text.removeprefix("'")


@given(text=WRITTEN)
async def test_programs_read_what_was_written(text: str) -> None:
    made = await export(1, _each(_recorded(text)), "jsonl", 10**6)
    [line] = made.content.decode().removesuffix("\n").split("\n")
    assert json.loads(line)["question"] == json.loads(line)["answer"] == text


@given(limit=st.integers(0, 4000), form=st.sampled_from(["csv", "jsonl"]))
async def test_as_many_as_fit_and_whole_lines(limit: int, form: str) -> None:
    questions = [_recorded(f"Question {number}") for number in range(6)]
    made = await export(1, _each(*questions), "csv" if form == "csv" else "jsonl", limit)
    assert len(made.content) <= limit or made.count == 0
    assert made.complete == (made.count == 6)
    read = _read(made.content) if form == "csv" else list(map(json.loads, made.content.splitlines()))
    assert [row["question"] for row in read] == [each.question.text for each in questions[: made.count]]


async def test_what_has_no_answer_yet_is_there_too() -> None:
    bare = replace(_recorded("How?"), answer=None, ratings=())
    made = await export(1, _each(bare), "csv", 10**6)
    [row] = _read(made.content)
    assert (row["question"], row["outcome"], row["answer"], row["seconds"]) == ("How?", "", "", "")
