"""Sliding windows: when something happened, so that it can be told how long until it may happen again."""

from collections import OrderedDict, deque
from collections.abc import Hashable, Iterable
from typing import Final

from rag_core.answering.transcript import Clock
from rag_core.records.servers import Limit

LONGEST: Final = 24 * 60 * 60
"""Seconds that a window may last; what is older is forgotten."""


class Windows:
    """Moments by key, in memory: a restart forgives. `clock` gives seconds that only ever grow."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, key: Hashable, limit: Limit) -> float:
        """Seconds until one more is within the limit; 0 where it is now."""
        moments = self._moments.get(key, ())
        if len(moments) < limit.questions:
            return 0.0
        return max(0.0, moments[-limit.questions] + limit.seconds - self._clock())

    def add(self, keys: Iterable[Hashable]) -> None:
        """It happens now."""
        now = self._clock()
        for key in keys:
            moments = self._moments.setdefault(key, deque())
            moments.append(now)
            self._moments.move_to_end(key)
            while moments[0] < now - LONGEST:
                moments.popleft()
        self._forget_old(now)

    def _forget_old(self, now: float) -> None:
        """Keys stand in the order of their last moments."""
        while self._moments and next(iter(self._moments.values()))[-1] < now - LONGEST:
            self._moments.popitem(last=False)
