"""Calling a person: who may, whom it reaches, how often, and what they read."""

from typing import Any

import discord
import pytest
from simcord import InteractionResult

from bot.texts import ENGLISH
from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION, REFUSED
from tests.bot.scene import Scene, said, scene
from tests.bot.support.pressing import ask, button, press, question_id, whispered

TEXTS = ENGLISH.support
SCRIPT = (Finished(ANSWERED),)


async def _helped(it: Scene) -> None:
    await it.here.moderator.slash(it.here.channel, "admin roles helper", role=it.here.helpers)


def _calls(it: Scene) -> list[dict[str, Any]]:
    """Everything that was sent and may ping somebody."""
    sent = [request.json for request in it.env.http_requests if request.method in {"POST", "PATCH"} and request.json]
    bodies = [each.get("data") or each for each in sent if isinstance(each, dict)]
    return [each for each in bodies if _pings(each.get("allowed_mentions"))]


def _pings(allowed: dict[str, Any] | None) -> bool:
    return bool(allowed and (allowed.get("parse") or allowed.get("roles") or allowed.get("users")))


def _told(pressed: InteractionResult) -> str:
    (message,) = [each for each in pressed.followups if not each.ephemeral]
    return said(message.components)


async def test_the_configured_role_is_called_with_a_short_summary() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await ask(it)
        pressed = await press(it.here.member, result, "call_person")
        told = _told(pressed)
        assert told.startswith(f"### {it.here.helpers.mention} · {it.here.member.mention} asks for a person")
        assert f"{TEXTS.question}\n> {QUESTION}" in told
        assert "- Answered from the documentation: HNSW has three parameters:" in told
        assert "1. [HNSW \\> Index params](<https://milvus.io/docs/hnsw.md#Index-params>)" in told
        assert f"[{TEXTS.to_answer}](<https://discord.com/channels/" in told
        assert len(told) < 1500
        assert it.records.follow_ups.handed_over_by == {question_id(it): it.here.member.id}


async def test_exactly_that_role_may_be_pinged_and_nobody_else_ever() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        await press(it.here.member, await ask(it), "call_person")
        (call,) = _calls(it)
        allowed = call["allowed_mentions"]
        assert [int(role) for role in allowed["roles"]] == [it.here.helpers.id]
        assert not any(allowed.get(others) for others in ("parse", "users", "replied_user"))


async def test_a_question_calls_once_whoever_presses_and_however_often() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await ask(it)
        before = button(result, "call_person")["custom_id"]
        await press(it.here.member, result, "call_person")
        mark = button(result, "call_person")
        assert (mark["label"], mark["disabled"], mark["custom_id"]) == (TEXTS.called_label, True, before)
        # As a second press that was on its way when the button was still there.
        handled = it.records.follow_ups
        assert await handled.hand_over(it.here.guild.id, question_id(it), it.here.moderator.id) is False
        assert len(_calls(it)) == 1


async def test_who_presses_second_is_told_that_somebody_comes() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await ask(it)
        await it.records.follow_ups.hand_over(it.here.guild.id, question_id(it), 1)
        pressed = await press(it.here.member, result, "call_person")
        assert whispered(pressed) == TEXTS.already_called
        assert _calls(it) == []


async def test_a_stranger_calls_nobody() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        pressed = await press(it.operator, await ask(it), "call_person")
        assert whispered(pressed) == TEXTS.only_asker_calls
        assert (_calls(it), it.records.follow_ups.handed_over_by) == ([], {})


async def test_a_moderator_calls_for_somebody() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        await press(it.here.moderator, await ask(it), "call_person")
        assert it.records.follow_ups.handed_over_by == {question_id(it): it.here.moderator.id}


@pytest.mark.parametrize("wrote", [True, False])
async def test_in_a_thread_those_who_wrote_there_call_too(wrote: bool) -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        parent = it.bot.get_channel(it.here.channel.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name="a question", type=discord.ChannelType.public_thread)
        (thread,) = it.here.channel.threads
        result = await ask(it, thread)
        if wrote:
            await it.operator.send(thread, "I have the same problem.")
        pressed = await press(it.operator, result, "call_person")
        assert len(_calls(it)) == wrote
        assert wrote or whispered(pressed) == TEXTS.only_asker_calls


async def test_without_a_role_it_says_what_moderators_can_do() -> None:
    async with scene((Finished(REFUSED),)) as it:
        pressed = await press(it.here.member, await ask(it), "call_person")
        assert whispered(pressed) == TEXTS.nobody_to_call
        assert "/admin roles helper" in TEXTS.nobody_to_call
        assert it.records.follow_ups.handed_over_by == {}


async def test_what_was_refused_is_handed_over_with_the_closest_sections() -> None:
    async with scene((Finished(REFUSED),)) as it:
        await _helped(it)
        told = _told(await press(it.here.member, await ask(it), "call_person"))
        assert f"- {TEXTS.tried_outcome['refused']}" in told
        assert "1. [HNSW \\> Index params]" in told


async def test_a_call_that_could_not_be_sent_can_be_made_again() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await ask(it)
        it.env.inject_error("POST", "/webhooks/*/*", status=403, times=1)
        assert whispered(await press(it.here.member, result, "call_person")) == TEXTS.call_failed
        assert it.records.follow_ups.handed_over_by == {}
        await press(it.here.member, result, "call_person")
        assert it.records.follow_ups.handed_over_by == {question_id(it): it.here.member.id}


async def test_it_works_after_a_restart() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await ask(it)
        await it.restart()
        await press(it.here.member, result, "call_person")
        assert len(_calls(it)) == 1


async def test_each_server_calls_its_own_role() -> None:
    async with scene(SCRIPT) as it:
        await _helped(it)
        result = await it.there.member.slash(it.there.channel, "ask", question=QUESTION)
        pressed = await press(it.there.member, result, "call_person")
        assert whispered(pressed) == TEXTS.nobody_to_call
        assert _calls(it) == []
