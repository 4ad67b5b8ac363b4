import math
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag_core.errors import RunUnreadable
from rag_core.evaluation.comparison import Comparison, Shift, compare
from rag_core.evaluation.page import page
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.report import report
from rag_core.evaluation.runner import Run, RunCitation, RunRow

QUESTIONS = [
    GoldenQuestion("q1", "answerable", "Where?", gold=("a.md",), facts=(("16",),)),
    GoldenQuestion("q2", "answerable", "How <b>many</b>?", gold=("b.md",)),
    GoldenQuestion("q3", "answerable", "Why?", gold=("c.md",)),
    GoldenQuestion("u1", "unanswerable", "Pizza?"),
]
BEFORE = Run(
    (
        RunRow("q1", ("z.md", "a.md"), "answered", "It is 16 [1].", (RunCitation(1, "a.md", "u"),)),
        RunRow("q2", ("b.md",), "answered", "Two."),
        RunRow("q3", ("c.md",), "quoted"),
        RunRow("u1", ("z.md",), "quoted"),
    )
)
AFTER = Run(
    (
        RunRow("q1", ("a.md",), "answered", "Don't know <script>."),
        RunRow("q2", (), "refused"),
        RunRow("q3", ("c.md",), "quoted"),
        RunRow("u1", ("z.md",), "refused"),
    )
)


@pytest.fixture
def compared() -> Comparison:
    return compare(QUESTIONS, BEFORE, AFTER)


def test_each_question_is_listed_with_what_changed(compared: Comparison) -> None:
    better = {each.id: each.shifts for each in compared.better}
    worse = {each.id: each.shifts for each in compared.worse}
    assert better["q1"] == (Shift("nDCG@10", 1 / math.log2(3), 1.0),)
    assert better["u1"] == (Shift("refused as it should", 0.0, 1.0),)
    assert worse["q1"] == (Shift("facts", 1.0, 0.0),)
    lost = [Shift("nDCG@10", 1.0, 0.0), Shift("answered", 1.0, 0.0), Shift("refused as it should", 1.0, 0.0)]
    assert worse["q2"] == tuple(lost)
    assert [each.id for each in compared.worse] == ["q2", "q1"]  # the largest first
    assert set(better) == {"q1", "u1"}


def test_differences_are_paired(compared: Comparison) -> None:
    found = {difference.measure: difference for difference in compared.differences}
    hit = found["hit@1"]
    assert hit.before == hit.after == pytest.approx(2 / 3)
    assert (hit.better, hit.worse) == (1, 1)
    assert (hit.difference.mean, hit.difference.count) == (0.0, 3)
    assert hit.difference.low < 0 < hit.difference.high
    assert found["refused as it should"].difference.count == 4


def test_a_run_against_itself_shows_nothing() -> None:
    same = compare(QUESTIONS, BEFORE, BEFORE)
    assert (same.better, same.worse) == ((), ())
    assert {difference.difference.mean for difference in same.differences} == {0.0}


def test_only_questions_in_both_runs_are_compared() -> None:
    assert compare(QUESTIONS, Run(BEFORE.rows[:2]), AFTER).questions == 2


def test_the_table_names_the_questions(compared: Comparison) -> None:
    text = compared.table()
    assert "worse: 2 of 4 questions" in text
    assert "  u1  refused as it should 0.00 -> 1.00  Pizza?" in text


def test_a_run_comes_back_from_its_file(tmp_path: Path) -> None:
    BEFORE.write(tmp_path / "run.jsonl")
    assert Run.read(tmp_path / "run.jsonl") == BEFORE


@pytest.mark.parametrize("content", ["{", '{"id": 1}', '{"id": "q", "pages": [], "outcome": "perfect"}'])
def test_a_file_that_is_no_run_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.jsonl").write_text(content)
    with pytest.raises(RunUnreadable, match=r"run\.jsonl"):
        Run.read(tmp_path / "run.jsonl")
    with pytest.raises(RunUnreadable, match=r"none\.jsonl"):
        Run.read(tmp_path / "none.jsonl")


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(compared: Comparison) -> None:
    made = page("A <run>", datetime(2026, 11, 22, tzinfo=UTC), QUESTIONS, AFTER, report(QUESTIONS, AFTER), compared)
    tags = _Tags(made)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "b", "run"} & {tag for tag, _ in tags.seen}
    assert not [attrs for _, attrs in tags.seen if {"src", "href"} & set(attrs)]
    assert "url(" not in made
    assert "How &lt;b&gt;many&lt;/b&gt;?" in made
    assert "prefers-color-scheme: dark" in made


def test_a_page_without_an_earlier_run_says_nothing_of_one() -> None:
    shown = report(QUESTIONS, AFTER)
    assert "earlier run" not in page("Run", datetime(2026, 11, 22, tzinfo=UTC), QUESTIONS, AFTER, shown)
