"""When a request is worth another try, and how long to wait before it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, wait_random_exponential

from rag_core.errors import FetchFailed

# A server that asks for more is not waited for: the page fails this time, and the next crawl asks again.
_LONGEST_WAIT = 120.0
_BACK_OFF = wait_random_exponential(multiplier=0.5, max=20)


class Transient(FetchFailed):
    """A failure that may be over at the next try; `wait` is what the server asked for, in seconds."""

    def __init__(self, message: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message, status)
        self.wait = wait


def seconds_to_wait(retry_after: str) -> float | None:
    """Read a Retry-After header, seconds or a date; None where it is missing or makes no sense."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def wait_before(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asked for, else longer from try to try.

    Raises:
        FetchFailed: the server asks for more patience than a crawl has.
    """
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, Transient) or error.wait is None:
        return _BACK_OFF(state)
    if error.wait > _LONGEST_WAIT:
        raise FetchFailed(f"{error} It asks to come back in {error.wait:.0f} s.", error.status)
    return error.wait
