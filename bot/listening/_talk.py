"""Who spoke lately in each channel, to tell a question to all from a talk among people."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

_JUST_NOW: Final = 2 * 60.0
"""Seconds in which a message is most likely about the one before."""

_CONVERSATION: Final = 10 * 60.0
"""Seconds in which people come back to each other."""

_KEPT: Final = 20
_CHANNELS: Final = 10_000


class Talk:
    """Keeps the authors of the latest messages in memory; who and when, nothing of what they said."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spoken: OrderedDict[int, deque[tuple[int, float]]] = OrderedDict()

    def note(self, channel_id: int, author_id: int) -> None:
        """Somebody says something."""
        spoken = self._spoken.setdefault(channel_id, deque(maxlen=_KEPT))
        spoken.append((author_id, self._clock()))
        self._spoken.move_to_end(channel_id)
        if len(self._spoken) > _CHANNELS:
            self._spoken.popitem(last=False)

    def others(self, channel_id: int, author_id: int) -> bool:
        """Whether people talk there: somebody else spoke just now, or answered this person a little while ago."""
        now = self._clock()
        took_part = False
        for who, when in self._spoken.get(channel_id, ()):
            if who == author_id:
                took_part = took_part or now - when <= _CONVERSATION
            elif now - when <= _JUST_NOW or took_part:
                return True
        return False
