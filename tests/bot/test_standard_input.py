"""Lines of standard input."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from bot.standard_input import input_lines


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Its end to read, and its end to write."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


async def test_lines_come_as_they_are_written_without_the_empty_ones(pipe: tuple[int, int]) -> None:
    out, into = pipe
    os.write(into, b"one\n\n  \n two \r\n")
    async with asyncio.timeout(10), aclosing(input_lines(out)) as lines:
        assert [await anext(lines), await anext(lines)] == ["one", "two"]
        os.write(into, "größer \xff".encode("latin-1"))
        os.close(into)
        assert [line async for line in lines] == ["gr\ufffd\ufffder \ufffd"]


async def test_a_descriptor_that_is_not_there_is_an_empty_input(pipe: tuple[int, int]) -> None:
    for end in pipe:
        os.close(end)
    async with asyncio.timeout(10):
        assert [line async for line in input_lines(pipe[0])] == []


def test_input_that_never_comes_does_not_keep_the_loop_from_ending(pipe: tuple[int, int]) -> None:
    async def wait() -> None:
        async with aclosing(input_lines(pipe[0])) as lines:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(lines)

    asyncio.run(wait())
    readers = [thread for thread in threading.enumerate() if thread.name == "standard input"]
    assert all(thread.daemon for thread in readers)
    os.close(pipe[1])
    for thread in readers:
        thread.join(10)
        assert not thread.is_alive()
