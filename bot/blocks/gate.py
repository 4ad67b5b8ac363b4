"""The gate for people who are shut out of a server."""

from collections import OrderedDict
from typing import Final

import structlog

from bot.asking import Asker, ForAskerAlone
from bot.texts import Texts
from rag_core.errors import RecordsUnavailable
from rag_core.records.people import PeopleBook

_log = structlog.get_logger(__name__)

_REMEMBERED: Final = 10_000


class Blocks:
    """Turns away who is blocked in the server where they ask.

    What was looked up is remembered, since it changes by `changed` alone. Without the database nobody new is turned
    away: most who ask are not blocked.
    """

    def __init__(self, people: PeopleBook) -> None:
        self._people = people
        self._known: OrderedDict[tuple[int, int], bool] = OrderedDict()
        self._changes = 0

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """That they are blocked; not why, since that is between moderators."""
        if asker.guild_id is None or not await self._blocked(asker.guild_id, asker.user_id):
            return None
        return ForAskerAlone(texts.blocks.blocked)

    def changed(self, guild_id: int, user_id: int) -> None:
        """Look this person up again."""
        self._changes += 1
        self._known.pop((guild_id, user_id), None)

    async def _blocked(self, guild_id: int, user_id: int) -> bool:
        key, changes = (guild_id, user_id), self._changes
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        try:
            found = await self._people.block_of(guild_id, user_id) is not None
        except RecordsUnavailable as error:
            _log.warning("whether somebody is blocked is not known now", reason=str(error))
            return False
        if changes == self._changes:  # else it may be what was true before
            self._known[key] = found
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found
