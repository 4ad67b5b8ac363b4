"""The spool: in order, none lost, whatever happens in between."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.records.spool import Spool

LINES = st.lists(st.binary(min_size=1, max_size=40).filter(lambda line: b"\n" not in line), max_size=20)


class Away(Exception):
    """What handling raises while the other side is away."""


class Sink:
    """Takes lines until `room` is used up."""

    def __init__(self, room: int = 1000) -> None:
        self.lines: list[bytes] = []
        self.room = room

    async def take(self, line: bytes) -> None:
        if len(self.lines) == self.room:
            raise Away
        self.lines.append(line)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


async def test_nothing_waits_at_first(path: Path) -> None:
    spool, sink = Spool(path), Sink()
    assert not await spool.pending()
    assert await spool.drain(sink.take) == 0
    assert not path.parent.exists()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, room=st.integers(0, 20))
async def test_lines_come_out_in_order_each_once(path: Path, lines: list[bytes], room: int) -> None:
    spool, sink = Spool(path), Sink(room)
    for line in lines:
        await spool.append(line)
    if len(lines) > room:
        with pytest.raises(Away):
            await spool.drain(sink.take)
        assert await spool.pending()
        sink.room = 1000
    await Spool(path).drain(sink.take)
    assert sink.lines == lines
    assert not await spool.pending()


@pytest.fixture
def torn(path: Path) -> Path:
    path.parent.mkdir()
    path.write_bytes(b"whole\nto")
    return path


async def test_a_torn_line_does_not_spoil_the_next(torn: Path) -> None:
    spool, sink = Spool(torn), Sink()
    await spool.append(b"next")
    await spool.drain(sink.take)
    assert sink.lines == [b"whole", b"to", b"next"]


async def test_a_torn_last_line_comes_out_too(torn: Path) -> None:
    sink = Sink()
    assert await Spool(torn).drain(sink.take) == 2
    assert sink.lines == [b"whole", b"to"]


async def test_lines_that_come_during_a_drain_wait_for_it(path: Path) -> None:
    spool, other, sink = Spool(path), Spool(path), Sink()
    await spool.append(b"1")

    async def take(line: bytes) -> None:
        await sink.take(line)
        if line == b"1":
            await other.append(b"2")
            assert await other.drain(sink.take) == 0  # one drain at a time, in all processes

    assert await spool.drain(take) == 2
    assert sink.lines == [b"1", b"2"]


async def test_a_cancelled_drain_keeps_what_is_left(path: Path) -> None:
    spool, sink, reached = Spool(path), Sink(), asyncio.Event()
    for line in (b"1", b"2", b"3"):
        await spool.append(line)

    async def take(line: bytes) -> None:
        if line == b"2":
            reached.set()
            await asyncio.Event().wait()
        await sink.take(line)

    draining = asyncio.create_task(spool.drain(take))
    await reached.wait()
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    await spool.drain(sink.take)
    assert sink.lines == [b"1", b"2", b"3"]


async def test_many_writers_at_once(path: Path) -> None:
    spools, sink = [Spool(path), Spool(path)], Sink()
    lines = [b"%d" % number * 50 for number in range(60)]
    await asyncio.gather(*(spools[number % 2].append(line) for number, line in enumerate(lines)))
    await spools[0].drain(sink.take)
    assert sorted(sink.lines) == sorted(lines)


def test_others_on_the_machine_can_not_read_it(path: Path) -> None:
    asyncio.run(Spool(path).append(b"somebody's question"))
    assert path.stat().st_mode & 0o077 == 0
