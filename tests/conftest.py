"""What every test gets: the shared fixtures, a guard against blocking calls, and no silent skips in CI."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from blockbuster import BlockBuster, blockbuster_ctx

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.databases",
    "tests.fixtures.discord_addresses",
    "tests.fixtures.groups",
    "tests.fixtures.milvus",
    "tests.fixtures.models",
    "tests.fixtures.pictures",
]

# Two workers with a thread for each core would wait for each other: one thread for each, on a core of its own.
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    _cores = sorted(os.sched_getaffinity(0))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", str(_cores[int(_worker.removeprefix("gw")) % len(_cores)]))

# How long an example takes says more of what else the machine does than of the code. `make test` tries the same
# examples each time, so that a red run can be repeated; `make test-long` looks for new ones.
_UNTIMED = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("quick", _UNTIMED, max_examples=300, derandomize=True)
hypothesis.settings.register_profile("long", _UNTIMED, max_examples=10_000, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also tests marked `long`, and 10,000 examples of properties")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is long."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


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
