"""The end of old records."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from rag_core.records.personal import PersonalData

_log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Retention:
    """Deletes questions that are older than `days`, with all that belongs to them; `clock` tells the time, aware."""

    def __init__(self, personal: PersonalData, days: int, clock: Callable[[], datetime] = _now) -> None:
        self._personal = personal
        self._days = days
        self._clock = clock

    async def __call__(self) -> None:
        """Do it now.

        Raises:
            RecordsUnavailable: the database does not answer; what was deleted by then is.
        """
        count = await self._personal.delete_older(self._clock() - timedelta(days=self._days))
        if count:
            _log.info("old questions were deleted", count=count, days=self._days)
