"""Which days a command looks at."""

from datetime import datetime, timedelta
from typing import Final

from discord import app_commands

from rag_core.records.insight import Period

DAYS: Final = 30
Days = app_commands.Range[int, 1, 365]


def last_days(now: datetime, days: int) -> Period:
    """So many days in UTC, of which today is the last."""
    tomorrow = midnight(now) + timedelta(days=1)
    return Period(tomorrow - timedelta(days=days), tomorrow)


def midnight(moment: datetime) -> datetime:
    """The beginning of its day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
