"""Posts the weekly digests that are due."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Final

import discord
import structlog

from bot.insight._digest_rendering import Week, digest
from bot.insight._week import last_due, week_before
from bot.insight.lists import most_asked
from bot.panels import panel_view
from bot.speaking import language_of
from bot.texts import IN
from rag_core.answering.grouping import Groups
from rag_core.errors import ModelError
from rag_core.records.books import Books
from rag_core.records.digests import DigestPlace
from rag_core.records.insight import Period

DIGEST_LOCK: Final = "digest"
"""Whoever posts holds the lock of this name, in whichever process."""
_MOST_GROUPED: Final = 500
_OUT_OF_ORDER: Final = 500
"""From this status on, an error is Discord's own and passes."""

_log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class DigestPoster:
    """Posts what is due whenever it is told to, each server's own once a week.

    What is on record decides what is due, so that a restart neither repeats nor loses a digest, and of several
    processes only one posts: the others find the lock taken or, later, the digest on record.

    Args:
        client: posts for all servers, also those whose events another process receives.
        books: has the figures, and who got which digest.
        groups: finds what asks the same.
        try_lock: takes a lock that holds across processes (`Database.try_lock`).
        clock: tells the time, aware and in UTC.
    """

    def __init__(
        self,
        client: discord.Client,
        books: Books,
        groups: Groups,
        try_lock: Callable[[str], AbstractAsyncContextManager[bool]],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._client = client
        self._books = books
        self._groups = groups
        self._try_lock = try_lock
        self._clock = clock

    async def post_due(self) -> None:
        """Post every digest that is due; those that Discord can't take just now are tried again the next time.

        Raises:
            RecordsError: the database does not answer.
        """
        if not self._client.is_ready():
            return
        async with self._try_lock(DIGEST_LOCK) as ours:
            if not ours:
                _log.info("Another process posts the digests at present, so this one does not")
                return
            due = last_due(self._clock())
            for place in await self._books.digests.due(due):
                if await self._posted(place, week_before(due)):
                    await self._books.digests.posted(place.guild_id, self._clock())

    async def _posted(self, place: DigestPlace, period: Period) -> bool:
        """Whether it was posted, or can't be, so that another try would end the same."""
        try:
            await self._post(place, period)
        except discord.DiscordServerError as error:
            _log.warning("A digest waits, since Discord is away", guild_id=place.guild_id, reason=str(error))
            return False
        except ModelError as error:
            _log.warning("A digest waits, since questions can't be compared", reason=str(error))
            return False
        except discord.HTTPException as error:
            _log.warning("A digest was not posted", guild_id=place.guild_id, reason=str(error))
            return error.status < _OUT_OF_ORDER
        return True

    async def _post(self, place: DigestPlace, period: Period) -> None:
        guild = self._client.get_guild(place.guild_id) or await self._client.fetch_guild(place.guild_id)
        week = await self._week(place.guild_id, period)
        if not (week.figures.questions or week.before.questions):
            return
        texts = IN[language_of(place.language or guild.preferred_locale)]
        channel = self._client.get_partial_messageable(place.channel_id, guild_id=place.guild_id)
        await channel.send(view=panel_view(digest(week, texts)))

    async def _week(self, guild_id: int, period: Period) -> Week:
        insight = self._books.insight
        before = Period(period.since - timedelta(days=7), period.since)
        asked = await insight.refused(guild_id, period, _MOST_GROUPED)
        return Week(
            period,
            await insight.figures(guild_id, period),
            await insight.figures(guild_id, before),
            await most_asked(asked, self._groups),
            await insight.disliked_pages(guild_id, period),
        )
