"""The one door to the network: every request of the crawler goes through `Door.get`.

Each request is checked (site, address, robots.txt), kept to the rate, bounded in time and size, and tried again where
that can help. Redirects are never followed blindly: each hop comes back through the same checks.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
import structlog
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from yarl import URL

from rag_core.crawling._addresses import same_site
from rag_core.crawling._guard import GuardedResolver, check_literal
from rag_core.crawling._identity import user_agent
from rag_core.crawling._retrying import Transient, seconds_to_wait, wait_before
from rag_core.crawling._robots import Rules
from rag_core.errors import AddressRefused, FetchFailed, PageUnreadable

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRIED = frozenset({429, 500, 502, 503, 504})
_ANSWERS = frozenset({200, 304, 404, 410}) | _REDIRECTS
_MAX_HOPS = 5
_READ_BYTES = 65_536
# The rate must hold in every second as the server sees it, where two requests may arrive closer than they were sent.
_PACE_MARGIN = 1.1

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one crawl: requests a second, seconds a try, tries, bytes of a body once unpacked, open requests."""

    rate: float = 5.0
    timeout: float = 20.0
    tries: int = 5
    max_bytes: int = 10 * 1024 * 1024
    concurrency: int = 8


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 200, 304, 404, 410 or of a redirect, whose target is `location`, in full."""

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    location: str = ""

    @property
    def text(self) -> str:
        """The body; the sites of interest all send UTF-8, and a broken byte costs one character, not the page."""
        return self.body.decode("utf-8", errors="replace")


class Door:
    """Opens addresses of one site. Use it as a context manager."""

    def __init__(
        self,
        start: URL,
        contact: str,
        limits: Limits,
        *,
        allow_private: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._start = start
        self._agent = user_agent(contact)
        self._limits = limits
        self._allow_private = allow_private
        self._sleep = sleep
        self._pace = AsyncLimiter(1, _PACE_MARGIN / limits.rate)
        self._rules: Rules | None = None

    async def __aenter__(self) -> Self:
        resolver = GuardedResolver(aiohttp.ThreadedResolver(), allow_private=self._allow_private)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, limit=self._limits.concurrency),
            # The site's cookie must also be kept where the site is a mirror without a name.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=self._limits.timeout),
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def obey(self, rules: Rules) -> None:
        """From now on refuse what robots.txt forbids, and go as slowly as it asks."""
        self._rules = rules
        self._pace = AsyncLimiter(1, max(_PACE_MARGIN / self._limits.rate, rules.delay))

    async def get(self, url: str, *, language: str = "en", etag: str = "", last_modified: str = "") -> Reply:
        """Open an address, and again after a redirect to the same path, as cookie checks send them.

        Raises:
            AddressRefused: the address is not ours to open.
            FetchFailed: no usable answer came, after all tries.
            PageUnreadable: the body is too large.
        """
        headers = {"Accept-Language": language}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        target = url
        for _ in range(_MAX_HOPS):
            reply = await self._try(target, headers)
            if not reply.location or not _same_path(reply.location, url):
                return reply
            target = reply.location
        raise FetchFailed(f"{url} redirects in a loop.")

    async def follow(self, url: str, *, language: str = "en") -> Reply:
        """Like `get`, along redirects to other addresses of the site."""
        for _ in range(_MAX_HOPS):
            reply = await self.get(url, language=language)
            if not reply.location:
                return reply
            url = reply.location
        raise FetchFailed(f"{url} comes after {_MAX_HOPS} redirects; that is where the crawler stops.")

    async def _try(self, url: str, headers: dict[str, str]) -> Reply:
        target = self._check(url)
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self._limits.tries),
            wait=wait_before,
            retry=retry_if_exception_type(Transient),
            before_sleep=_log_retry,
            reraise=True,
        )
        return await retrying(self._once, target, headers)

    def _check(self, url: str) -> URL:
        try:
            target = URL(url)
        except ValueError as error:
            raise AddressRefused(f"{url} is no web address.") from error
        if target.scheme not in {"http", "https"} or not same_site(target, self._start):
            raise AddressRefused(f"{url} is outside of {self._start.origin()}.")
        check_literal(target, allow_private=self._allow_private)
        if self._rules is not None and not self._rules.allow(url):
            raise AddressRefused(f"The site's robots.txt forbids {url}.")
        return target

    async def _once(self, url: URL, headers: dict[str, str]) -> Reply:
        await self._pace.acquire()
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                return await self._read(url, response)
        except TimeoutError as error:
            raise Transient(f"{url} did not answer within {self._limits.timeout:g} s.") from error
        except ssl.SSLError as error:
            raise FetchFailed(f"{url} has no valid certificate: {error}.") from error
        except aiohttp.ClientError as error:
            raise Transient(f"{url} could not be read: {str(error) or type(error).__name__}.") from error

    async def _read(self, url: URL, response: aiohttp.ClientResponse) -> Reply:
        status = response.status
        if status in _RETRIED:
            wait = seconds_to_wait(response.headers.get("Retry-After", ""))
            raise Transient(f"{url} answered {status}.", status, wait)
        location = response.headers.get("Location", "") if status in _REDIRECTS else ""
        if status not in _ANSWERS or (status in _REDIRECTS and not location):
            raise FetchFailed(f"{url} answered {status}.", status)
        return Reply(
            url=str(url),
            status=status,
            body=await self._read_body(url, response) if status == 200 else b"",
            content_type=response.content_type,
            etag=response.headers.get("ETag", ""),
            last_modified=response.headers.get("Last-Modified", ""),
            location=_absolute(url, location),
        )

    async def _read_body(self, url: URL, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked piece by piece, so that a small archive of a huge body is noticed in time."""
        body = bytearray()
        async for piece in response.content.iter_chunked(_READ_BYTES):
            body += piece
            if len(body) > self._limits.max_bytes:
                response.close()
                raise PageUnreadable(f"{url} is larger than {self._limits.max_bytes} bytes.")
        return bytes(body)


def _absolute(url: URL, location: str) -> str:
    if not location:
        return ""
    try:
        return str(url.join(URL(location)))
    except ValueError as error:
        raise FetchFailed(f"{url} redirects to {location!r}, which is no address.") from error


def _same_path(location: str, url: str) -> bool:
    """Tell whether a redirect leads to the same page, whatever its query is."""
    return URL(location).with_query(None) == URL(url).with_query(None)


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.debug("trying an address again", tries=state.attempt_number, reason=str(error))
