"""`index`, `index --history`, `index --rollback` and `evaluate`, as an operator types them, on real parts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.command_line import ROOT, Ended, typed
from tests.fixtures.milvus import serving

pytestmark = pytest.mark.real

SAMPLE = ROOT / "rag_core" / "evaluation" / "golden" / "sample.jsonl"
HIT_1, HIT_5 = 0.8, 0.95
"""Floors for the sample pages: a question of twenty below what all-MiniLM-L6-v2 reached (0.90 and 1.00), or two."""


def read(ended: Ended) -> Any:
    """The JSON that a command printed."""
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder of data whose Milvus Lite is there for all commands, as beside a bot that runs."""
    with serving(tmp_path / "data" / "milvus"):
        yield tmp_path


def test_the_way_of_an_index_there_and_back(home: Path) -> None:
    source = str(ROOT / "bot" / "sample_pages")

    nothing = typed("index", "--history", folder=home)
    assert (nothing.code, nothing.out.strip()) == (0, "Nothing was indexed yet.")

    first = read(typed("index", "--json", folder=home, DOCS_SOURCE=source))
    assert first["gate_score"] > 0.5
    alone = typed("index", "--rollback", folder=home)
    assert alone.code == 1
    assert "There is no other complete generation" in alone.err

    second = read(typed("index", "--full", "--json", folder=home, DOCS_SOURCE=source))
    assert second["status"] == "finished"
    assert second["gate_live_score"] == pytest.approx(first["gate_score"], abs=0.02)

    back = typed("index", "--rollback", folder=home)
    assert back.code == 0
    assert f"Generation {first['generation_id']} is live again." in back.out

    table = typed("index", "--history", folder=home).out
    assert f"{first['generation_id']} live" in table
    assert f"{second['generation_id']} kept" in table
    listed = read(typed("index", "--history", "--json", folder=home))
    assert listed["live"] == first["generation_id"]
    assert [run["status"] for run in listed["runs"]] == ["rolled back", "finished", "finished"]


def test_search_on_the_sample_pages_does_not_fall_below_its_floor(home: Path) -> None:
    run, html = home / "run.jsonl", home / "report.html"
    asked = ("evaluate", "--questions", str(SAMPLE), "--run", str(run), "--retrieval-only", "--json")
    figures = read(typed(*asked, folder=home))
    answerable = next(row for row in figures["kinds"] if row["name"] == "answerable")
    assert answerable["hit_1"]["mean"] >= HIT_1
    assert answerable["hit_5"]["mean"] >= HIT_5

    again = typed(*asked[:-1], "--compare", str(run), "--html", str(html), folder=home)
    assert "worse: 0 of 25 questions" in again.out
    assert "Against the earlier run" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options", [("--rollback", "--history"), ("--rollback", "--full"), ("--history", "--rate", "1")]
)
def test_options_that_exclude_each_other(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended = typed("index", *options, folder=tmp_path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "--rollback and --history" in ended.err


def test_evaluate_with_a_file_that_is_no_run(tmp_path: Path) -> None:
    arguments = ("--questions", str(SAMPLE), "--run", "run.jsonl", "--compare", str(SAMPLE))
    ended = typed("evaluate", *arguments, folder=tmp_path)
    assert ended.code == 1
    assert "can't be read as an earlier run" in ended.err
