"""`/admin limits`: what moderators see, what members see of it, and what is on record."""

import json

import pytest
from simcord import InteractionResult

from bot.limits._rendering import amount
from bot.texts import CHINESE, ENGLISH
from bot.texts.limits import LimitTexts
from rag_core.answering.model import Finished, Queued, Retrieved, Searching
from rag_core.records.servers import Limit, Server
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION
from tests.bot.scene import Scene, said, scene
from tests.fakes.desk import Wait

TEXTS: LimitTexts = ENGLISH.limits


async def _set(it: Scene, scope: str, questions: int, minutes: int, **target: object) -> InteractionResult:
    options = {"scope": scope, "questions": questions, "minutes": minutes}
    return await it.here.moderator.slash(it.here.channel, "admin limits set", **options, **target)


async def _ask(it: Scene) -> InteractionResult:
    return await it.here.member.slash(it.here.channel, "ask", question=QUESTION)


async def test_a_limit_is_set_seen_on_record_and_holds() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        seen = await _set(it, "person", 1, 60)
        assert seen.ephemeral
        assert said(seen).split("\n") == [
            "### Each person",
            "**Now**  1 question in 1 hour",
            "**Before**  10 questions in 10 minutes",
            "-# Saved",
        ]
        ((actor, action, subject, before, after),) = it.changes()
        assert (actor, action, subject, before) == (it.here.moderator.id, "limits set", "person 0", "")
        assert json.loads(after)["seconds"] == 3600
        assert not (await _ask(it)).ephemeral
        refused = await _ask(it)
        assert refused.ephemeral
        assert said(refused).startswith("You have asked as much as one person may for now. You can ask again <t:")
        assert len(it.records.questions.questions) == 1
        there = await it.there.member.slash(it.there.channel, "ask", question=QUESTION)
        assert not there.ephemeral
        assert it.bot.books.servers.of(it.there.guild.id) == Server()


async def test_a_limit_is_for_a_role_or_a_channel_where_it_says_so() -> None:
    async with scene() as it:
        channel, role = it.here.channel, it.here.helpers
        assert "### Each with <@&" in said(await _set(it, "role", 2, 1, role=role))
        assert f"### All in {channel.mention}" in said(await _set(it, "channel", 3, 1440, channel=channel))
        kept = it.bot.books.servers.of(it.here.guild.id).limits
        assert set(kept) == {Limit("role", 2, 60, role.id), Limit("channel", 3, 86400, channel.id)}


@pytest.mark.parametrize(
    ("scope", "role", "channel"),
    [("role", False, False), ("role", True, True), ("channel", True, False), ("person", True, False),
     ("server", False, True)],
)  # fmt: skip
async def test_what_does_not_fit_the_scope_is_said_and_changes_nothing(scope: str, role: bool, channel: bool) -> None:
    async with scene() as it:
        target = ({"role": it.here.helpers} if role else {}) | ({"channel": it.here.channel} if channel else {})
        seen = await _set(it, scope, 1, 1, **target)
        cleared = await it.here.moderator.slash(it.here.channel, "admin limits clear", scope=scope, **target)
        assert said(seen) == said(cleared) == TEXTS.target[scope]
        assert seen.ephemeral
        assert it.changes() == []


async def test_a_cleared_limit_is_the_one_that_holds_by_itself() -> None:
    async with scene() as it:
        await _set(it, "server", 5, 30)
        for sentence in ("**Now**  300 questions in 10 minutes\n**Before**  5 questions in 30 minutes",
                         TEXTS.nothing_to_clear):  # fmt: skip
            seen = await it.here.moderator.slash(it.here.channel, "admin limits clear", scope="server")
            assert sentence in said(seen)
        assert [action for _, action, *_ in it.changes()] == ["limits set", "limits clear"]
        seen = await it.here.moderator.slash(
            it.here.channel, "admin limits clear", scope="channel", channel=it.here.channel
        )
        assert TEXTS.none in said(seen)


async def test_the_same_again_changes_nothing() -> None:
    async with scene() as it:
        await _set(it, "server", 5, 30)
        assert ENGLISH.moderation.unchanged in said(await _set(it, "server", 5, 30))
        assert len(it.changes()) == 1


async def test_the_list_shows_this_servers_limits_and_those_that_hold_by_themselves() -> None:
    async with scene() as it:
        await _set(it, "channel", 30, 60, channel=it.here.channel)
        await _set(it, "person", 5, 10)
        shown = await it.here.moderator.slash(it.here.channel, "admin limits list")
        assert said(shown).split("\n") == [
            "### Limits",
            "Each person  5 questions in 10 minutes",
            f"All in {it.here.channel.mention}  30 questions in 1 hour",
            "The whole server  300 questions in 10 minutes · by itself",
            f"-# {TEXTS.note}",
        ]
        other = await it.there.moderator.slash(it.there.channel, "admin limits list")
        assert said(other).count("by itself") == 2
        assert it.here.channel.mention not in said(other)


async def test_many_limits_fit_into_a_message() -> None:
    async with scene() as it:
        for number in range(60):
            await it.bot.books.servers.save_limit(it.here.guild.id, Limit("channel", 9999, 86340, 10**18 + number), 1)
        shown = said(await it.here.moderator.slash(it.here.channel, "admin limits list"))
        assert len(shown) < 4000
        assert "…" in shown


async def test_a_second_question_waits_for_the_first_and_nothing_is_lost() -> None:
    async with scene((Searching(QUESTION), Wait(5), Finished(ANSWERED))) as it:
        first = await _ask(it)
        second = await _ask(it)
        assert second.ephemeral
        assert said(second) == TEXTS.running
        await it.env.advance_time(6)
        assert ENGLISH.asking.sources in said(first)
        third = await _ask(it)
        await it.env.advance_time(6)
        assert ENGLISH.asking.sources in said(third)
        assert len(it.records.questions.answers) == 2


async def test_who_waits_for_the_engine_sees_a_place_in_line() -> None:
    script = (Searching(QUESTION), Retrieved(PASSAGES), Queued(7), Wait(5), Queued(1), Wait(5), Finished(ANSWERED))
    async with scene(script) as it:
        seen = await _ask(it)
        await it.env.advance_time(2)
        assert ENGLISH.asking.queue(7) in said(seen)
        await it.env.advance_time(5)
        assert ENGLISH.asking.queue(1) in said(seen)
        await it.env.advance_time(6)
        assert ENGLISH.asking.sources in said(seen)
        assert [answer.outcome for answer in it.records.questions.answers.values()] == ["answered"]


def test_amounts_read_naturally() -> None:
    assert amount(Limit("person", 1, 60), ENGLISH) == "1 question in 1 minute"
    assert amount(Limit("person", 1000, 90 * 60), ENGLISH) == "1,000 questions in 90 minutes"
    assert amount(Limit("person", 2, 24 * 3600), ENGLISH) == "2 questions in 24 hours"
    assert amount(None, ENGLISH) == "no limit"
    assert amount(Limit("person", 10, 600), CHINESE) == "10 分钟内 10 个问题"
