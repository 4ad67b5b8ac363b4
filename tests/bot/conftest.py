import pytest
from blockbuster import BlockBuster


@pytest.fixture(autouse=True)
def tracebacks_may_read_sources(blocking_calls_fail: BlockBuster) -> None:
    """A logged traceback shows lines of code, which are read from files the first time. It is rare, and worth it."""
    for function in blocking_calls_fail.functions.values():
        function.can_block_in("structlog/dev.py", "__call__")
