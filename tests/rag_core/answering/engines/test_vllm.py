"""The engine in process, for real: vLLM on the CPU with the small model. One engine serves the whole module."""

import asyncio
import gc
import multiprocessing
import random
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from rag_core.answering.engines import Delta, Message, Request, SupervisedEngine, VllmEngine
from rag_core.answering.model import Usage
from rag_core.errors import EngineOverloaded, EngineUnavailable, ModelNotFound, PromptTooLong
from rag_core.progress import Progress
from tests.rag_core.answering.engines import engine_process

pytestmark = [
    pytest.mark.real,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(1200),  # a start takes half a minute where nothing else computes, and many where much does
    # What torch's and vLLM's own imports warn of is theirs.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed context:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PASSAGES = " ".join(f"[{n}] HNSW builds a graph; M is the number of edges of a node, {n} or more." for n in range(30))
SYSTEM = Message("system", "Answer from the passages. " + PASSAGES)


def about(subject: str, max_tokens: int = 30, **options: Any) -> Request:
    return Request("q1", (SYSTEM, Message("user", f"Tell me about {subject}.")), max_tokens=max_tokens, **options)


@pytest.fixture(scope="module")
def progress() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine") / "vllm.log"


@pytest.fixture(scope="module")
def make(smollm_path: Path, log_file: Path, progress: list[Progress]) -> Callable[[], VllmEngine]:
    return lambda: VllmEngine(
        smollm_path,
        name="SmolLM2",
        context_tokens=2048,
        log_file=log_file,
        on_progress=progress.append,
        gpu=False,
        max_waiting=0,
    )


@pytest.fixture(scope="module", autouse=True)
def _leftovers_go_here() -> Iterator[None]:
    """An ended vLLM leaves its ZeroMQ contexts to the garbage collector: it shall find them while this is tolerated."""
    yield
    gc.collect()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(make: Callable[[], VllmEngine]) -> AsyncIterator[VllmEngine]:
    engine = make()
    await engine.start()
    yield engine
    await engine.close()


async def read(engine: VllmEngine, request: Request) -> list[Delta]:
    return [delta async for delta in engine.stream(request)]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(600):
        while not condition():  # noqa: ASYNC110  (neither vLLM nor the system tells of these)
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("engine")
async def test_tells_how_far_its_start_is(progress: list[Progress], log_file: Path) -> None:
    assert [(report.done, report.total) for report in progress] == [(step, 4) for step in range(5)]
    assert "vllm" in await asyncio.to_thread(log_file.read_text)


async def test_the_deltas_are_the_whole_text_in_pieces(engine: VllmEngine) -> None:
    from vllm import SamplingParams
    from vllm.inputs import tokens_input
    from vllm.sampling_params import RequestOutputKind

    request = about("HNSW — 图")
    deltas = await read(engine, request)
    assert engine._core is not None
    assert engine._encoder is not None
    prompt = engine._encoder.encode(request.messages)
    whole = SamplingParams(temperature=0, max_tokens=30, output_kind=RequestOutputKind.FINAL_ONLY)
    outputs = [output async for output in engine._core._llm.generate(tokens_input(prompt), whole, "whole")]
    assert "".join(delta.text for delta in deltas) == outputs[-1].outputs[0].text
    assert len(deltas) > 3
    assert all(delta.text for delta in deltas[:-1])


async def test_the_last_delta_alone_carries_reason_and_usage(engine: VllmEngine) -> None:
    request = about("the number of edges", max_tokens=5)
    *others, last = await read(engine, request)
    assert not any(delta.finish_reason or delta.usage or delta.times for delta in others)
    assert last.finish_reason == "length"
    assert last.usage is not None
    assert (last.usage.prompt, last.usage.completion) == (engine.count_tokens(request.messages), 5)


async def test_its_times_are_those_of_the_engines_clock(engine: VllmEngine) -> None:
    started = time.monotonic()
    times = (await read(engine, about("its times", max_tokens=5)))[-1].times
    assert times is not None
    assert times.queued >= 0
    assert 0 < times.prefill < times.prefill + times.decode < time.monotonic() - started


async def test_a_long_prompt_is_encoded_in_a_thread(engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(messages: Sequence[Message]) -> list[int]:
        threads.append(threading.current_thread())
        return original(messages)

    threads: list[threading.Thread] = []
    assert engine._encoder is not None
    original = engine._encoder.encode
    monkeypatch.setattr(engine._encoder, "encode", encode)
    await read(engine, about("threads", max_tokens=1))
    assert [thread is threading.main_thread() for thread in threads] == [False]


async def test_an_answer_that_is_begun_goes_on(engine: VllmEngine) -> None:
    whole = await read(engine, about("HNSW", max_tokens=20))
    begun = "".join(delta.text for delta in whole[:9])
    rest = await read(engine, about("HNSW", max_tokens=20, begun=begun))
    assert begun + "".join(delta.text for delta in rest) == "".join(delta.text for delta in whole)
    assert (rest[-1].finish_reason, rest[-1].usage and rest[-1].usage.completion) == ("length", 20)


async def test_an_answer_that_is_begun_to_its_full_length_is_over(engine: VllmEngine) -> None:
    request = about("HNSW", max_tokens=3, begun="A graph with many edges")
    assert await read(engine, request) == [Delta("", "length", Usage(engine.count_tokens(request.messages), 5))]


async def test_a_stop_text_ends_the_answer_and_stays_out_of_it(engine: VllmEngine) -> None:
    whole = "".join(delta.text for delta in await read(engine, about("HNSW", max_tokens=20)))
    stop = whole.split()[3]
    deltas = await read(engine, about("HNSW", max_tokens=20, stop=(stop,)))
    assert "".join(delta.text for delta in deltas) == whole.partition(stop)[0]
    assert deltas[-1].finish_reason == "stop"


async def test_what_prompts_share_is_computed_once(engine: VllmEngine) -> None:
    await read(engine, about("nodes", max_tokens=1))
    last = (await read(engine, about("edges", max_tokens=1)))[-1]
    assert last.usage is not None
    assert last.usage.cached > last.usage.prompt / 2


async def test_a_prompt_that_does_not_fit_is_refused_before_the_engine_sees_it(engine: VllmEngine) -> None:
    fits = 2048 - engine.count_tokens(about("M").messages)
    assert (await read(engine, about("M", max_tokens=fits, timeout=600, stop=(" ",))))[-1].finish_reason == "stop"
    with pytest.raises(PromptTooLong, match="tokens, and"):
        await read(engine, about("M", max_tokens=fits + 1))
    assert engine.running == 0


async def test_two_requests_are_written_at_the_same_time(engine: VllmEngine) -> None:
    first, second = engine.stream(about("nodes")), engine.stream(about("edges"))
    await anext(first)
    await anext(second)
    assert engine.running == 2
    ends = [[delta async for delta in stream][-1].finish_reason for stream in (second, first)]
    assert ends == ["length", "length"]


async def test_closing_the_stream_aborts_in_the_engine(engine: VllmEngine) -> None:
    async with aclosing(engine.stream(about("HNSW", max_tokens=500))) as deltas:
        await anext(deltas)
        assert engine.running == 1
    assert engine.running == 0


async def test_cancelling_the_reader_aborts_in_the_engine(engine: VllmEngine) -> None:
    task = asyncio.create_task(read(engine, about("HNSW", max_tokens=500)))
    await until(lambda: engine.running)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.running == 0


async def test_a_deadline_that_passes_aborts_and_is_an_overload(engine: VllmEngine) -> None:
    with pytest.raises(EngineOverloaded, match="did not finish"):
        await read(engine, about("HNSW", max_tokens=500, timeout=0.3))
    assert engine.running == 0


async def test_more_requests_than_there_is_room_for_are_turned_away(engine: VllmEngine) -> None:
    readers = [asyncio.create_task(read(engine, about(f"node {n}", max_tokens=500))) for n in range(32)]
    await until(lambda: engine.running == 32)
    with pytest.raises(EngineOverloaded, match="32 requests"):
        await read(engine, about("M"))
    for task in readers:
        task.cancel()
    await asyncio.wait(readers)
    assert engine.running == 0
    assert (await read(engine, about("M", max_tokens=1)))[-1].finish_reason == "length"


async def test_a_request_hears_how_many_are_before_it_and_people_go_first(engine: VllmEngine) -> None:
    readers = [asyncio.create_task(read(engine, about(f"node {n}", max_tokens=200))) for n in range(31)]
    last = asyncio.create_task(read(engine, about("the last that finds room", max_tokens=2)))
    await until(lambda: engine.running == 32)
    engine._line._room += 2
    patient = asyncio.create_task(read(engine, about("a digest", max_tokens=1, patient=True)))
    person = asyncio.create_task(read(engine, about("a person", max_tokens=1)))
    ended: list[str] = []
    patient.add_done_callback(lambda _: ended.append("patient"))
    person.add_done_callback(lambda _: ended.append("person"))
    for waiting in (patient, person):
        assert max(delta.ahead for delta in await waiting) in {1, 2}
    assert ended == ["person", "patient"]
    for task in (*readers, last):
        task.cancel()
    await asyncio.wait([*readers, last])
    engine._line._room -= 2


async def leave_at_random(engine: VllmEngine, chance: random.Random, number: int) -> None:
    """One of the ways in which a request ends before its answer does, or it ends by itself."""
    request = about(f"edge {number}", max_tokens=chance.choice((1, 40)), timeout=chance.choice((0.05, 0.5, 60)))
    reader = asyncio.create_task(read(engine, request))
    if chance.random() < 0.5:
        await asyncio.sleep(chance.random())
        reader.cancel()
    elif chance.random() < 0.5:
        reader.cancel()
        reader = asyncio.create_task(first_delta(engine, request))
    with suppress(asyncio.CancelledError, EngineOverloaded):
        await reader


async def first_delta(engine: VllmEngine, request: Request) -> list[Delta]:
    """A reader that hangs up after the first delta."""
    async with aclosing(engine.stream(request)) as deltas:
        return [await anext(deltas)]


async def test_500_cancels_timeouts_and_hang_ups_leave_nothing_behind(engine: VllmEngine) -> None:
    core = engine._core
    assert core is not None
    await read(engine, about("M", max_tokens=1))
    assert core.cache_in_use == 0
    chance, tasks = random.Random(5), asyncio.all_tasks()
    for start in range(0, 500, 25):
        async with asyncio.TaskGroup() as group:
            for number in range(start, start + 25):
                group.create_task(leave_at_random(engine, chance, number))
    assert engine.running == 0
    await until(lambda: asyncio.all_tasks() <= tasks)
    # The engine tells of its blocks at each step: at the end of one with nothing else in it, all must be free.
    assert (await read(engine, about("M", max_tokens=1)))[-1].finish_reason == "length"
    assert core.cache_in_use == 0
    assert engine._line._places == set()


async def test_a_cancelled_request_frees_its_blocks(engine: VllmEngine) -> None:
    core = engine._core
    assert core is not None
    async with aclosing(engine.stream(about("HNSW", max_tokens=500))) as deltas:
        await anext(deltas)
        await anext(deltas)
        assert core.cache_in_use > 0
    await read(engine, about("M", max_tokens=1))
    assert core.cache_in_use == 0


async def test_a_start_that_is_cancelled_leaves_no_process(make: Callable[[], VllmEngine], engine: VllmEngine) -> None:
    before = set(multiprocessing.active_children())
    starting = asyncio.create_task(make().start())
    await until(lambda: set(multiprocessing.active_children()) - before)
    children = set(multiprocessing.active_children()) - before
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await until(lambda: not any(child.is_alive() for child in children))
    assert (await read(engine, about("M", max_tokens=1)))[-1].finish_reason == "length"


async def test_a_folder_without_a_model_is_not_found(tmp_path: Path) -> None:
    engine = VllmEngine(tmp_path, name="nothing", context_tokens=1024, log_file=tmp_path / "vllm.log", gpu=False)
    with pytest.raises(ModelNotFound, match="nothing can't be used for chat"):
        await engine.start()


async def test_before_its_start_it_is_unavailable(make: Callable[[], VllmEngine]) -> None:
    engine = make()
    with pytest.raises(EngineUnavailable, match="not been started"):
        await engine.check()
    with pytest.raises(EngineUnavailable, match="not been started"):
        await read(engine, about("M"))
    await engine.close()


# From here on the module's engine is dead.


async def test_an_engine_whose_process_dies_says_so_to_all_and_can_be_started_again(engine: VllmEngine) -> None:
    await engine.check()
    task = asyncio.create_task(read(engine, about("HNSW", max_tokens=1000)))
    await until(lambda: engine.running)
    [core] = [child for child in multiprocessing.active_children() if child.name.startswith("EngineCore")]
    workers = psutil.Process(core.pid).children(recursive=True)
    core.kill()
    with pytest.raises(EngineUnavailable, match="died"):
        await asyncio.wait_for(task, 600)
    with pytest.raises(EngineUnavailable, match="died"):
        await engine.check()
    with pytest.raises(EngineUnavailable, match="died"):
        await read(engine, about("HNSW"))
    await engine.close()
    assert psutil.wait_procs(workers, timeout=120)[1] == []
    await engine.start()
    assert (await read(engine, about("M", max_tokens=1)))[-1].finish_reason == "length"


async def test_a_supervised_engine_is_replaced_and_a_running_answer_goes_on(
    engine: VllmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start() -> None:
        """It runs already; only when it is replaced does it start."""
        monkeypatch.setattr(engine, "start", start_again)

    request = about("HNSW", max_tokens=60, timeout=900)  # a start takes long where others compute as well
    whole = "".join(delta.text for delta in await read(engine, request))
    start_again = engine.start
    monkeypatch.setattr(engine, "start", start)
    supervised = SupervisedEngine(engine)
    await supervised.start()
    try:
        async with aclosing(supervised.stream(request)) as deltas:
            begun = (await anext(deltas)).text
            [core] = [child for child in multiprocessing.active_children() if child.name.startswith("EngineCore")]
            core.kill()
            text = begun + "".join([delta.text async for delta in deltas])
        assert (text.startswith(begun), len(text) > len(begun)) == (True, True)
        assert text[:40] == whole[:40]
        question = [delta async for delta in supervised.stream(about("M", max_tokens=1))]
        assert question[-1].finish_reason == "length"
    finally:
        await supervised.close()


@pytest.fixture
def other_program(smollm_path: Path, tmp_path: Path) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", engine_process.__name__, str(smollm_path), str(tmp_path / "vllm.log")]
    with subprocess.Popen(command) as program:
        yield psutil.Process(program.pid)
        program.kill()


async def test_no_process_of_it_outlives_a_program_that_is_killed(other_program: psutil.Process) -> None:
    tree: set[psutil.Process] = set()

    def worker_is_there() -> bool:
        tree.update(other_program.children(recursive=True))
        named = (each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"]) if each in tree)
        return any("Worker" in " ".join(words) for words in named)

    await until(worker_is_there)
    other_program.kill()
    assert psutil.wait_procs(tree, timeout=120)[1] == []
