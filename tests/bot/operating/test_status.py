"""`/admin status`, `doctor`, `pause`, `resume`: what moderators and operators see, and what is on record."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.findings import Finding
from bot.texts import CHINESE, ENGLISH
from rag_core.answering.desk import Load
from rag_core.answering.model import Finished, IndexInfo, Times, Usage
from rag_core.records.model import Origin
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.operating.operated import operated
from tests.bot.scene import Scene, buttons, said
from tests.fakes.operations import NOON
from tests.rag_core.records.samples import a_question, an_answer

TEXTS = ENGLISH.operating
INFO = IndexInfo("g2", "https://docs.example.org/docs", "v3.0.x", datetime(2026, 3, 1, 4, tzinfo=UTC))


async def answered(it: Scene, guild_id: int, first_shown: float, tokens: int) -> None:
    """An answer on record whose tokens took four seconds."""
    question = a_question()
    await it.records.questions.save_question(question, Origin("discord", 1, guild_id, 2))
    times = Times(0.1, 0.5, first_shown, 4.5)
    await it.records.questions.save_answer(replace(an_answer(question.id), times=times, usage=Usage(1800, tokens)))


async def test_operators_see_how_the_whole_bot_is() -> None:
    async with operated() as it:
        it.operations.info, it.operations.load = INFO, Load(3, 1)
        await answered(it, it.here.guild.id, 0.8, 161)
        await answered(it, it.there.guild.id, 1.2, 241)
        seen = await it.operator.slash(it.here.channel, "admin status")
        assert seen.ephemeral
        lines = said(seen).split("\n")
        assert lines[0] == "### Status"
        assert lines[1].startswith("🟢 **Discord**  ")
        assert lines[2:] == [
            "🟢 **Milvus**  fine",
            "🟢 **Engine**  fine",
            "🟢 **Database**  fine",
            f"🟢 **Schedule**  next crawl <t:{int(NOON.timestamp()) + 16 * 3600}:R>",
            f"**Index**  Milvus v3.0.x, refreshed <t:{int(INFO.refreshed_at.timestamp())}:R>",  # type: ignore[union-attr]
            "**Queue**  3 being answered, 1 of them waiting",
            "**Speed**  first text after 1.0 s · 50 tokens a second",
            "-# Speed: medians of the last 2 answers.",
        ]
        assert it.shared_changes() == []


async def test_moderators_see_the_speed_of_their_own_server_alone() -> None:
    async with operated() as it:
        await answered(it, it.there.guild.id, 1.2, 241)
        for place, speed in ((it.here, TEXTS.no_answers), (it.there, "first text after 1.2 s · 60 tokens a second")):
            seen = await place.moderator.slash(place.channel, "admin status")
            assert seen.ephemeral
            assert f"**Speed**  {speed}" in said(seen).split("\n")


@pytest.mark.parametrize(("part", "name"), [("milvus", "Milvus"), ("engine", "Engine"), ("database", "Database")])
async def test_a_part_that_is_away_is_red_and_the_others_are_told(part: str, name: str) -> None:
    async with operated() as it:
        it.operations.down = {part}
        seen = said(await it.operator.slash(it.here.channel, "admin status"))
        assert f"🔴 **{name}**  away" in seen
        assert seen.count("🔴") == 1


async def test_says_what_there_is_to_search_and_what_is_going_on() -> None:
    async with operated() as it:
        for info, words in (
            (None, TEXTS.no_index),
            (replace(INFO, sample=True), TEXTS.sample),
            (replace(INFO, refreshed_at=None), "Milvus v3.0.x"),
        ):
            it.operations.info = info
            assert f"**Index**  {words}" in said(await it.operator.slash(it.here.channel, "admin status")).split("\n")
        it.operations.librarian.status = "Crawling pages: 120 of 483"
        it.operations.schedule.cron = "off"
        seen = said(await it.operator.slash(it.here.channel, "admin status")).split("\n")
        assert "Crawling pages: 120 of 483" in seen
        assert f"🟢 **Schedule**  {TEXTS.never}" in seen
        assert f"**Queue**  {TEXTS.idle}" in seen
        it.operations.schedule.running = False
        it.records.questions.down = True
        seen = said(await it.operator.slash(it.here.channel, "admin status")).split("\n")
        assert f"🔴 **Schedule**  {TEXTS.clock_stopped}" in seen
        assert f"**Speed**  {TEXTS.away}" in seen


async def test_the_doctor_tells_operators_all_with_its_mends() -> None:
    async with operated() as it:
        it.operations.found = [
            Finding("milvus", "ok", "Milvus Lite answers."),
            Finding("engine", "wrong", "vLLM is not installed: run `make run`."),
            *(Finding(f"part {n}", "warning", "It is old.") for n in range(9)),
        ]
        seen = await it.operator.slash(it.here.channel, "admin doctor")
        assert seen.ephemeral
        assert "🟢 **milvus**\nMilvus Lite answers." in said(seen)
        assert "🔴 **engine**\nvLLM is not installed: run" in said(seen)
        assert "part 8" not in said(seen)
        assert seen.response is not None
        turned = await it.operator.click(seen.response, custom_id=buttons(seen)["Next"]["custom_id"])
        assert "🟡 **part 8**" in said(seen) + said(turned)


async def test_the_doctor_tells_moderators_of_their_own_server_alone() -> None:
    async with operated() as it:
        it.operations.found = [Finding("discord, server Zilliz", "warning", "Permissions are missing in #secret.")]
        it.operations.server = Finding("discord, server Milvus", "warning", "Permissions are missing in #support.")
        it.operations.down = {"engine"}
        seen = await it.here.moderator.slash(it.here.channel, "admin doctor")
        assert seen.ephemeral
        assert said(seen).split("\n") == [
            "### Doctor",
            "🟢 **Milvus**  fine",
            "🔴 **Engine**  away",
            "🟢 **Database**  fine",
            "🟡 Permissions are missing in #support.",
            f"-# {TEXTS.ask_operator}",
        ]


async def test_a_paused_bot_takes_no_questions_in_any_server_until_it_is_resumed() -> None:
    async with operated((Finished(ANSWERED),)) as it:
        seen = await it.operator.slash(it.here.channel, "admin pause")
        assert seen.ephemeral
        assert said(seen).split("\n") == ["### Questions", TEXTS.pause_done]
        for place in (it.here, it.there):
            asked = await place.member.slash(place.channel, "ask", question=QUESTION)
            assert asked.ephemeral
            assert said(asked) == TEXTS.paused
        assert it.records.questions.questions == {}
        assert TEXTS.paused_note in said(await it.operator.slash(it.here.channel, "admin status"))
        assert TEXTS.resume_done in said(await it.operator.slash(it.here.channel, "admin resume"))
        assert not (await it.there.member.slash(it.there.channel, "ask", question=QUESTION)).ephemeral
        assert len(it.records.questions.questions) == 1
        states = [{"paused": paused, "recrawl_cron": None} for paused in (False, True, False)]
        assert [(*change[:3], *map(json.loads, change[3:])) for change in it.shared_changes()] == [
            (it.operator.id, "pause", "bot", *states[:2]),
            (it.operator.id, "resume", "bot", *states[1:]),
        ]
        assert it.changes() == []


async def test_the_same_again_is_said_and_not_on_record() -> None:
    async with operated() as it:
        assert TEXTS.resume_again in said(await it.operator.slash(it.here.channel, "admin resume"))
        await it.operator.slash(it.here.channel, "admin pause")
        assert TEXTS.pause_again in said(await it.operator.slash(it.here.channel, "admin pause"))
        assert len(it.shared_changes()) == 1


async def test_a_pause_survives_a_restart() -> None:
    async with operated((Finished(ANSWERED),)) as it:
        await it.operator.slash(it.here.channel, "admin pause")
        await it.restart()
        assert said(await it.here.member.slash(it.here.channel, "ask", question=QUESTION)) == TEXTS.paused


async def test_without_the_database_nothing_is_paused_and_a_sentence_says_so() -> None:
    async with operated((Finished(ANSWERED),)) as it:
        it.records.operating.down = True
        seen = await it.operator.slash(it.here.channel, "admin pause")
        assert ENGLISH.general.records_unavailable in [said(seen), *(each.content for each in seen.followups)]
        assert not (await it.here.member.slash(it.here.channel, "ask", question=QUESTION)).ephemeral


async def test_speaks_the_servers_language() -> None:
    async with operated(locale="zh-CN") as it:
        await it.operator.slash(it.here.channel, "admin pause")
        asked = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        assert said(asked) == CHINESE.operating.paused
