"""The ledger on both databases, and the fake beside it, which must behave the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.errors import RecordsUnavailable
from rag_core.indexing.ledger import IndexRun, Ledger, PageState
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.fakes.ledger import FakeLedger
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW


@pytest.fixture(params=["fake", *BOTH])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "fake":
        return FakeLedger()
    return SqlLedger(request.getfixturevalue(f"{request.param}_database"))


def a_page(number: int = 1) -> PageState:
    return PageState(f"https://milvus.io/docs/{number}.md", f"en/v3.0.x/{number}.md", "HNSW", "d1", '"e1"', "Sun", 1, 7)


def a_run(id_: str = "r1", hours: int = 0) -> IndexRun:
    return IndexRun(id_, "g1", "https://milvus.io/docs", NOW + timedelta(hours=hours))


def finished(run: IndexRun) -> IndexRun:
    counts = {"new": 1, "changed": 2, "unchanged": 3, "gone": 4, "failed": 5}
    chunks = {"chunks_total": 6, "chunks_embedded": 7, "chunks_deleted": 8}
    end = run.started_at + timedelta(minutes=5)
    more = {"seconds": 300.5, "note": "slow", "failures": ("a: 500", "b: timeout")}
    gate = {"gate_score": 0.75, "gate_live_score": 0.7, "gate_scores": {"s01": 1.0, "s02": 0.5}}
    return replace(run, status="finished", finished_at=end, **counts, **chunks, **more, **gate)  # type: ignore[arg-type]


async def test_pages_come_back_by_address(ledger: Ledger) -> None:
    assert await ledger.pages("g1") == {}
    await ledger.save_pages("g1", [a_page(1), a_page(2)])
    assert await ledger.pages("g1") == {a_page(1).url: a_page(1), a_page(2).url: a_page(2)}
    assert await ledger.pages("g2") == {}


async def test_saving_a_page_again_replaces_it(ledger: Ledger) -> None:
    await ledger.save_pages("g1", [a_page(1), a_page(2)])
    changed = PageState(a_page(1).url, "k", "t", "d2", "", "", 0, 9)
    await ledger.save_pages("g1", [changed])
    await ledger.save_pages("g1", [])
    assert await ledger.pages("g1") == {changed.url: changed, a_page(2).url: a_page(2)}


async def test_pages_are_forgotten_one_by_one_or_all(ledger: Ledger) -> None:
    for generation in ("g1", "g2"):
        await ledger.save_pages(generation, [a_page(1), a_page(2), a_page(3)])
    await ledger.forget_pages("g1", [])
    await ledger.forget_pages("g1", [a_page(1).url, a_page(3).url, "https://unknown"])
    await ledger.forget_pages("g2")
    assert list(await ledger.pages("g1")) == [a_page(2).url]
    assert await ledger.pages("g2") == {}


async def test_thousands_of_pages_at_once(ledger: Ledger) -> None:
    pages = [a_page(number) for number in range(5000)]
    await ledger.save_pages("g1", pages)
    await ledger.forget_pages("g1", [page.url for page in pages[1:]])
    assert await ledger.pages("g1") == {pages[0].url: pages[0]}


async def test_a_run_comes_back_as_it_was_and_is_replaced_at_its_end(ledger: Ledger) -> None:
    await ledger.save_run(a_run())
    assert await ledger.runs() == [a_run()]
    await ledger.save_run(finished(a_run()))
    assert await ledger.runs() == [finished(a_run())]


async def test_runs_are_newest_first_and_few(ledger: Ledger) -> None:
    for hours in (1, 3, 2):
        await ledger.save_run(a_run(f"r{hours}", hours))
    assert [run.id for run in await ledger.runs(2)] == ["r3", "r2"]


async def test_refreshed_when_the_last_finished_run_of_the_generation_ended(ledger: Ledger) -> None:
    assert await ledger.refreshed_at("g1") is None
    await ledger.save_run(finished(a_run("r1", 0)))
    await ledger.save_run(finished(a_run("r2", 1)))
    await ledger.save_run(replace(finished(a_run("r3", 2)), status="failed"))
    await ledger.save_run(replace(finished(a_run("r4", 3)), generation_id="g2"))
    await ledger.save_run(a_run("r5", 4))
    assert await ledger.refreshed_at("g1") == NOW + timedelta(hours=1, minutes=5)


async def test_the_gate_s_last_scores_of_a_generation(ledger: Ledger) -> None:
    assert await ledger.gate_scores("g1") == {}
    await ledger.save_run(replace(a_run("r1", 0), gate_score=0.5, gate_scores={"q1": 0.5}))
    await ledger.save_run(replace(a_run("r2", 1), gate_score=0.75, gate_scores={"q1": 0.75}))
    await ledger.save_run(a_run("r3", 2))
    await ledger.save_run(replace(a_run("r4", 3), generation_id="g2", gate_score=1.0, gate_scores={"q1": 1.0}))
    assert await ledger.gate_scores("g1") == {"q1": 0.75}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters()))
async def test_any_title_and_reason_can_be_kept(database: Database, words: str) -> None:
    ledger = SqlLedger(database)
    await ledger.save_pages("g1", [replace(a_page(), title=words)])
    await ledger.save_run(replace(a_run(), note=words, failures=(words,)))
    kept = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in words)
    assert (await ledger.pages("g1"))[a_page().url].title == kept
    assert (await ledger.runs())[0].failures == (kept,)


async def test_a_database_that_is_away_says_so() -> None:
    ledger = SqlLedger(Database("postgresql://nobody@127.0.0.1:1/records"))
    with pytest.raises(RecordsUnavailable):
        await ledger.save_run(a_run())
    with pytest.raises(RecordsUnavailable):
        await ledger.runs()
