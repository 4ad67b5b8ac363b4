"""An engine for as long as something is measured with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from rag_core.answering.engines import Engine

_Engine = TypeVar("_Engine", bound=Engine)


@asynccontextmanager
async def running(engine: _Engine) -> AsyncIterator[_Engine]:
    """The engine, ready; it ends with the block."""
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()
