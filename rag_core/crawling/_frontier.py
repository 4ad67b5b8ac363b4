"""What a crawl has still to visit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import structlog

_log = structlog.get_logger(__name__)


class Frontier:
    """Addresses to visit, each handed out once; no more than `limit` of them in one crawl."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._seen: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def seen(self) -> int:
        """Addresses that were ever added."""
        return len(self._seen)

    def add(self, urls: Iterable[str]) -> None:
        """Add those that are new."""
        for url in urls:
            if url in self._seen:
                continue
            if len(self._seen) == self._limit:
                _log.warning("the site links more pages than one crawl visits", limit=self._limit, left_out=url)
                return
            self._seen.add(url)
            self._waiting.append(url)

    def pop(self) -> str:
        """The address that waits longest."""
        return self._waiting.popleft()
