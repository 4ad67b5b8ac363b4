import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio

from rag_core.answering.engines import Delta, Engine, Message, Request, ServerEngine
from rag_core.answering.model import Usage
from rag_core.errors import EngineError, EngineOverloaded, EngineUnavailable, PromptTooLong
from tests.fakes.chat_server import ChatServer, frame

REQUEST = Request("q1", (Message("system", "Be brief."), Message("user", "HNSW?")), max_tokens=50, stop=("\n\n",))
TOO_LONG = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with ChatServer().running() as running:
        yield running


@pytest_asyncio.fixture
async def engine(server: ChatServer) -> AsyncIterator[ServerEngine]:
    engine = ServerEngine(server.url, "large", "secret-key")
    await engine.start()
    yield engine
    await engine.close()


async def read(engine: Engine, request: Request = REQUEST) -> list[Delta]:
    return [delta async for delta in engine.stream(request)]


async def test_streams_the_texts_and_ends_with_reason_and_usage(server: ChatServer, engine: ServerEngine) -> None:
    usage = {"prompt_tokens": 30, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 16}}
    server.say("A graph", " – 图。", usage=usage)
    assert await read(engine) == [Delta("A graph"), Delta(" – 图。"), Delta("", "stop", Usage(30, 2, 16))]


async def test_sends_what_the_request_says(server: ChatServer, engine: ServerEngine) -> None:
    server.say("x")
    await read(engine)
    assert server.bodies == [
        {
            "model": "large",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "HNSW?"}],
            "max_tokens": 50,
            "temperature": 0.0,
            "stop": ["\n\n"],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
    assert set(server.keys) == {"Bearer secret-key"}


async def test_passes_over_keep_alives_and_letters_cut_in_two(server: ChatServer, engine: ServerEngine) -> None:
    server.say("图", finish_reason="length")
    whole = b": ping\n\n".join(server.frames)
    middle = whole.index("图".encode()) + 1
    server.frames = [b": ping\n\n", whole[:middle], whole[middle:]]
    assert await read(engine) == [Delta("图"), Delta("", "length", None)]


@pytest.mark.parametrize(
    ("status", "text", "error", "words"),
    [
        (400, json.dumps({"error": {"message": TOO_LONG, "code": 400}}), PromptTooLong, "maximum context length"),
        (400, json.dumps({"error": {"code": "context_length_exceeded", "message": "No."}}), PromptTooLong, "No."),
        (413, "Payload too large", PromptTooLong, "too large"),
        (400, json.dumps({"object": "error", "message": "temperature?"}), EngineUnavailable, "temperature?"),
        (401, json.dumps({"error": "Unauthorized"}), EngineUnavailable, "refuses the API key: Unauthorized"),
        (404, json.dumps({"detail": "Not Found"}), EngineUnavailable, "has no model large at this address"),
        (429, "", EngineOverloaded, "too much to do: no reason given"),
        (503, "<html>busy</html>", EngineOverloaded, "too much to do"),
        (500, "oops", EngineUnavailable, "HTTP status 500: oops"),
    ],
)
async def test_tells_errors_apart(
    server: ChatServer, engine: ServerEngine, status: int, text: str, error: type[EngineError], words: str
) -> None:
    server.status, server.error = status, text
    with pytest.raises(error) as raised:
        await read(engine)
    assert type(raised.value) is error
    assert words in str(raised.value)


async def test_an_error_inside_the_stream_is_raised_there(server: ChatServer, engine: ServerEngine) -> None:
    server.say("A graph", finish_reason=None)
    server.frames.append(frame({"error": {"message": "The engine is busy.", "code": 503}}))
    stream = engine.stream(REQUEST)
    assert await anext(stream) == Delta("A graph")
    with pytest.raises(EngineOverloaded, match="busy"):
        await anext(stream)


@pytest.mark.parametrize("cut", [True, False])
async def test_a_stream_that_breaks_off_is_no_answer(server: ChatServer, engine: ServerEngine, *, cut: bool) -> None:
    server.say("A graph", finish_reason=None)
    server.cut = cut
    stream = engine.stream(REQUEST)
    assert await anext(stream) == Delta("A graph")
    with pytest.raises(EngineUnavailable):
        await anext(stream)


@pytest.mark.parametrize("nonsense", [b"data: <html>\n\n", b"data: 7\n\n", b'data: {"usage": {"x": 1}}\n\n'])
async def test_something_else_than_a_completion_is_refused(
    server: ChatServer, engine: ServerEngine, nonsense: bytes
) -> None:
    server.frames = [nonsense]
    with pytest.raises(EngineUnavailable, match="no chat completion"):
        await read(engine)


async def test_closing_the_stream_closes_the_connection(server: ChatServer, engine: ServerEngine) -> None:
    server.say("A graph", finish_reason=None)
    server.hold = True
    async with aclosing(engine.stream(REQUEST)) as stream:
        await anext(stream)
        assert not server.gone.is_set()
    await asyncio.wait_for(server.gone.wait(), 10)


async def test_cancelling_the_reader_closes_the_connection(server: ChatServer, engine: ServerEngine) -> None:
    server.say("A graph", finish_reason=None)
    server.hold = True
    first = asyncio.Event()

    async def reader() -> None:
        async for _ in engine.stream(REQUEST):
            first.set()

    task = asyncio.create_task(reader())
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(server.gone.wait(), 10)


async def test_a_deadline_that_passes_is_an_overload(server: ChatServer, engine: ServerEngine) -> None:
    server.say("A graph", finish_reason=None)
    server.hold = True
    with pytest.raises(EngineOverloaded, match="did not finish"):
        await read(engine, Request("q", REQUEST.messages, timeout=1))
    await asyncio.wait_for(server.gone.wait(), 10)


async def test_takes_the_first_model_and_its_context_when_none_is_named(server: ChatServer) -> None:
    engine = ServerEngine(server.url)
    await engine.start()
    assert (engine.model, engine.context_tokens) == ("small", 4096)
    await engine.close()


@pytest.mark.parametrize(
    ("models", "words"), [({"data": []}, "lists no model"), ("hello", "no OpenAI-compatible server")]
)
async def test_does_not_start_without_a_model(server: ChatServer, models: object, words: str) -> None:
    server.models = models
    engine = ServerEngine(server.url)
    with pytest.raises(EngineUnavailable, match=words):
        await engine.start()
    await engine.close()


async def test_check_says_why_it_is_not_there(server: ChatServer, engine: ServerEngine) -> None:
    await engine.check()
    server.status, server.error = 401, "wrong key"
    with pytest.raises(EngineUnavailable, match="refuses the API key: wrong key"):
        await engine.check()


async def test_check_does_not_wait_for_a_server_that_hangs(server: ChatServer) -> None:
    engine = ServerEngine(server.url, "large", check_timeout=0.2)
    server.silent = True
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        await engine.start()
    await engine.close()


async def test_an_address_where_nothing_listens_is_named_without_its_password(unused_tcp_port: int) -> None:
    engine = ServerEngine(f"http://user:hidden@127.0.0.1:{unused_tcp_port}/v1", "large")
    with pytest.raises(EngineUnavailable, match="can't be reached") as raised:
        await engine.start()
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        await read(engine)
    assert "hidden" not in str(raised.value)
    await engine.close()


async def test_before_its_start_it_is_unavailable() -> None:
    engine = ServerEngine("http://127.0.0.1:1/v1")
    with pytest.raises(EngineUnavailable, match="not been started"):
        await engine.check()
    with pytest.raises(EngineUnavailable, match="not been started"):
        await read(engine)


def test_counts_tokens_rounded_up() -> None:
    engine = ServerEngine("http://127.0.0.1:1/v1")
    assert engine.count_tokens(()) > 0
    # 12 tokens with the tokenizers of Llama 3 and of GPT-4, and the template's around them.
    assert engine.count_tokens((Message("user", "What do the parameters for HNSW mean in Milvus?"),)) >= 12 + 8
