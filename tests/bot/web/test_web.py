"""The pages for machines."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.web import Metrics, WebServer
from rag_core.answering.model import Answer, Times, Usage


class _Part:
    """A part that is there or not."""

    def __init__(self) -> None:
        self.there = True

    async def check(self) -> None:
        if not self.there:
            raise ConnectionError("away")


@pytest.fixture
def part() -> _Part:
    return _Part()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def address(part: _Part, metrics: Metrics) -> AsyncIterator[str]:
    server = WebServer(metrics)
    port = await server.start("127.0.0.1", 0)
    server.watch({"milvus": part.check})
    yield f"http://127.0.0.1:{port}"
    await server.close()


async def _get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_health_needs_no_part(address: str, part: _Part) -> None:
    part.there = False
    assert await _get(f"{address}/health") == (200, '{"status": "alive"}')


async def test_ready_names_what_is_away(address: str, part: _Part) -> None:
    assert (await _get(f"{address}/ready"))[0] == 200
    part.there = False
    status, body = await _get(f"{address}/ready")
    assert (status, '"milvus": "away"' in body) == (503, True)


async def test_a_bot_that_is_still_starting_is_alive_and_not_ready(metrics: Metrics) -> None:
    server = WebServer(metrics)
    address = f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}"
    assert (await _get(f"{address}/health"))[0] == 200
    assert await _get(f"{address}/ready") == (503, '{"ready": false, "parts": {}}')
    await server.close()


async def test_an_address_that_is_taken_is_told(address: str, metrics: Metrics) -> None:
    server = WebServer(metrics)
    with pytest.raises(OSError, match="address already in use"):
        await server.start("127.0.0.1", int(address.rpartition(":")[2]))
    await server.close()


async def test_metrics_count_answers_and_their_times(address: str, metrics: Metrics) -> None:
    metrics.started()
    metrics.observe(
        Answer("q", "quoted", "", "", note="no_engine", times=Times(retrieved=0.2, total=0.3), usage=Usage(prompt=7))
    )
    _, body = await _get(f"{address}/metrics")
    assert 'bot_answers_total{note="no_engine",outcome="quoted"} 1.0' in body
    assert 'bot_tokens_total{kind="prompt"} 7.0' in body
    assert 'bot_retrieve_seconds_bucket{le="0.25"} 1.0' in body
    assert "bot_first_token_seconds_count 0.0" in body
    assert "bot_answers_running 1.0" in body
