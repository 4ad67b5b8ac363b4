"""`/admin block`, `unblock`, `blocked`: what moderators and members see, and what is on record."""

import asyncio
import json
from datetime import UTC, datetime

import discord
import pytest

from bot.asking import Asker, ForAskerAlone
from bot.blocks import Blocks
from bot.blocks._rendering import block_list
from bot.texts import ENGLISH
from rag_core.answering.finder import Outline
from rag_core.answering.model import Finished
from rag_core.errors import RecordsUnavailable
from rag_core.records.people import Block
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import Scene, said, scene
from tests.fakes.people import FakePeopleBook

TEXTS = ENGLISH.blocks
ASKER = Asker(5, 1, 10, None, frozenset(), manages=False)


async def _block(it: Scene, **options: object) -> str:
    options = {"user": it.here.member.user, **options} if "user" not in options else options
    seen = await it.here.moderator.slash(it.here.channel, "admin block", **options)
    assert seen.ephemeral
    return said(seen)


async def test_a_blocked_person_is_told_so_privately_and_nothing_is_on_record() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        shown = await _block(it, reason="spam *again*")
        assert shown.split("\n") == [
            "### Blocked",
            TEXTS.is_blocked.format(user=it.here.member.mention),
            "> spam \\*again\\*",
            f"-# {TEXTS.told}",
        ]
        it.finder.outlines = {"a": Outline("A", "https://milvus.io", "v3.0.x", "", ())}
        for command, options in (("ask", {"question": QUESTION}), ("search", {"query": "a"}), ("page", {"title": "a"})):
            seen = await it.here.member.slash(it.here.channel, command, **options)
            assert seen.ephemeral, command
            assert said(seen) == TEXTS.blocked, command
        assert it.records.questions.questions == {}
        ((actor, action, subject, before, after),) = it.changes()
        assert (actor, action, before) == (it.here.moderator.id, "block", "")
        assert subject == f"person {it.here.member.id}"
        assert json.loads(after)["reason"] == "spam *again*"


async def test_a_blocked_persons_messages_get_silence() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        await _block(it)
        assert it.bot.user is not None
        await it.here.member.send(it.here.channel, f"{it.bot.user.mention} {QUESTION}")
        assert [message.author.id for message in it.here.channel.history()] == [it.here.member.id]
        assert it.records.questions.questions == {}
        await it.here.moderator.send(it.here.channel, f"{it.bot.user.mention} {QUESTION}")
        assert len(it.records.questions.questions) == 1


async def test_a_block_that_is_slow_to_look_up_is_told_to_nobody_else() -> None:
    class Sleepy(FakePeopleBook):
        async def block_of(self, guild_id: int, user_id: int) -> Block | None:
            await asyncio.sleep(5)
            return await super().block_of(guild_id, user_id)

    async with scene((Finished(ANSWERED),)) as it:
        it.bot.blocks._people = people = Sleepy()
        await people.block(it.here.guild.id, it.here.member.id, "", 9)
        seen = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        await it.env.advance_time(2)
        assert seen.deferred
        await it.env.advance_time(5)
        assert it.here.channel.history() == []
        assert it.records.questions.questions == {}


async def test_a_block_holds_in_its_server_alone_and_survives_a_restart() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        await _block(it)
        await it.restart()
        assert said(await it.here.member.slash(it.here.channel, "ask", question=QUESTION)) == TEXTS.blocked
        elsewhere = it.there.guild.add_member(it.here.member.user)
        assert not (await elsewhere.slash(it.there.channel, "ask", question=QUESTION)).ephemeral
        assert it.changes(it.there) == []
        listed = await it.there.moderator.slash(it.there.channel, "admin blocked")
        assert TEXTS.nobody in said(listed)


async def test_who_is_let_in_again_is_answered() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        member = it.here.member
        await member.slash(it.here.channel, "ask", question=QUESTION)
        await _block(it)
        assert (await member.slash(it.here.channel, "ask", question=QUESTION)).ephemeral
        for sentence in (TEXTS.is_unblocked, TEXTS.was_not_blocked):
            seen = await it.here.moderator.slash(it.here.channel, "admin unblock", user=member.user)
            assert seen.ephemeral
            assert sentence.format(user=member.mention) in said(seen)
        assert not (await member.slash(it.here.channel, "ask", question=QUESTION)).ephemeral
        assert [action for _, action, *_ in it.changes()] == ["block", "unblock"]


async def test_the_list_says_who_since_when_by_whom_and_why() -> None:
    async with scene() as it:
        await _block(it, reason="spam")
        seen = await it.here.moderator.slash(it.here.channel, "admin blocked")
        assert seen.ephemeral
        assert said(seen).split("\n") == [
            "### Blocked",
            f"{it.here.member.mention}  since <t:1767225600:d>, by {it.here.moderator.mention}",
            "> spam",
            f"-# {TEXTS.how_to_unblock}",
        ]


async def test_moderators_cannot_block_each_other_nor_themselves() -> None:
    async with scene() as it:
        role = it.here.guild.create_role("more", permissions=discord.Permissions(manage_guild=True))
        other = it.here.guild.add_member(it.env.create_user("max"), roles=[role])
        for user in (other, it.here.moderator):
            assert await _block(it, user=user) == TEXTS.not_them.format(user=f"<@{user.id}>")
        assert it.changes() == []


class _SlowPeople(FakePeopleBook):
    """Says what was true when it was asked, later; or that it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.down = False
        self.asked = 0

    async def block_of(self, guild_id: int, user_id: int) -> Block | None:
        self.asked += 1
        if self.down:
            raise RecordsUnavailable("away")
        found = await super().block_of(guild_id, user_id)
        await self.go.wait()
        return found


async def test_a_block_counts_from_the_moment_it_is_made() -> None:
    people = _SlowPeople()
    gate = Blocks(people)
    asking = asyncio.create_task(gate.refusal(ASKER, ENGLISH))
    await asyncio.sleep(0)
    await people.block(1, 5, "", 9)
    gate.changed(1, 5)
    people.go.set()
    assert await asking is None, "asked before"
    refusal = await gate.refusal(ASKER, ENGLISH)
    assert refusal == TEXTS.blocked
    assert isinstance(refusal, ForAskerAlone)
    await gate.refusal(ASKER, ENGLISH)
    assert people.asked == 2, "what is known is not looked up again"


async def test_without_the_database_people_are_answered() -> None:
    people = _SlowPeople()
    people.go.set()
    people.down = True
    gate = Blocks(people)
    assert await gate.refusal(ASKER, ENGLISH) is None
    people.down = False
    await people.block(1, 5, "", 9)
    assert await gate.refusal(ASKER, ENGLISH) == TEXTS.blocked


async def test_nobody_is_blocked_in_direct_messages() -> None:
    people = FakePeopleBook()
    await people.block(1, 5, "", 9)
    assert await Blocks(people).refusal(Asker(5, None, 10, None, frozenset(), manages=False), ENGLISH) is None


@pytest.mark.parametrize("count", [10, 11])
def test_a_long_list_has_pages(count: int) -> None:
    blocks = [Block(1, number, 9, "x" * 300, datetime(2026, 1, 1, tzinfo=UTC)) for number in range(count)]
    panels = block_list(blocks, ENGLISH)
    assert len(panels) == (count + 9) // 10
    assert max(len(panel.sections[0]) for panel in panels) < 4000


def test_who_is_hidden_behind_a_hash_is_not_mentioned() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    [panel] = block_list([Block(1, -5, -6, "spam", since)], ENGLISH)
    assert "<@" not in panel.sections[0]
    assert panel.sections[0].count(ENGLISH.general.hidden_person) == 2
