"""`/admin reindex`: the run is shown while it lasts, and its end is told wherever it can be."""

import json

import discord
from simcord import InteractionResult

from bot.texts import CHINESE, ENGLISH
from rag_core.errors import StoreUnavailable
from rag_core.progress import Progress
from tests.bot.operating.operated import operated
from tests.bot.scene import Scene, said
from tests.fakes.desk import Wait
from tests.fakes.operations import DOCS, Step, a_run

TEXTS = ENGLISH.operating
CRAWLING, EMBEDDING = Progress("Crawling pages", 120, 483), Progress("Embedding chunks", 1500)
ENDED = [
    "**finished**",
    "12 new, 3 changed, 468 unchanged, 0 gone, 0 failed",
    "5,120 passages, 61 embedded, 192 s",
]


async def _begin(it: Scene, *script: Step, **options: object) -> InteractionResult:
    it.operations.librarian.script = script
    return await it.operator.slash(it.here.channel, "admin reindex", **options)


def _told_in_person(it: Scene) -> discord.Message:
    (message,) = it.operator_user.dm_channel.history()
    return message


def _lines(seen: object) -> list[str]:
    return said(seen).split("\n")


async def test_a_run_is_shown_privately_while_it_lasts_and_at_its_end() -> None:
    async with operated() as it:
        seen = await _begin(it, Wait(1), CRAWLING, Wait(5), EMBEDDING, Wait(5), a_run())
        assert seen.ephemeral
        assert _lines(seen) == ["### Index run", TEXTS.run_begun]
        await it.env.advance_time(3)
        assert _lines(seen) == ["### Index run", "Crawling pages  120 of 483"]
        await it.env.advance_time(6)
        assert _lines(seen) == ["### Index run", "Embedding passages  1,500"]
        await it.env.advance_time(4)
        assert _lines(seen) == ["### Index run", *ENDED]
        assert it.operations.librarian.wanted == [(None, False)]


async def test_what_was_asked_for_is_on_record() -> None:
    async with operated() as it:
        await it.records.operating.add_source("blog", "https://blog.example.org/posts", it.operator.id)
        before = len(it.shared_changes())
        await _begin(it, a_run(), source="blog")
        await _begin(it, a_run(), full=True)
        assert it.operations.librarian.wanted == [("blog", False), (None, True)]
        assert [(*change[:4], json.loads(change[4])) for change in it.shared_changes()[before:]] == [
            (it.operator.id, "reindex", "blog", "", {"source": "blog", "full": False}),
            (it.operator.id, "reindex", "all sources", "", {"source": DOCS, "full": True}),
        ]
        assert it.changes() == []


async def test_how_a_run_ended_badly_is_told_with_the_reason() -> None:
    async with operated() as it:
        run = a_run(
            status="rejected", note="97 of 483 known pages were missing.", failed=5, failures=("a", "b", "c", "d")
        )
        seen = said(await _begin(it, run))
        assert "**turned away**" in seen
        assert "-# 97 of 483 known pages were missing." in seen
        assert "-# c\n-# and 2 more" in seen
        seen = said(await _begin(it, StoreUnavailable("Milvus does not answer.")))
        assert TEXTS.run_broke.format(reason="Milvus does not answer.") in seen


async def test_golden_questions_are_told_of() -> None:
    async with operated() as it:
        seen = await _begin(it, a_run(gate_score=0.861, gate_live_score=0.858), full=True)
        assert "golden questions 0.861, before 0.858" in _lines(seen)


async def test_one_run_at_a_time() -> None:
    async with operated() as it:
        await _begin(it, Wait(60), a_run())
        seen = await it.operator.slash(it.here.channel, "admin reindex")
        assert _lines(seen) == ["### Index run", TEXTS.busy]
        assert len(it.shared_changes()) == 1
        await it.env.advance_time(60)


async def test_a_source_is_named_as_it_is_and_suggested() -> None:
    async with operated() as it:
        await it.records.operating.add_source("blog", "https://blog.example.org/posts", it.operator.id)
        assert said(await _begin(it, source="wiki")) == TEXTS.unknown_source.format(name="`wiki`")
        assert said(await _begin(it, source="blog", full=True)) == TEXTS.full_alone
        assert it.operations.librarian.wanted == []
        offered = await it.operator.autocomplete(it.here.channel, "admin reindex", "source", "blo")
        assert [choice["value"] for choice in offered] == ["blog"]
        offered = await it.here.moderator.autocomplete(it.here.channel, "admin reindex", "source", "")
        assert offered == []


async def test_after_a_quarter_of_an_hour_the_operators_channel_is_told() -> None:
    async with operated() as it:
        channel = it.there.guild.create_text_channel("operators")
        it.operations.channel_id = channel.id
        await it.restart()
        it.here.show_admin_to(it.operator)
        seen = await _begin(it, CRAWLING, Wait(3600), a_run())
        await it.env.advance_time(14 * 60)
        told = TEXTS.told_here.format(channel=f"<#{channel.id}>")
        assert _lines(seen) == ["### Index run", TEXTS.run_goes_on.format(told=told)]
        assert channel.history() == []
        await it.env.advance_time(46 * 60)
        (message,) = channel.history()
        assert _lines([each.to_dict() for each in message.components]) == ["### Index run", *ENDED]
        assert _lines(seen) == ["### Index run", TEXTS.run_goes_on.format(told=told)]


async def test_without_that_channel_who_began_it_is_told_in_person() -> None:
    async with operated() as it:
        seen = await _begin(it, Wait(3600), a_run())
        await it.env.advance_time(3600)
        assert _lines(seen) == ["### Index run", TEXTS.run_goes_on.format(told=TEXTS.told_you)]
        assert _lines([each.to_dict() for each in _told_in_person(it).components])[1:] == ENDED


async def test_a_channel_that_is_gone_is_no_reason_to_say_nothing() -> None:
    async with operated() as it:
        it.operations.channel_id = 4711
        await it.restart()
        it.here.show_admin_to(it.operator)
        await _begin(it, Wait(3600), StoreUnavailable("Milvus does not answer."))
        await it.env.advance_time(3600)
        told = said([each.to_dict() for each in _told_in_person(it).components])
        assert "Milvus does not answer." in told


async def test_a_run_whose_message_is_dismissed_is_told_in_person() -> None:
    async with operated() as it:
        await _begin(it, CRAWLING, Wait(60), a_run())
        it.env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=404)
        await it.env.advance_time(60)
        assert "**finished**" in said([each.to_dict() for each in _told_in_person(it).components])


async def test_a_bot_that_is_stopped_says_that_the_run_is_cut_off() -> None:
    async with operated() as it:
        seen = await _begin(it, CRAWLING, Wait(60), a_run())
        await it.bot.operating.close()
        assert _lines(seen) == ["### Index run", TEXTS.run_cut_off]
        assert not it.operations.librarian.busy


async def test_without_the_database_nothing_is_begun() -> None:
    async with operated() as it:
        it.records.audit.down = True
        seen = said(await _begin(it, a_run()))
        assert "The fake database is down." in seen
        assert it.operations.librarian.wanted == []


async def test_speaks_the_servers_language() -> None:
    async with operated(locale="zh-CN") as it:
        seen = await _begin(it, Wait(1), CRAWLING, Wait(3), a_run())
        assert CHINESE.operating.run_begun in said(seen)
        await it.env.advance_time(3)
        assert "正在抓取页面" in said(seen)
        await it.env.advance_time(1)
        assert CHINESE.operating.statuses["finished"] in said(seen)
