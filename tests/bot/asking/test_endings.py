"""Answers that can't come to their end the usual way: restarts, expired tokens, lost permissions, deleted channels."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
from simcord import InteractionResult

from bot.texts import ENGLISH
from rag_core.answering.model import Answer, Finished, Question, Retrieved, Searching, Shown, Turn
from rag_core.records.model import Origin
from tests.bot.asking.answers import ANSWERED, FAILED, PASSAGES, QUESTION, TEXT
from tests.bot.asking.test_gates import FakeGate
from tests.bot.listening.forum import shown
from tests.bot.scene import Scene, said
from tests.bot.scene import scene as any_scene
from tests.fakes.book import FakeBook
from tests.fakes.desk import Step, Wait

READ = (Searching(QUESTION), Retrieved(PASSAGES))
WHOLE = (*READ, Shown(TEXT), Finished(ANSWERED))
HALF = (*READ, Shown("One. "), Wait(60))
TEXTS = ENGLISH.asking


@asynccontextmanager
async def scene(script: Sequence[Step], **options: Any) -> AsyncIterator[Scene]:
    """What is asked here was asked before the process that comes after a restart."""
    async with any_scene(script, **options) as it:
        it.records.questions.now -= timedelta(days=1)
        yield it


def text(message: discord.Message) -> str:
    return said([each.to_dict() for each in message.components])


async def mention(it: Scene, words: str = QUESTION) -> discord.Message:
    assert it.bot.user is not None
    await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {words}")
    return shown(it.here.channel)[-1]


async def ask(it: Scene) -> InteractionResult:
    return await it.here.member.slash(it.here.channel, "ask", question=QUESTION)


async def kill(it: Scene) -> None:
    """As by SIGKILL: the old process edits nothing more; another one starts."""
    for path in ("/webhooks/*/*/messages/@original", "/channels/*/messages/*"):
        it.env.inject_error("PATCH", path, status=400, times=1)
    it.desk.book = FakeBook()
    await it.bot.asking.answers.interrupt()
    it.env.backend.faults.clear()
    it.desk.book = it.records.questions
    await it.restart()


async def retry(it: Scene, message: discord.Message, **options: Any) -> InteractionResult:
    return await it.here.member.click(message, label=TEXTS.retry_label, **options)


async def test_a_restart_in_mid_answer_leaves_a_sentence_and_a_button_that_works_after_it() -> None:
    async with scene(HALF) as it:
        answer = await mention(it)
        await it.bot.close()
        await it.restart()
        (left,) = shown(it.here.channel)
        assert left.id == answer.id
        assert "One." in text(left)
        assert TEXTS.interrupted in text(left)
        it.desk.script = WHOLE
        await retry(it, left)
        (whole,) = shown(it.here.channel)
        assert whole.id == answer.id
        assert "HNSW has three parameters" in text(whole)
        (_, first), (question, second) = it.desk.asked
        assert question.text == QUESTION
        assert second.message_id == first.message_id
        assert it.records.questions.replies[question.id].message_id == answer.id


async def test_after_a_kill_the_next_start_ends_what_was_left_half_written() -> None:
    async with scene(HALF) as it:
        first = await ask(it)
        assert first.response is not None
        await kill(it)
        (left,) = shown(it.here.channel)
        assert left.id == first.response.id
        assert "One." in text(left)
        assert TEXTS.interrupted in text(left)
        assert TEXTS.writing not in text(left)
        (recorded,) = it.records.questions.answers.values()
        assert (recorded.outcome, recorded.note) == ("cancelled", "interrupted")
        it.desk.script = WHOLE
        await retry(it, left)
        assert "HNSW has three parameters" in text(shown(it.here.channel)[0])


async def test_what_is_left_of_another_process_or_was_answered_is_left_alone() -> None:
    async with scene(WHOLE) as it:
        await mention(it)
        book = it.records.questions
        elsewhere = Question("e" * 32, "elsewhere?")
        await book.save_question(elsewhere, Origin("discord", 1, 2, 3))
        await book.save_question(replace(elsewhere, id="f" * 32), Origin("terminal"))
        await it.restart()
        assert TEXTS.interrupted not in text(shown(it.here.channel)[0])
        assert [each.question.id for each in await book.open_questions()] == ["e" * 32, "f" * 32]


async def test_after_a_kill_a_private_answer_is_ended_by_direct_message_alone() -> None:
    async with scene(WHOLE) as it:
        asked = Question("d" * 32, QUESTION, (Turn("a?", "b."),))
        origin = Origin("discord", it.here.member.id, it.here.guild.id, it.here.channel.id, None, 1, private=True)
        await it.records.questions.save_question(asked, origin)
        await it.restart()
        assert shown(it.here.channel) == []
        (told,) = shown(it.here.member.user.dm_channel)
        assert TEXTS.interrupted in text(told)
        await it.here.member.user.click(told, label=TEXTS.retry_label)
        question, second = it.desk.asked[0]
        assert (question.text, question.history, second.private) == (QUESTION, asked.history, True)
        assert shown(it.here.channel) == []


async def test_without_the_database_the_start_goes_on() -> None:
    async with scene(HALF) as it:
        await mention(it)
        it.records.questions.down = True
        await it.restart()
        it.records.questions.down = False
        it.desk.script = WHOLE
        assert "HNSW has three parameters" in text(await mention(it))


async def test_only_the_asker_tries_again_and_gates_are_asked() -> None:
    gate = FakeGate()
    async with scene((*READ, Finished(FAILED)), gates=[gate]) as it:
        answer = await mention(it)
        pressed = await it.here.moderator.click(answer, label=TEXTS.retry_label)
        assert pressed.response is not None
        assert (pressed.ephemeral, pressed.response.content) == (True, TEXTS.only_asker_retries)
        gate.sentence = "Not now."
        pressed = await retry(it, answer)
        assert [each.content for each in pressed.followups] == ["Not now."]
        assert len(it.desk.asked) == 1


async def test_a_question_that_is_no_longer_on_record_is_to_be_asked_again() -> None:
    async with scene((*READ, Finished(FAILED))) as it:
        answer = await mention(it)
        it.records.questions.questions.clear()
        pressed = await retry(it, answer)
        assert [each.content for each in pressed.followups] == [TEXTS.nothing_to_retry]


async def test_a_private_answer_that_outlives_its_token_comes_by_direct_message_and_never_to_the_channel() -> None:
    long = "\n\n".join([TEXT] * 10)
    async with scene((*READ, Wait(1000), Finished(replace(ANSWERED, text=long)))) as it:
        command = it.bot.asking

        async def ask_privately(interaction: discord.Interaction, question: str) -> None:
            await command.take(interaction, question, private=True)

        it.bot.tree.add_command(
            discord.app_commands.Command(name="whisper", description="asks", callback=ask_privately)
        )
        await it.bot.tree.sync()
        asked = await it.here.member.slash(it.here.channel, "whisper", question=QUESTION)
        assert asked.ephemeral
        await it.env.advance_time(1001)
        assert shown(it.here.channel) == []
        direct = shown(it.here.member.user.dm_channel)
        assert len(direct) > 1
        assert "HNSW has three parameters" in text(direct[0])
        assert it.desk.asked[0][1].private


async def test_where_the_bot_may_no_longer_write_the_asker_alone_gets_the_answer() -> None:
    async with scene((*READ, Shown("One. "), Wait(5), Finished(ANSWERED))) as it:
        await mention(it)
        it.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
        await it.env.advance_time(6)
        (direct,) = shown(it.here.member.user.dm_channel)
        assert "HNSW has three parameters" in text(direct)
        answers = it.records.questions.answers.values()
        assert [each.outcome for each in answers] == ["answered"]


async def test_who_takes_no_direct_messages_either_has_the_answer_on_record() -> None:
    async with scene((*READ, Shown("One. "), Wait(5), Finished(ANSWERED))) as it:
        await mention(it)
        it.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
        it.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
        await it.env.advance_time(6)
        (recorded,) = it.records.questions.answers.values()
        assert isinstance(recorded, Answer)
        assert recorded.outcome == "answered"
