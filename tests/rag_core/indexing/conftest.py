"""What tests with a real Milvus need."""

import grpc.aio  # type: ignore[import-untyped]
import pytest


@pytest.fixture(scope="session", autouse=True)
def grpc_stays_up() -> None:
    """With its last channel, grpc drops two sockets without closing them, and Python's warning of it is an error here.

    One more user keeps it up to the end.
    """
    grpc.aio.init_grpc_aio()
