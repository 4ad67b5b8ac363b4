"""Rate limits, as Discord answers them.

A bucket is one route with its major parameters (channel, guild, or webhook and token); its window opens with the first
request. See "Rate Limits" in Discord's developer documentation.
"""

import hashlib
import math
import time
from collections import deque
from dataclasses import dataclass

from tests.wire.discord_server.errors import ApiError
from tests.wire.discord_server.journal import Journal
from tests.wire.discord_server.model import Json

_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id", "interaction_token")
_GLOBAL_PER_SECOND = 50


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds."""

    count: int
    seconds: float


class RateLimited(ApiError):
    """The answer 429. `scope` is "user" or "global"."""

    def __init__(self, retry_after: float, scope: str) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.retry_after = retry_after
        self.scope = scope

    def body(self) -> Json:
        return {"message": self.message, "retry_after": _rounded_up(self.retry_after), "global": self.scope == "global"}

    def headers(self) -> dict[str, str]:
        """What sets it apart from other errors; without `Via`, clients take it for a ban by the proxy in front."""
        headers = {
            "Retry-After": str(math.ceil(self.retry_after)),
            "Via": "1.1 google",
            "X-RateLimit-Scope": self.scope,
        }
        return headers | {"X-RateLimit-Global": "true"} if self.scope == "global" else headers


@dataclass
class _Bucket:
    limit: Limit
    resets_at: float = 0.0
    used: int = 0
    closed: bool = False

    def state(self, now: float) -> tuple[int, float]:
        """Requests left and seconds until the window ends."""
        return max(0, self.limit.count - self.used), max(0.0, self.resets_at - now)


class Buckets:
    """All buckets of one bot."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._forced: dict[str, float] = {}
        self._recent: deque[float] = deque()

    def limit_next(self, route: str, retry_after: float) -> None:
        """The next request on this route gets a 429, and its bucket stays shut for `retry_after` seconds."""
        self._forced[route] = retry_after

    def take(self, route: str, params: dict[str, str], limit: Limit, *, counts_globally: bool) -> dict[str, str]:
        """Let one request in; the headers for its answer.

        Raises:
            RateLimited: it is one too many. What the bot could have known is a violation too.
        """
        now = time.monotonic()
        if counts_globally:
            self._take_global(route, now)
        key = (route, *(params[name] for name in _MAJOR if name in params))
        bucket = self._buckets.setdefault(key, _Bucket(limit))
        if now >= bucket.resets_at:
            bucket.used, bucket.closed, bucket.resets_at = 0, False, now + limit.seconds
        if route in self._forced:
            bucket.resets_at = now + self._forced.pop(route)
            self._close(bucket)
            raise RateLimited(bucket.resets_at - now, "user")
        self._enter(bucket, key, now)
        return _headers(bucket, route, now)

    def _enter(self, bucket: _Bucket, key: tuple[str, ...], now: float) -> None:
        remaining, reset_after = bucket.state(now)
        if bucket.closed:
            self._journal.violation("rate limit", f"{key} was sent {reset_after:.2f} s before its bucket opens.")
        if not remaining:
            self._close(bucket)
            raise RateLimited(reset_after, "user")
        bucket.used += 1
        if bucket.used == bucket.limit.count:
            self._close(bucket)

    def _close(self, bucket: _Bucket) -> None:
        """The answer tells the bot that the bucket is empty: what it sends from now on, it sends knowingly."""
        bucket.used, bucket.closed = bucket.limit.count, True

    def _take_global(self, route: str, now: float) -> None:
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if len(self._recent) >= _GLOBAL_PER_SECOND:
            self._journal.violation("rate limit", f"{route} went over {_GLOBAL_PER_SECOND} requests a second.")
            raise RateLimited(self._recent[0] + 1.0 - now, "global")
        self._recent.append(now)


def _headers(bucket: _Bucket, route: str, now: float) -> dict[str, str]:
    remaining, reset_after = bucket.state(now)
    return {
        "X-RateLimit-Limit": str(bucket.limit.count),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
        "X-RateLimit-Reset-After": f"{_rounded_up(reset_after):.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:16],
    }


def _rounded_up(seconds: float) -> float:
    """Milliseconds, rounded up: who waits exactly as long as told is never too early."""
    return math.ceil(seconds * 1000) / 1000
