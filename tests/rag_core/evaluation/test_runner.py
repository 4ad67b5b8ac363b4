import asyncio
import json
from pathlib import Path

import pytest

from rag_core.answering.answerer import Answerer
from rag_core.answering.retriever import Retriever
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.runner import evaluate
from rag_core.progress import Progress
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import Gate, ScriptedEngine
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

ABOUT_EDGES = GoldenQuestion("q1", "answerable", "Where does the graph index keep its edges?", gold=("graph.md",))
OFF_TOPIC = GoldenQuestion("u1", "unanswerable", "Please recommend tasty sourdough recipes!")
FOLLOW_UP = GoldenQuestion(
    "f1", "followup", "and how many at once?", earlier=("How does the graph index read its edges?",), gold=("graph.md",)
)
TRUE = "The graph index keeps its edges in memory [1]."


@pytest.fixture
async def store() -> FakeStore:
    store = FakeStore()
    text = "The graph index keeps its edges in memory. It examines 16 of them at once."
    await fill(store, FakeEmbedder(), chunk("graph", 0, text), chunk("lists", 0, "Lists of vectors stand on disk."))
    return store


@pytest.fixture
def retriever(store: FakeStore) -> Retriever:
    return Retriever(store, FakeEmbedder())


async def no_info() -> None:
    return None


async def test_searching_alone_ranks_pages_and_tells_what_would_be_refused(retriever: Retriever) -> None:
    seen: list[Progress] = []
    run = await evaluate([ABOUT_EDGES, OFF_TOPIC, FOLLOW_UP], retriever, progress=seen.append)
    assert [(row.id, row.outcome) for row in run.rows] == [("q1", "quoted"), ("u1", "refused"), ("f1", "quoted")]
    assert [row.pages[0] for row in run.rows if row.id != "u1"] == ["graph.md", "graph.md"]
    assert [(report.done, report.total) for report in seen] == [(1, 3), (2, 3), (3, 3)]


async def test_answers_are_written_in_the_run_format(retriever: Retriever, tmp_path: Path) -> None:
    answerer = Answerer(retriever, ScriptedEngine(TRUE), no_info)
    run = await evaluate([ABOUT_EDGES], retriever, answerer)
    await asyncio.to_thread(run.write, tmp_path / "run.jsonl")
    (line,) = (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert row.pop("pages")[0] == "graph.md"
    assert row == {
        "id": "q1",
        "outcome": "answered",
        "answer": TRUE,
        "citations": [{"n": 1, "page": "graph.md", "url": "https://docs.example/graph.md"}],
    }


async def test_a_quoted_answer_is_its_quotes(retriever: Retriever) -> None:
    run = await evaluate([ABOUT_EDGES], retriever, Answerer(retriever, ScriptedEngine(writes=False), no_info))
    assert run.rows[0].outcome == "quoted"
    assert run.rows[0].answer.startswith(
        "The graph index keeps its edges in memory. It examines 16 of them at once. [1]"
    )


async def test_a_follow_up_is_asked_after_its_turns(retriever: Retriever) -> None:
    engine = ScriptedEngine(model="scripted-135M")
    engine.reply(TRUE)
    engine.reply("It examines 16 of them at once [1].")
    run = await evaluate([FOLLOW_UP], retriever, Answerer(retriever, engine, no_info))
    assert run.rows[0].answer == "It examines 16 of them at once [1]."
    asked = [message.content for message in engine.requests[1].messages]
    assert any("How does the graph index read" in content for content in asked[:-1])
    assert "in memory." in asked[2]


async def test_a_failure_is_a_row_and_not_the_end(retriever: Retriever, store: FakeStore) -> None:
    store.fail_at(1)
    run = await evaluate([ABOUT_EDGES, FOLLOW_UP], retriever, concurrency=1)
    assert [row.outcome for row in run.rows] == ["failed", "quoted"]
    store.available = False
    answered = await evaluate([ABOUT_EDGES], retriever, Answerer(retriever, ScriptedEngine(TRUE), no_info))
    assert [row.outcome for row in answered.rows] == ["failed"]


async def test_no_more_questions_run_at_once_than_allowed(retriever: Retriever) -> None:
    engine = ScriptedEngine()
    gates = [Gate(), Gate(), Gate()]
    for gate in gates:
        engine.reply(TRUE, gates={0: gate})
    questions = [GoldenQuestion(f"q{n}", "answerable", ABOUT_EDGES.question, gold=("graph.md",)) for n in range(3)]
    running = asyncio.create_task(evaluate(questions, retriever, Answerer(retriever, engine, no_info), concurrency=2))
    await asyncio.gather(gates[0].reached.wait(), gates[1].reached.wait())
    for _ in range(50):
        await asyncio.sleep(0)
    assert not gates[2].reached.is_set()
    for gate in gates:
        gate.opened.set()
    assert len((await running).rows) == 3
