"""One connection to Milvus that survives restarts, and the translation of Milvus's errors into ours."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import grpc.aio  # type: ignore[import-untyped]
from pymilvus import AsyncMilvusClient, MilvusClient, MilvusException
from pymilvus.exceptions import ConnectError, MilvusUnavailableException

from rag_core.errors import IndexingError, StoreRejected, StoreUnavailable
from rag_core.indexing.milvus_lite import LiteServer

# pymilvus logs a traceback for every refusal before it raises it, also for those that are answers ("no such alias").
for _name in ("pymilvus", "pymilvus.milvus_client"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_ABSENT = (100, 1600)
"""Milvus's codes for "no such collection" and "no such alias"; Milvus Lite says 100 for both."""

_NOT_LOADED = 101
_CONNECT_FAILED = 2

_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)

_QUIET = {"grpc.keepalive_time_ms": 2**31 - 1}
"""Milvus Lite hangs up on a client that pings every 10 s, as pymilvus does; on the loopback nobody needs pings."""

_FAILURES = (MilvusException, grpc.RpcError, OSError, TimeoutError)

_Result = TypeVar("_Result")


class CollectionAbsent(StoreRejected):
    """There is no such collection or alias."""


class CollectionNotLoaded(StoreRejected):
    """The collection must be loaded before it can be read."""


class MilvusConnection:
    """Runs calls on a server's address or an embedded server. `timeout` is in seconds, for connecting."""

    def __init__(self, where: str | LiteServer, *, token: str, timeout: float) -> None:
        self._where = where
        self._token = token
        self._timeout = timeout
        self._uri = ""
        self._client: AsyncMilvusClient | None = None
        self._version = ""
        self._connecting = asyncio.Lock()

    @property
    def embedded(self) -> bool:
        """Whether this is Milvus Lite."""
        return isinstance(self._where, LiteServer)

    async def version(self) -> str:
        """As the server says it; asked once a connection."""
        await self._connected()
        return self._version

    async def run(self, call: Callable[[AsyncMilvusClient], Awaitable[_Result]]) -> _Result:
        """Await one call, once more where an embedded server had ended and was started again.

        Raises:
            StoreUnavailable, StoreRejected: see `translated`.
        """
        try:
            return await self._attempt(call)
        except StoreUnavailable:
            if not isinstance(self._where, LiteServer) or await self._where.is_running():
                raise
        return await self._attempt(call)

    async def run_in_thread(self, call: Callable[[MilvusClient], _Result]) -> _Result:
        """The same for what only the synchronous client can do: building collections, iterating."""
        await self._connected()

        def with_client() -> _Result:
            client = MilvusClient(self._uri, **self._options())
            try:
                return call(client)
            finally:
                client.close()

        try:
            return await asyncio.to_thread(with_client)
        except _FAILURES as error:
            raise translated(error, self._uri) from error

    async def close(self) -> None:
        """Disconnect, and end the embedded server."""
        async with self._connecting:
            await self._disconnect()
            if isinstance(self._where, LiteServer):
                await self._where.close()

    async def _attempt(self, call: Callable[[AsyncMilvusClient], Awaitable[_Result]]) -> _Result:
        client = await self._connected()
        try:
            return await call(client)
        except _FAILURES as error:
            raise translated(error, self._uri) from error

    async def _connected(self) -> AsyncMilvusClient:
        async with self._connecting:
            uri = await self._where.uri() if isinstance(self._where, LiteServer) else self._where
            if self._client is None or uri != self._uri:
                await self._disconnect()
                self._client, self._uri = await self._connect(uri), uri
            return self._client

    async def _connect(self, uri: str) -> AsyncMilvusClient:
        try:
            _keep_grpc_up()
            client = AsyncMilvusClient(uri, **self._options())
            self._version = await client.get_server_version(timeout=self._timeout)
        except _FAILURES as error:
            raise translated(error, uri) from error
        return client

    def _options(self) -> dict[str, Any]:
        # Dedicated: pymilvus shares connections over the whole process, and so over event loops.
        options = {"token": self._token, "timeout": self._timeout, "dedicated": True}
        return options | {"grpc_options": _QUIET} if self.embedded else options

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_FAILURES):
                await client.close()


@cache
def _keep_grpc_up() -> None:
    """Be one more user of grpc's asynchronous part: with its last channel, it joins a thread on the event loop."""
    grpc.aio.init_grpc_aio()


def translated(error: Exception, uri: str) -> IndexingError:
    """Milvus's error as ours: `StoreUnavailable` where trying later may help, else `StoreRejected`."""
    if isinstance(error, grpc.RpcError):
        return _of_status(error.code(), error.details(), uri)
    if not isinstance(error, MilvusException):
        return StoreUnavailable(f"Milvus does not answer at {uri}: {error}")
    if _is_away(error):
        return StoreUnavailable(f"Milvus does not answer at {uri}: {error.message}")
    if error.code in _ABSENT:
        return CollectionAbsent(f"Milvus has no such collection or alias: {error.message}")
    if error.code == _NOT_LOADED:
        return CollectionNotLoaded(f"Milvus has not loaded the collection: {error.message}")
    return StoreRejected(f"Milvus at {uri} refused the request: {error.message}")


def _of_status(status: grpc.StatusCode, details: str | None, uri: str) -> IndexingError:
    if status in _AWAY:
        return StoreUnavailable(f"Milvus does not answer at {uri}: {details}")
    return StoreRejected(f"Milvus at {uri} refused the request: {status.name}, {details}")


def _is_away(error: MilvusException) -> bool:
    named = isinstance(error, ConnectError | MilvusUnavailableException)
    # pymilvus reports its own timeouts under the code of unexpected errors, by text alone.
    timed_out = "Retry timeout" in error.message or "Retry run out" in error.message
    return named or timed_out or error.code == _CONNECT_FAILED or error.code in _AWAY
