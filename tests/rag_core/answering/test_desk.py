"""The desk records every question and its answer, however the answer ends."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import structlog

from rag_core.answering.answerer import Answerer
from rag_core.answering.desk import Desk, Load
from rag_core.answering.model import Answer, AnswerEvent, Finished, Question, Searching, Shown, Turn
from rag_core.answering.retriever import Retriever
from rag_core.indexing.embedder import Vectors
from rag_core.records.model import Origin
from tests.fakes.book import FakeBook
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import Gate, ScriptedEngine
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

QUESTION = Question("a" * 32, "Where does the graph index keep its edges?")
ORIGIN = Origin("terminal", user_id=7)
TRUE = "The graph index keeps its edges in memory [1]."


class BrokenBook(FakeBook):
    """A record that is broken in a way that its port does not allow."""

    async def save_question(self, question: Question, origin: Origin) -> None:
        raise RuntimeError("disk on fire")

    async def save_answer(self, answer: Answer) -> None:
        raise RuntimeError("disk on fire")


class BrokenEmbedder(FakeEmbedder):
    """A model that fails in a way that nobody foresaw."""

    async def embed_query(self, text: str) -> Vectors:
        raise ZeroDivisionError("no such number")


class SlowBook(FakeBook):
    """Saves an answer only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.saved = asyncio.Event()

    async def save_answer(self, answer: Answer) -> None:
        self.gate.reached.set()
        await self.gate.opened.wait()
        await super().save_answer(answer)
        self.saved.set()


@pytest.fixture
def book() -> FakeBook:
    return FakeBook()


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def answerer(engine: ScriptedEngine) -> Answerer:
    store = FakeStore()
    await fill(store, FakeEmbedder(), chunk("graph", 0, "The graph index keeps its edges in memory."))

    async def no_info() -> None:
        return None

    return Answerer(Retriever(store, FakeEmbedder()), engine, no_info)


@pytest.fixture
def desk(answerer: Answerer, book: FakeBook) -> Desk:
    return Desk(answerer, book)


async def read(desk: Desk, question: Question = QUESTION) -> list[AnswerEvent]:
    return [event async for event in desk.ask(question, ORIGIN)]


def the_answer(events: list[AnswerEvent]) -> Answer:
    assert isinstance(events[-1], Finished)
    return events[-1].answer


async def first_shown(events: AsyncGenerator[AnswerEvent]) -> None:
    async for event in events:
        if isinstance(event, Shown):
            return


async def test_question_and_answer_are_on_record_when_the_reader_sees_the_end(
    desk: Desk, book: FakeBook, engine: ScriptedEngine
) -> None:
    engine.reply(TRUE)
    async for event in desk.ask(QUESTION, ORIGIN):
        assert book.questions == {QUESTION.id: QUESTION}
        assert isinstance(event, Finished) == (QUESTION.id in book.answers)
    assert book.origins[QUESTION.id] == ORIGIN
    assert book.answers[QUESTION.id].outcome == "answered"


async def test_stopping_ends_the_answer_as_cancelled_and_aborts_the_request(
    desk: Desk, book: FakeBook, engine: ScriptedEngine
) -> None:
    gate = Gate()
    engine.reply(f"{TRUE} And", " more.", gates={1: gate})
    events = desk.ask(QUESTION, ORIGIN)
    await first_shown(events)
    await gate.reached.wait()
    assert desk.stop(QUESTION.id)
    assert not desk.stop(QUESTION.id)
    answer = the_answer([event async for event in events])
    assert (answer.outcome, answer.note, answer.text) == ("cancelled", "cancelled", TRUE)
    assert [citation.number for citation in answer.citations] == [1]
    assert book.answers[QUESTION.id] == answer
    assert engine.aborted == [QUESTION.id]


async def test_an_answer_can_be_stopped_before_its_first_step(desk: Desk, book: FakeBook) -> None:
    reading = asyncio.create_task(read(desk))
    for _ in range(10):
        if desk.stop(QUESTION.id):
            break
        await asyncio.sleep(0)
    answer = the_answer(await reading)
    assert answer.outcome == "cancelled"
    assert book.answers[QUESTION.id] == answer


async def test_tells_how_much_there_is_to_do(desk: Desk, engine: ScriptedEngine) -> None:
    assert desk.load() == Load()
    gate = Gate()
    engine.queue(2, gates={0: gate})
    events = desk.ask(QUESTION, ORIGIN)
    await anext(events)
    assert desk.load() == Load(answers=1)
    await gate.reached.wait()
    assert desk.load() == Load(answers=1, waiting=1)
    await events.aclose()
    assert desk.load() == Load()


def test_there_is_nothing_to_stop_under_an_unknown_id(desk: Desk) -> None:
    assert not desk.stop("f" * 32)


async def test_a_finished_answer_can_not_be_stopped(desk: Desk, engine: ScriptedEngine) -> None:
    engine.reply(TRUE)
    await read(desk)
    assert not desk.stop(QUESTION.id)


async def test_a_reader_that_is_cancelled_leaves_a_cancelled_answer_on_record(
    desk: Desk, book: FakeBook, engine: ScriptedEngine
) -> None:
    gate = Gate()
    engine.reply(f"{TRUE} And", " more.", gates={1: gate})
    reading = asyncio.create_task(read(desk))
    await gate.reached.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (book.answers[QUESTION.id].outcome, book.answers[QUESTION.id].text) == ("cancelled", TRUE)
    assert engine.aborted == [QUESTION.id]


async def test_a_reader_that_closes_leaves_a_cancelled_answer_on_record(
    desk: Desk, book: FakeBook, engine: ScriptedEngine
) -> None:
    engine.reply(f"{TRUE} And", " more.", gates={1: Gate()})
    events = desk.ask(QUESTION, ORIGIN)
    await first_shown(events)
    await events.aclose()
    assert book.answers[QUESTION.id].outcome == "cancelled"
    assert engine.running == []


async def test_the_record_is_written_even_if_the_reader_is_cancelled_twice(
    answerer: Answerer, engine: ScriptedEngine
) -> None:
    book = SlowBook()
    engine.reply(TRUE)
    reading = asyncio.create_task(read(Desk(answerer, book)))
    await book.gate.reached.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert book.answers == {}
    book.gate.opened.set()
    await book.saved.wait()
    assert book.answers[QUESTION.id].outcome == "answered"


async def test_an_unforeseen_error_becomes_a_failed_answer(book: FakeBook, engine: ScriptedEngine) -> None:
    async def no_info() -> None:
        return None

    broken = Answerer(Retriever(FakeStore(), BrokenEmbedder()), engine, no_info)
    with structlog.testing.capture_logs() as logs:
        events = await read(Desk(broken, book))
    answer = the_answer(events)
    assert [type(event) for event in events] == [Searching, Finished]
    assert (answer.outcome, answer.note) == ("failed", "error")
    assert book.answers[QUESTION.id] == answer
    failure = next(entry for entry in logs if entry["event"] == "answer failed")
    assert isinstance(failure["exc_info"], ZeroDivisionError)


async def test_a_broken_record_does_not_stop_the_answer(answerer: Answerer, engine: ScriptedEngine) -> None:
    engine.reply(TRUE)
    with structlog.testing.capture_logs() as logs:
        answer = the_answer(await read(Desk(answerer, BrokenBook())))
    assert (answer.outcome, answer.text) == ("answered", TRUE)
    assert [entry["event"] for entry in logs].count("record not written") == 2


async def test_each_question_is_logged_under_its_own_id(desk: Desk, engine: ScriptedEngine) -> None:
    gate = Gate()
    engine.reply("", TRUE, gates={1: gate})
    engine.reply(TRUE)
    other = Question("b" * 32, QUESTION.text)
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as logs:
        waiting = asyncio.create_task(read(desk))
        await gate.reached.wait()
        await read(desk, other)
        gate.opened.set()
        await waiting
    for question in (QUESTION, other):
        told = [entry["event"] for entry in logs if entry.get("question_id") == question.id]
        assert told == [
            "question asked",
            "retrieval started",
            "retrieval finished",
            "first token",
            "answer finished",
        ]
    assert structlog.contextvars.get_contextvars() == {}


async def test_secrets_reach_neither_the_engine_nor_the_record(
    desk: Desk, book: FakeBook, engine: ScriptedEngine
) -> None:
    engine.reply(TRUE)
    words = "Where does the graph index keep its edges? token='hunter22'"
    turn = Turn("I am ada@example.com", "Hello.")
    async for _ in desk.ask(Question("b" * 32, words, (turn,)), ORIGIN):
        pass
    asked = book.questions["b" * 32]
    assert asked.text == "Where does the graph index keep its edges? token='[secret]'"
    assert asked.history == (Turn("I am [e-mail]", "Hello."),)
    assert "hunter22" not in str(engine.requests)
