import pytest

from rag_core.answering.engines import Engine, Message, NoEngine, Request
from rag_core.errors import EngineUnavailable


async def test_it_is_there_but_writes_nothing() -> None:
    engine: Engine = NoEngine()
    await engine.start()
    await engine.check()
    assert (engine.writes, engine.model) == (False, "none")
    assert engine.count_tokens((Message("user", "What is HNSW?"),)) == 0
    with pytest.raises(EngineUnavailable, match="No engine is set up"):
        await anext(engine.stream(Request("q", ())))
    await engine.close()
