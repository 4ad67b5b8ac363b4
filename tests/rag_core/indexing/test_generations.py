"""What goes live and what does not: the gate, the rollback, and crashes in between."""

import asyncio
import sys
from itertools import count
from pathlib import Path

import pytest

from rag_core.errors import NoRollback, RagError
from rag_core.evaluation.gate import GoldenGate
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.store import Generation
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.gate import TURNED_AWAY, FakeGate
from tests.fakes.ledger import FakeLedger
from tests.fakes.source import FakeSource, make_page
from tests.fakes.store import FakeStore
from tests.rag_core.indexing.indexing_process import PAGES, PLACES, opened, texts_found

SUBJECTS = ("graph", "cluster", "quantizer", "partition", "alias", "schema", "bitset", "segment", "shard", "replica")
QUESTIONS = [GoldenQuestion(f"q{n}", "answerable", f"{word}?", gold=(f"{word}.md",)) for n, word in enumerate(SUBJECTS)]


class Setup:
    """An indexer with fakes around it, whose gate is the fake one unless a test gives it another."""

    def __init__(self, folder: Path) -> None:
        self.store, self.ledger, self.gate = FakeStore(), FakeLedger(), FakeGate()
        self.source = FakeSource(make_page(f"{word}.md", f"All about the {word}.") for word in SUBJECTS)
        self.folder = folder
        self.indexer = self.with_embedder(FakeEmbedder())

    def with_embedder(self, embedder: FakeEmbedder, *, golden: bool = False) -> Indexer:
        gate = GoldenGate(QUESTIONS, self.store, embedder, self.ledger) if golden else self.gate
        return Indexer(self.store, embedder, self.ledger, lock_file=self.folder / "index.lock", gate=gate)

    async def run(self, *, full: bool = False, sample: bool = False) -> IndexRun:
        return await self.indexer.run(self.source, full=full, sample=sample)

    async def live(self) -> Generation:
        live = await self.store.live()
        assert live is not None
        return live

    async def texts(self) -> list[str]:
        """Everything that the live generation says."""
        live = await self.live()
        pages = await self.ledger.pages(live.id)
        found = [chunk for page in pages.values() for chunk in await self.store.chunks_of(live.id, page.page_key)]
        assert {chunk.id for chunk in found} == await self.store.chunk_ids(live.id)
        return sorted(chunk.text for chunk in found)

    async def pages_found(self) -> int:
        """How many pages the live generation has anything of."""
        pages = await self.ledger.pages((await self.live()).id)
        chunks = [await self.store.chunks_of((await self.live()).id, page.page_key) for page in pages.values()]
        return sum(map(bool, chunks))

    def mix_up(self) -> None:
        """Let every page say what another one is about, so that searches find the wrong one."""
        for word, other in zip(SUBJECTS, (*SUBJECTS[1:], SUBJECTS[0]), strict=True):
            self.source.put(make_page(f"{word}.md", f"All about the {other}.", title="Page"))


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


async def test_the_gate_is_asked_of_a_sealed_generation_that_is_not_live_yet(setup: Setup) -> None:
    first = await setup.run()
    second = await setup.run(full=True)
    assert setup.gate.asked == [(first.generation_id, None), (second.generation_id, first.generation_id)]
    assert (second.gate_score, second.gate_scores, second.status) == (0.8, {"q1": 0.8}, "finished")


async def test_what_the_gate_turns_away_does_not_go_live_and_is_on_record(setup: Setup) -> None:
    first = await setup.run()
    setup.gate.verdict = TURNED_AWAY
    run = await setup.run(full=True)
    assert (run.status, run.note, run.gate_score, run.gate_live_score) == ("rejected", "It is worse.", 0.5, 0.8)
    assert (await setup.live()).id == first.generation_id
    assert (await setup.ledger.runs(1))[0].gate_scores == {"q1": 0.5}


async def test_a_run_that_writes_the_live_generation_is_not_judged(setup: Setup) -> None:
    await setup.run()
    await setup.run()
    assert len(setup.gate.asked) == 1


async def test_a_sample_is_not_judged(setup: Setup) -> None:
    setup.gate.verdict = TURNED_AWAY
    run = await setup.run(sample=True)
    assert (run.status, setup.gate.asked) == ("finished", [])


async def test_what_was_turned_away_is_gone_on_with_and_not_embedded_again(setup: Setup) -> None:
    await setup.run()
    setup.indexer = setup.with_embedder(FakeEmbedder("other-words", 32))
    setup.gate.verdict = TURNED_AWAY
    rejected = await setup.run()
    setup.gate.verdict = FakeGate().verdict
    again = await setup.run()
    assert (again.generation_id, again.chunks_embedded, again.status) == (rejected.generation_id, 0, "finished")
    assert (await setup.live()).id == again.generation_id


async def test_a_full_build_starts_anew_after_one_that_was_turned_away(setup: Setup) -> None:
    await setup.run()
    setup.gate.verdict = TURNED_AWAY
    rejected = await setup.run(full=True)
    again = await setup.run(full=True)
    assert again.generation_id != rejected.generation_id
    assert again.chunks_embedded == len(SUBJECTS)
    assert rejected.generation_id not in {generation.id for generation in await setup.store.generations()}


async def test_a_plain_run_drops_what_was_turned_away(setup: Setup) -> None:
    first = await setup.run()
    setup.gate.verdict = TURNED_AWAY
    await setup.run(full=True)
    await setup.run()
    assert [generation.id for generation in await setup.store.generations()] == [first.generation_id]


async def test_a_rollback_goes_back_and_a_second_one_forward(setup: Setup) -> None:
    first = await setup.run()
    setup.source.put(make_page("graph.md", "News of the graph."))
    second = await setup.run(full=True)
    back = await setup.indexer.roll_back()
    assert (back.status, back.generation_id) == ("rolled back", first.generation_id)
    assert second.generation_id in back.note
    assert "All about the graph." in await setup.texts()
    forward = await setup.indexer.roll_back()
    assert forward.generation_id == second.generation_id == (await setup.live()).id
    assert [run.status for run in await setup.ledger.runs()].count("rolled back") == 2


async def test_the_next_run_goes_on_in_what_was_rolled_back_to(setup: Setup) -> None:
    first = await setup.run()
    second = await setup.run(full=True)
    await setup.indexer.roll_back()
    setup.source.put(make_page("graph.md", "News of the graph."))
    run = await setup.run()
    assert (run.generation_id, run.changed, run.chunks_embedded) == (first.generation_id, 1, 1)
    assert (await setup.live()).id == first.generation_id
    assert second.generation_id in {generation.id for generation in await setup.store.generations()}


async def test_there_is_nothing_to_roll_back_to(setup: Setup) -> None:
    with pytest.raises(NoRollback, match="Nothing is live"):
        await setup.indexer.roll_back()
    await setup.run(sample=True)
    with pytest.raises(NoRollback, match="no other complete generation"):
        await setup.indexer.roll_back()
    setup.source.name = "elsewhere"
    await setup.run()
    with pytest.raises(NoRollback, match="no other complete generation"):  # the sample is no way back
        await setup.indexer.roll_back()


async def test_what_was_turned_away_is_no_way_back(setup: Setup) -> None:
    await setup.run()
    setup.gate.verdict = TURNED_AWAY
    await setup.run(full=True)
    with pytest.raises(NoRollback):
        await setup.indexer.roll_back()


async def test_no_rollback_to_what_this_model_can_not_search(setup: Setup) -> None:
    await setup.run()
    setup.indexer = setup.with_embedder(FakeEmbedder("other-words", 32))
    await setup.run()
    live = await setup.live()
    with pytest.raises(NoRollback, match="fake-words"):
        await setup.indexer.roll_back()
    assert await setup.live() == live


async def test_golden_questions_keep_a_mixed_up_build_from_going_live(setup: Setup) -> None:
    setup.indexer = setup.with_embedder(FakeEmbedder(), golden=True)
    first = await setup.run()
    assert first.gate_score is not None
    assert first.gate_score > 0.9
    before = await setup.texts()
    setup.mix_up()
    run = await setup.run(full=True)
    assert (run.status, run.gate_live_score) == ("rejected", first.gate_score)
    assert run.gate_score is not None
    assert run.gate_score < first.gate_score
    assert "did not go live" in run.note
    assert await setup.texts() == before


@pytest.mark.parametrize("part", ["store", "ledger"])
@pytest.mark.parametrize("kind", ["incremental", "full", "rejected", "roll back"])
async def test_a_crash_at_any_call_leaves_the_live_index_as_it_was(tmp_path: Path, part: str, kind: str) -> None:
    for call in count(1):
        setup = Setup(tmp_path)
        setup.indexer = setup.with_embedder(FakeEmbedder(), golden=True)
        await setup.run()
        await setup.run(full=True)
        before, live = await setup.texts(), await setup.live()
        if kind == "rejected":
            setup.mix_up()
        else:
            setup.source.put(make_page("graph.md", "News of the graph."))
        crashed = await crashes(setup, part, call, kind)
        if (await setup.live()).id != live.id:
            assert kind in ("full", "roll back")  # whose last step was done
        elif kind == "incremental":
            assert await setup.pages_found() == len(SUBJECTS)  # each as it was or as it is now
        else:
            assert await setup.texts() == before
        await check_the_next_run_goes_on(setup, kind, before)
        if not crashed:
            break
    assert call > 2


async def crashes(setup: Setup, part: str, call: int, kind: str) -> bool:
    """Do one thing in which a part fails at a call; False where it came to its end before."""
    breaks = setup.store if part == "store" else setup.ledger
    breaks.fail_at(call)
    try:
        await (setup.indexer.roll_back() if kind == "roll back" else setup.run(full=kind != "incremental"))
    except RagError:
        return True
    finally:
        breaks.fail_at(None)
    return False


async def check_the_next_run_goes_on(setup: Setup, kind: str, before: list[str]) -> None:
    if kind == "rejected":
        assert (await setup.run(full=True)).status == "rejected"
        assert await setup.texts() == before
    else:
        assert (await setup.run()).status == "finished"
        assert "News of the graph." in await setup.texts()
        assert len(await setup.texts()) == len(SUBJECTS)


@pytest.mark.real
@pytest.mark.parametrize("place", PLACES)
async def test_kill_9_leaves_the_live_index_as_it_was(tmp_path: Path, place: str) -> None:
    async with opened(tmp_path) as (indexer, store):
        first = await indexer.run(FakeSource([make_page("graph.md", "Old words.")]))
    command = [sys.executable, "-m", "tests.rag_core.indexing.indexing_process", str(tmp_path), place]
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    while (line := await process.stdout.readline()) != f"{place}\n".encode():
        assert line, "it ended by itself"
    process.kill()
    await process.communicate()
    async with opened(tmp_path) as (indexer, store):
        live = await store.live()
        assert live is not None
        assert live.id == first.generation_id
        assert await texts_found(store) == ["Old words."]
        run = await indexer.run(FakeSource(PAGES), full=True)
        assert (run.status, run.chunks_total) == ("finished", len(PAGES))
        assert run.chunks_embedded < len(PAGES)  # the rest was there by then
        assert "New words." in await texts_found(store)
