"""The gate that says how long somebody has to wait before they may ask again."""

import math
import time
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.asking import Asker
from bot.limits._windows import Windows
from bot.limits.rules import Rule, rules
from bot.limits.turns import Turns
from bot.texts import Texts
from rag_core.answering.transcript import Clock
from rag_core.records.server_cache import Servers
from rag_core.records.servers import LimitScope

_log = structlog.get_logger(__name__)


class Limits:
    """Lets a question through if its asker has none running and no limit is used up; a refused one does not count."""

    def __init__(self, servers: Servers, turns: Turns, clock: Clock = time.monotonic) -> None:
        self._servers = servers
        self._turns = turns
        self._windows = Windows(clock)

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """Which limit is used up and until when. Nothing is awaited, so that of many at once each is counted."""
        if self._turns.taken(asker.user_id):
            return texts.limits.running
        found = list(rules(self._servers.of(asker.guild_id), asker))
        wait, scope = max((self._wait(rule) for rule in found), default=(0.0, "person"))
        if wait > 0:
            _log.info("a question is over the limit", scope=scope, guild_id=asker.guild_id, wait=math.ceil(wait))
            again = _now() + timedelta(seconds=math.ceil(wait))
            # Discord counts it down in each reader's own language.
            return texts.limits.reached[scope].format(when=discord.utils.format_dt(again, "R"))
        self._windows.add(rule.key for rule in found)
        self._turns.take(asker.user_id)
        return None

    def _wait(self, rule: Rule) -> tuple[float, LimitScope]:
        """Seconds, and by which kind of limit."""
        return min((self._windows.wait(rule.key, limit), limit.scope) for limit in rule.limits)


def _now() -> datetime:
    return datetime.now(UTC)
