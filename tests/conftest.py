"""What every test gets: the shared fixtures, a guard against blocking calls, and no silent skips in CI."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from blockbuster import BlockBuster, blockbuster_ctx

pytest_plugins = ["tests.fixtures.databases", "tests.fixtures.models", "tests.fixtures.pictures"]

# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> Iterator[BlockBuster]:
    """A call of ours that blocks the event loop raises `BlockingError`."""
    with blockbuster_ctx(["bot", "rag_core"]) as blockbuster:
        # A logged traceback shows lines of code, which are read from files the first time: rare, and worth it.
        for function in blockbuster.functions.values():
            function.can_block_in("structlog/dev.py", "__call__")
        yield blockbuster


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a real part that is not there is a failure, not a skip."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    real = item.get_closest_marker("real") or item.get_closest_marker("shared")
    if report.skipped and real and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report  # type: ignore[return-value]
