"""`/admin digest` and the digests themselves: who sees what, once a week."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord
import pytest
from simcord.builders import ChannelHandle
from structlog.testing import capture_logs

from bot.insight import DIGEST_LOCK, DigestPoster
from bot.insight._digest_rendering import Week, digest
from bot.insight._week import last_due, next_due, week_before
from bot.texts import CHINESE, ENGLISH, LANGUAGES
from rag_core.errors import ModelError
from rag_core.records.insight import Asked, Day, Figures, PageUse, Period
from rag_core.records.insight import Place as Where
from rag_core.records.servers import ServerSettings
from tests.bot.insight.asked import DOCS, NOW, here, there
from tests.bot.scene import Place, Scene, said, scene
from tests.fakes.groups import FakeGroups

TEXTS = ENGLISH.insight
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = Period(datetime(2025, 12, 29, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC))


@dataclass
class Lock:
    """What `Database.try_lock` gives, for all processes."""

    taken: bool = False

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[bool]:
        assert name == DIGEST_LOCK
        yield not self.taken


class NoModel(FakeGroups):
    """Its model is gone."""

    async def of(self, questions: object) -> list[list[int]]:
        raise ModelError("Gone.", "a model")


def _poster(
    it: Scene, now: datetime = MONDAY, lock: Lock | None = None, groups: FakeGroups | None = None
) -> DigestPoster:
    return DigestPoster(it.bot, it.bot.books, groups or FakeGroups(), (lock or Lock()).take, clock=lambda: now)


async def _choose(place: Place, channel: ChannelHandle | None = None, **options: object) -> str:
    seen = await place.moderator.slash(
        place.channel, "admin digest", **options, **({"channel": channel} if channel else {})
    )
    assert seen.ephemeral
    return said(seen)


def _posted(channel: ChannelHandle) -> list[str]:
    return [said([part.to_dict() for part in message.components]) for message in channel.history()]


async def test_it_is_off_until_a_channel_is_chosen_and_off_again() -> None:
    async with scene() as it:
        place = it.here
        assert TEXTS.digest_off in await _choose(place)
        assert it.changes() == []
        lines = [
            "### Weekly digest",
            TEXTS.digest_to.format(channel=place.channel.mention),
            TEXTS.digest_next.format(when=f"<t:{int(MONDAY.timestamp())}:f>"),
            f"-# {TEXTS.digest_quotes}",
        ]
        assert (await _choose(place, place.channel)).split("\n") == lines
        assert (await _choose(place)).split("\n") == lines
        assert TEXTS.digest_off in await _choose(place, off=True)
        made = [(actor, action, json.loads(after)["digest_channel_id"]) for actor, action, _, _, after in it.changes()]
        assert made == [
            (place.moderator.id, "server set", place.channel.id),
            (place.moderator.id, "server set", None),
        ]


async def test_the_first_digest_is_the_next_one_and_not_at_once() -> None:
    async with scene() as it:
        await here(it).ask()
        await _choose(it.here, it.here.channel)
        await _poster(it, NOW + timedelta(hours=1)).post_due()
        assert _posted(it.here.channel) == []
        await _poster(it).post_due()
        assert len(_posted(it.here.channel)) == 1


async def test_a_channel_where_the_bot_may_not_write_is_not_taken() -> None:
    async with scene() as it:
        silent = discord.PermissionOverwrite(send_messages=False)
        closed = it.here.guild.create_text_channel("closed", overwrites={it.here.guild.default_role: silent})
        assert await _choose(it.here, closed) == TEXTS.digest_no_access.format(channel=closed.mention)
        assert it.changes() == []


async def test_a_digest_compares_with_the_week_before_and_names_nobody() -> None:
    async with scene() as it:
        asked = here(it)
        good = [await asked.ask(pages=("hnsw",), seconds=2.0, days_ago=ago) for ago in (0, 2)]
        await asked.ask(f"Does <@{it.here.member.id}> know the PHP SDK?", "refused")
        await asked.ask("Is there a JDBC driver?", "refused", days_ago=1)
        await asked.ask("a JDBC driver, is there?", "refused")
        await asked.ask("My secret plan", "refused", private=True)
        await asked.ask(days_ago=5, seconds=4.0)
        await asked.ask("Old one?", "refused", days_ago=5)
        await asked.rate(good[0], "down", it.here.member.id, comment="Bad")
        await _choose(it.here, it.here.channel)
        await _poster(it).post_due()
        [text] = _posted(it.here.channel)
        assert text.split("\n") == [
            "### The week in questions",
            "**6** asked  ·  before: 2",
            "🟦 **2** answered (33%)  ·  before: 50%",
            "🟧 **4** refused (67%)  ·  before: 50%",
            "👍 **0%** of 1 ratings",
            "⏱️ **2.0 s** to a whole answer, in the median  ·  before: 4.0 s",
            f"**{TEXTS.most_asked}**",
            "- **2×**  Is there a JDBC driver?",
            "- **1×**  Does @… know the PHP SDK?",
            f"**{TEXTS.disliked}**",
            f"1. [HNSW](<{DOCS}/hnsw.md>)  **1**",
            f"-# {TEXTS.digest_note.format(since='2025-12-29', until='2026-01-04')}",
        ]


async def test_two_servers_get_their_own_in_their_own_languages() -> None:
    async with scene(locale="zh-CN") as it:
        for server, question in ((here(it), "PHP?"), (there(it), "JDBC?")):
            await server.ask(question, "refused")
            await _choose(server.place, server.place.channel)
        await _poster(it).post_due()
        [chinese], [english] = _posted(it.here.channel), _posted(it.there.channel)
        assert CHINESE.insight.digest_title in chinese
        assert ENGLISH.insight.digest_title in english
        assert ("PHP?" in chinese, "JDBC?" in chinese) == (True, False)
        assert ("PHP?" in english, "JDBC?" in english) == (False, True)


async def test_once_a_week_whoever_asks_and_after_a_restart() -> None:
    async with scene() as it:
        await here(it).ask()
        await _choose(it.here, it.here.channel)
        await _poster(it).post_due()
        await _poster(it, MONDAY + timedelta(hours=5)).post_due()
        await it.restart()
        await _poster(it, MONDAY + timedelta(days=6)).post_due()
        assert len(_posted(it.here.channel)) == 1
        await _poster(it, MONDAY + timedelta(days=7)).post_due()
        assert len(_posted(it.here.channel)) == 2


async def test_only_who_holds_the_lock_posts() -> None:
    async with scene() as it:
        await here(it).ask()
        await _choose(it.here, it.here.channel)
        with capture_logs() as logs:
            await _poster(it, lock=Lock(taken=True)).post_due()
        assert _posted(it.here.channel) == []
        assert it.records.digests.last == {it.here.guild.id: NOW}
        assert "Another process" in logs[0]["event"]


async def test_nothing_is_posted_where_nothing_was_asked_for_two_weeks_or_it_is_off() -> None:
    async with scene() as it:
        await here(it).ask(days_ago=30)
        await there(it).ask()
        await _choose(it.here, it.here.channel)
        await _poster(it).post_due()
        assert _posted(it.here.channel) == _posted(it.there.channel) == []
        assert it.records.digests.last[it.here.guild.id] == MONDAY


async def test_a_channel_that_another_process_chose_is_found() -> None:
    async with scene() as it:
        await here(it).ask()
        settings = ServerSettings(language="zh", digest_channel_id=it.here.channel.id)
        await it.records.servers.save_settings(it.here.guild.id, settings, 1)
        await _poster(it).post_due()
        assert CHINESE.insight.digest_title in _posted(it.here.channel)[0]


@pytest.mark.parametrize(("status", "again"), [(403, 0), (404, 0), (503, 1)])
async def test_what_discord_refuses_is_told_and_tried_again_only_where_that_helps(status: int, again: int) -> None:
    async with scene() as it:
        for server in (here(it), there(it)):
            await server.ask()
            await _choose(server.place, server.place.channel)
        it.env.inject_error("POST", f"/channels/{it.here.channel.id}/messages", status=status)
        with capture_logs() as logs:
            await _poster(it).post_due()
        assert [entry["guild_id"] for entry in logs] == [it.here.guild.id]
        assert (len(_posted(it.here.channel)), len(_posted(it.there.channel))) == (0, 1)
        await _poster(it, MONDAY + timedelta(hours=1)).post_due()
        assert (len(_posted(it.here.channel)), len(_posted(it.there.channel))) == (again, 1)


async def test_a_model_that_is_gone_costs_no_digest() -> None:
    async with scene() as it:
        await here(it).ask()
        await _choose(it.here, it.here.channel)
        with capture_logs() as logs:
            await _poster(it, groups=NoModel()).post_due()
        assert "A digest waits" in logs[0]["event"]
        assert _posted(it.here.channel) == []
        await _poster(it).post_due()
        assert len(_posted(it.here.channel)) == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MONDAY, MONDAY),
        (MONDAY - timedelta(seconds=1), MONDAY - timedelta(days=7)),
        (MONDAY + timedelta(days=6, hours=23), MONDAY),
    ],
)
def test_digests_are_due_on_mondays_at_nine(now: datetime, due: datetime) -> None:
    assert (last_due(now), next_due(now)) == (due, due + timedelta(days=7))


def test_a_digest_tells_of_the_seven_days_before() -> None:
    assert week_before(MONDAY) == WEEK


def test_the_longest_digest_fits_into_a_message() -> None:
    long = Asked("0" * 32, NOW, "*" * 4000, Where(None, None))
    page = PageUse(f"{DOCS}/{'x' * 500}", "_" * 500, 10**6)
    figures = Figures((Day(NOW.date(), {"answered": 10**9}),), {"up": 10**9}, 10.0**6)
    for texts in (ENGLISH, CHINESE):
        panel = digest(Week(WEEK, figures, figures, [[long] * 99] * 9, [page] * 5), texts)
        assert sum(map(len, (panel.title, *panel.sections, panel.note))) <= 4000
    assert len(LANGUAGES) == 2
