"""How far long work is, in words."""

import io

import pytest
from rich.console import Console

from bot.progress import Milestones, ProgressLine, describe
from rag_core.progress import Progress


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("Crawling pages", 120, 483), "Crawling pages: 120 of 483"),
        (Progress("Embedding chunks", 175), "Embedding chunks: 175"),
        (Progress("Starting Milvus Lite", 0), "Starting Milvus Lite…"),
        (Progress("Reading pages", 0, 0), "Reading pages…"),
    ],
)
def test_a_report_in_words(progress: Progress, words: str) -> None:
    assert describe(progress) == words


def test_a_line_for_each_tenth_even_where_stages_alternate() -> None:
    milestones = Milestones()
    reports = [report for done in range(1, 101) for report in (Progress("a", done, 100), Progress("b", done))]
    worth_it = [report for report in reports if milestones.reached(report)]
    assert [report.done for report in worth_it if report.stage == "a"] == [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert [report.done for report in worth_it if report.stage == "b"] == [1]


def test_a_file_gets_a_few_whole_lines() -> None:
    output = io.StringIO()
    with ProgressLine(Console(file=output)) as line:
        for done in range(1, 1001):
            line.show(Progress("Crawling pages", done, 1000))
    assert output.getvalue().splitlines()[0] == "Crawling pages: 1 of 1000"
    assert len(output.getvalue().splitlines()) == 11
    assert "\x1b" not in output.getvalue()


def test_a_terminal_gets_one_line_that_changes_and_goes() -> None:
    output = io.StringIO()
    with ProgressLine(Console(file=output, force_terminal=True, width=80)) as line:
        line.show(Progress("Crawling pages", 7, 1000))
    assert "Crawling pages: 7 of 1000" in output.getvalue()
    assert output.getvalue().endswith("\x1b[1A\x1b[2K"), "the line is taken away"
