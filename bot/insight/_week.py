"""When digests are due, and which days they tell of."""

from datetime import datetime, timedelta
from typing import Final

from bot.insight._period import midnight
from rag_core.records.insight import Period

_WEEK: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=9)
"""On Mondays, in UTC."""


def last_due(now: datetime) -> datetime:
    """The last moment at which digests were due, in UTC."""
    due = midnight(now) - timedelta(days=now.weekday()) + _HOUR
    return due if due <= now else due - _WEEK


def next_due(now: datetime) -> datetime:
    """The next one."""
    return last_due(now) + _WEEK


def week_before(due: datetime) -> Period:
    """From Monday to Sunday."""
    monday = midnight(due)
    return Period(monday - _WEEK, monday)
