"""simcord's Discord, made to behave the same however busy the machine is."""

from typing import Any, Final

import discord
import simcord

_LEAST_SLEEP: Final = 0.5
_PATIENCE: Final = 120.0


class _StillEnv(simcord.Env):
    """simcord takes one number for how long work may take and for what is a sleep; here they are two."""

    def _schedule_timer(self, record: Any, *rest: Any) -> None:
        super()._schedule_timer(record, *rest)
        if record.real_handle is not None and record.when - self._virtual_time >= _LEAST_SLEEP:
            record.real_handle.cancel()


def in_still_time(bot: discord.Client) -> simcord.run:
    """In place of `simcord.run`: what sleeps for half a second or more wakes by `advance_time` alone.

    Everything else is waited for until it is done; only after two minutes it counts as stuck.
    """
    running = simcord.run(bot)
    running._env = _StillEnv(bot, settle_timeout=_PATIENCE)
    return running
