"""Snowflakes as Discord makes them: the time stands in the upper bits, and clients read it from there."""

import itertools
import time

_DISCORD_EPOCH_MS = 1_420_070_400_000
_sequence = itertools.count()


def snowflake() -> int:
    """A new id; later ones are larger. 22 lower bits count what is made within one millisecond."""
    return (int(time.time() * 1000) - _DISCORD_EPOCH_MS) << 22 | next(_sequence) % (1 << 22)
