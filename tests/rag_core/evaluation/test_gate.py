from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rag_core.errors import StoreRejected
from rag_core.evaluation.gate import TOLERANCE, GoldenGate
from rag_core.evaluation.questions import GoldenQuestion, shipped_questions
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.gate import Verdict
from rag_core.indexing.ledger import IndexRun, PageState
from rag_core.indexing.store import Generation, Hit, SearchFilter
from rag_core.progress import Progress
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.ledger import FakeLedger
from tests.fakes.passages import chunk
from tests.fakes.store import FakeStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NEW = Generation("new", "fake-words", 64, 1, 1, "https://docs.example", NOW)
LIVE = replace(NEW, id="live")


class Setup:
    """Generations of pages "0" to "n", each about a word of its own, and one question about each."""

    def __init__(self, pages: int = 20) -> None:
        self.store, self.embedder, self.ledger = FakeStore(), FakeEmbedder(dimension=512), FakeLedger()
        self.pages = pages
        self.questions = [
            GoldenQuestion(f"q{n}", "answerable", f"subject{n}?", gold=(f"{n}.md",)) for n in range(pages)
        ]

    async def build(self, generation: Generation, *, wrong: int = 0, without: int = 0) -> None:
        """Build one where the first `wrong` pages say nothing of their subject, and `without` are not there."""
        chunks = [
            chunk(str(n), 0, "nothing" if n < wrong else f"subject{n}", title="page")
            for n in range(without, self.pages)
        ]
        generation = replace(generation, dimension=512)
        await self.store.create(generation)
        vectors = await self.embedder.embed_passages([each.embedding_text for each in chunks])
        await self.store.upsert(generation.id, chunks, vectors)
        states = [PageState(each.url, each.page_key, each.title, "") for each in chunks]
        await self.ledger.save_pages(generation.id, states)

    async def judge(self, new: Generation = NEW, live: Generation | None = LIVE) -> Verdict:
        self.progress: list[Progress] = []
        rival = replace(live, dimension=512) if live else None
        gate = GoldenGate(self.questions, self.store, self.embedder, self.ledger)
        return await gate.judge(replace(new, dimension=512), rival, self.progress.append)


async def test_as_good_passes() -> None:
    setup = Setup()
    await setup.build(LIVE)
    await setup.build(NEW)
    verdict = await setup.judge()
    assert (verdict.passed, verdict.note, verdict.score, verdict.live_score) == (True, "", 1.0, 1.0)
    assert verdict.scores == {f"q{n}": 1.0 for n in range(20)}
    assert setup.progress[-1] == Progress("Asking golden questions", 20, 20)


async def test_better_passes() -> None:
    setup = Setup()
    await setup.build(LIVE, wrong=10)
    await setup.build(NEW)
    verdict = await setup.judge()
    assert verdict.passed
    assert verdict.live_score is not None
    assert verdict.score == 1.0 > verdict.live_score


async def test_worse_is_turned_away_with_both_scores_and_the_questions_that_lost() -> None:
    setup = Setup()
    await setup.build(LIVE)
    await setup.build(NEW, wrong=10)
    verdict = await setup.judge()
    assert not verdict.passed
    assert verdict.score is not None
    assert f"nDCG@10 {verdict.score:.3f}, before 1.000 (20 questions" in verdict.note
    lost = {name for name, score in verdict.scores.items() if score < 1}
    assert set(verdict.note.removesuffix(".").rpartition("lost by ")[2].split(", ")) <= lost


@pytest.mark.parametrize(("without", "passed"), [(1, True), (2, False)])
async def test_one_question_of_few_may_be_lost_and_not_two(without: int, passed: bool) -> None:
    setup = Setup()
    await setup.build(LIVE)
    await setup.build(NEW, without=without)
    assert (await setup.judge()).passed is passed


async def test_of_many_questions_a_loss_beyond_the_tolerance_counts() -> None:
    setup = Setup(150)
    await setup.build(LIVE)
    await setup.build(NEW, without=3)
    assert (await setup.judge()).passed  # 3 of 150 are the tolerance
    await setup.build(replace(NEW, id="newer"), without=4)
    assert 3 / 150 <= TOLERANCE < 4 / 150
    assert not (await setup.judge(replace(NEW, id="newer"))).passed


async def test_the_first_generation_is_asked_so_that_its_scores_are_known() -> None:
    setup = Setup()
    await setup.build(NEW, without=5)
    verdict = await setup.judge(live=None)
    assert (verdict.passed, verdict.score, verdict.live_score, len(verdict.scores)) == (True, 1.0, None, 15)


async def test_a_sample_never_blocks() -> None:
    setup = Setup()
    sample = replace(LIVE, sample=True)
    await setup.build(sample)
    await setup.build(NEW, wrong=15)
    verdict = await setup.judge(live=sample)
    assert (verdict.passed, verdict.live_score) == (True, None)


async def test_questions_about_pages_in_neither_are_left_out() -> None:
    setup = Setup()
    await setup.build(LIVE)
    await setup.build(NEW)
    setup.questions += [
        GoldenQuestion("x1", "answerable", "subject1?", gold=("nowhere.md",)),
        GoldenQuestion("x2", "answerable", "subject1?", gold=("1.md",), language="zh"),
        GoldenQuestion("x3", "answerable", "subject1?", gold=("1.md",), version="v1.0.x"),
        GoldenQuestion("x4", "unanswerable", "subject1?"),
    ]
    assert len((await setup.judge()).scores) == 20


async def test_too_few_questions_are_no_ground_to_turn_anything_away() -> None:
    setup = Setup(9)
    await setup.build(LIVE)
    await setup.build(NEW, wrong=9)
    verdict = await setup.judge()
    assert verdict.passed
    assert "unjudged: only 9" in verdict.note


async def test_another_model_is_compared_to_the_recorded_scores() -> None:
    setup = Setup()
    other = replace(LIVE, embedding_model="other-words")
    await setup.build(other)
    await setup.build(NEW, wrong=10)
    assert "unjudged" in (await setup.judge(live=other)).note
    scores = {f"q{n}": 0.9 for n in range(20)}
    run = IndexRun("r1", other.id, other.source, NOW, "finished", gate_score=0.9, gate_scores=scores)
    await setup.ledger.save_run(run)
    verdict = await setup.judge(live=other)
    assert not verdict.passed
    assert verdict.live_score == pytest.approx(0.9)


async def test_a_schema_that_can_not_be_searched_any_more_is_compared_to_the_recorded_scores() -> None:
    class Refusing(FakeStore):
        async def search(
            self, text: str, vector: Vectors, where: SearchFilter, limit: int, *, generation_id: str | None = None
        ) -> list[Hit]:
            if generation_id == LIVE.id:
                raise StoreRejected("There is no such field.")
            return await super().search(text, vector, where, limit, generation_id=generation_id)

    setup = Setup()
    setup.store = Refusing()
    await setup.build(LIVE)
    await setup.build(NEW)
    scores = {f"q{n}": 0.9 for n in range(20)}
    await setup.ledger.save_run(IndexRun("r1", LIVE.id, LIVE.source, NOW, gate_score=0.9, gate_scores=scores))
    verdict = await setup.judge()
    assert verdict.passed
    assert verdict.live_score == pytest.approx(0.9)


async def test_another_source_may_leave_pages_out() -> None:
    setup = Setup(30)
    other = replace(LIVE, source="https://elsewhere.example")
    await setup.build(other)
    await setup.build(NEW, without=15)
    assert (await setup.judge(live=other)).passed
    await setup.build(replace(NEW, id="same source", source=other.source), without=15)
    assert not (await setup.judge(replace(NEW, id="same source", source=other.source), other)).passed


def test_the_shipped_questions_have_one_id_each() -> None:
    questions = shipped_questions()
    assert len({question.id for question in questions}) == len(questions) >= 60
