"""People write messages; what they see of the bot and what is on record is checked."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor

from bot.texts import CHINESE, ENGLISH
from rag_core.answering.model import Finished, Question, Retrieved, Searching, Shown, Turn
from rag_core.records.model import Origin, Reply
from rag_core.records.servers import ChannelSettings, Mode
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, REFUSED, TEXT
from tests.bot.listening.forum import add_tags, post, shown, tags_of
from tests.bot.scene import Place, Scene, said, scene
from tests.fakes.desk import Wait

READ = (Searching(QUESTION), Retrieved(PASSAGES))
WHOLE = (*READ, Shown(TEXT), Finished(ANSWERED))
UNSURE = (*READ, Finished(REFUSED))
ALL: dict[str, Any] = {"message_content": True}


def text(message: discord.Message) -> str:
    """What a message of the bot says."""
    return "\n".join([message.content, said([each.to_dict() for each in message.components])]).strip()


def asked(it: Scene) -> list[str]:
    return [question.text for question, _ in it.desk.asked]


async def mention(it: Scene, words: str = QUESTION, **options: Any) -> discord.Message:
    assert it.bot.user is not None
    return await it.here.member.send(it.here.channel, f"<@{it.bot.user.id}> {words}", **options)


async def set_mode(it: Scene, mode: Mode, place: Place | None = None, **more: bool) -> None:
    """What moderators set in a server's channel and forum."""
    place = place or it.here
    for channel in (place.channel, place.forum):
        await it.bot.books.servers.change_channel(
            place.guild.id, channel.id, lambda _: ChannelSettings(mode, **more), by=1
        )


async def test_a_mention_asks_and_the_answer_replies_to_it() -> None:
    async with scene(WHOLE) as it:
        message = await mention(it)
        (answer,) = shown(it.here.channel)
        assert "HNSW has three parameters" in text(answer)
        assert answer.reference is not None
        assert answer.reference.message_id == message.id
        ((question, origin),) = it.desk.asked
        assert question == Question(question.id, QUESTION, community_id=it.here.guild.id)
        assert origin == Origin("discord", it.here.member.id, it.here.guild.id, it.here.channel.id, message.id)
        assert it.records.questions.replies == {question.id: Reply(it.here.channel.id, answer.id)}
        assert it.records.questions.answers[question.id].outcome == "answered"


async def test_a_mention_that_replies_takes_that_message_as_the_question() -> None:
    async with scene(WHOLE, **ALL) as it:
        first = await it.here.moderator.send(it.here.channel, QUESTION)
        await mention(it, "for version 2.5", reply_to=first)
        assert asked(it) == [f"{QUESTION}\n\nfor version 2.5"]


async def test_a_reply_to_an_answer_is_a_follow_up_also_after_a_restart_and_by_others() -> None:
    async with scene(WHOLE) as it:
        await mention(it)
        await it.restart()
        (answer,) = shown(it.here.channel)
        await it.here.moderator.send(it.here.channel, "And for IVF_FLAT?", reply_to=answer)
        question, _ = it.desk.asked[-1]
        assert question.text == "And for IVF_FLAT?"
        assert question.history == (Turn(QUESTION, TEXT),)


async def test_the_last_message_of_a_long_answer_can_be_replied_to() -> None:
    long = "\n\n".join([TEXT] * 10)
    async with scene((*READ, Shown(long), Finished(replace(ANSWERED, text=long)))) as it:
        await mention(it)
        answers = shown(it.here.channel)
        assert len(answers) > 1
        (place,) = it.records.questions.replies.values()
        assert place.message_ids == tuple(answer.id for answer in answers)
        await it.here.member.send(it.here.channel, "And for IVF_FLAT?", reply_to=answers[-1])
        assert it.desk.asked[-1][0].history == (Turn(QUESTION, long),)


async def test_the_menu_of_a_message_answers_it() -> None:
    async with scene(WHOLE) as it:
        message = await it.here.moderator.send(it.here.channel, QUESTION)
        result = await it.here.member.context_menu(it.here.channel, "Answer from the docs", message)
        assert "HNSW has three parameters" in said(result)
        assert asked(it) == [QUESTION]
        assert it.desk.asked[0][1].user_id == it.here.member.id


async def test_the_menu_of_a_message_without_words_says_so() -> None:
    async with scene(WHOLE) as it:
        message = await it.here.moderator.send(it.here.channel, "", attachments=[("cat.png", b"PNG")])
        result = await it.here.member.context_menu(it.here.channel, "Answer from the docs", message)
        assert result.ephemeral
        assert it.desk.asked == []


async def test_logs_that_come_with_a_mention_are_read() -> None:
    async with scene(WHOLE) as it:
        await mention(it, attachments=[("milvus.log", b"panic: out of memory"), ("cat.png", b"PNG")])
        assert asked(it) == [f"{QUESTION}\n\npanic: out of memory"]


@pytest.mark.parametrize(
    ("words", "files", "sentence"),
    [
        ("", [], ENGLISH.listening.what_to_ask),
        ("", [("cat.png", b"PNG")], ENGLISH.asking.picture),
    ],
)
async def test_a_mention_without_a_question_gets_one_sentence(words: str, files: Any, sentence: str) -> None:
    async with scene(WHOLE) as it:
        await mention(it, words, attachments=files)
        assert [text(answer) for answer in shown(it.here.channel)] == [sentence]
        assert it.records.questions.questions == {}


async def test_direct_messages_are_answered() -> None:
    async with scene(WHOLE) as it:
        await it.here.member.send_dm(QUESTION)
        await it.here.member.send_dm("And for IVF_FLAT?")
        first, second = it.desk.asked
        assert (first[1].guild_id, first[0].history) == (None, ())
        assert second[0].history == (Turn(QUESTION, TEXT),)
        assert "HNSW has three parameters" in text(shown(it.here.member.user.dm_channel)[0])


async def test_direct_messages_can_be_turned_off() -> None:
    async with scene(WHOLE, direct_messages=False) as it:
        await it.here.member.send_dm("请问怎么创建索引？")
        await it.here.member.send_dm(QUESTION)
        said_so = [text(each) for each in shown(it.here.member.user.dm_channel)]
        assert said_so == [CHINESE.listening.no_direct_messages, ENGLISH.listening.no_direct_messages]
        assert it.desk.asked == []
        assert not it.bot.tree.allowed_contexts.dm_channel


async def test_where_it_is_off_even_a_mention_is_not_answered() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "off")
        await mention(it)
        assert it.desk.asked == []
        assert shown(it.here.channel) == []


@pytest.mark.parametrize(("mode", "answers"), [("on_mention", 0), ("when_sure", 1), ("always", 1)])
async def test_a_question_in_a_channel_is_answered_as_moderators_chose(mode: Mode, answers: int) -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, mode)
        await it.here.member.send(it.here.channel, QUESTION)
        assert len(shown(it.here.channel)) == answers
        assert len(it.records.questions.answers) == answers


async def test_when_sure_keeps_quiet_about_what_the_documentation_does_not_answer() -> None:
    async with scene(UNSURE, **ALL) as it:
        await set_mode(it, "when_sure")
        await it.here.member.send(it.here.channel, "Who wrote the Iliad?")
        assert shown(it.here.channel) == []
        (answer,) = it.records.questions.answers.values()
        assert answer.outcome == "refused"
        assert it.records.questions.replies == {}
        await mention(it, "Who wrote the Iliad?")
        assert len(shown(it.here.channel)) == 1


async def test_when_sure_shows_nothing_before_there_is_checked_text() -> None:
    async with scene((*READ, Wait(5), Shown("One. "), Wait(5), Finished(ANSWERED)), **ALL) as it:
        await set_mode(it, "when_sure")
        await it.here.member.send(it.here.channel, QUESTION)
        await it.env.advance_time(3)
        assert shown(it.here.channel) == []
        await it.env.advance_time(4)
        assert "One." in text(shown(it.here.channel)[0])


async def test_the_bot_is_quiet_when_people_talk_already_and_when_nothing_is_asked() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        await it.here.member.send(it.here.channel, "thanks everyone")
        first = await it.here.member.send(it.here.channel, "I use pymilvus 2.5 on Ubuntu")
        await it.here.moderator.send(it.here.channel, "Which index do you use?")
        await it.here.moderator.send(it.here.channel, "Which index do you use?", reply_to=first)
        await it.here.moderator.send(it.here.channel, f"Which index do you use, {it.here.member.mention}?")
        assert it.desk.asked == []


async def test_a_new_post_is_answered_in_its_thread_from_title_body_tags_and_logs() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        add_tags(it.here, "v2.5", "help wanted", "answered")
        thread = await post(
            it.here.member,
            it.here,
            "Standalone does not start",
            "What is wrong?",
            tags=["v2.5", "help wanted"],
            files=[("milvus.log", b"panic: out of memory")],
        )
        assert asked(it) == ["Standalone does not start\n\nWhat is wrong?\n\n(in v2.5)\n\npanic: out of memory"]
        assert len(shown(thread)) == 1
        assert it.desk.asked[0][1].channel_id == thread.id
        assert tags_of(thread) == ["v2.5", "help wanted"]


@pytest.mark.parametrize(("script", "tagged"), [(WHOLE, ["Answered"]), (UNSURE, [])])
async def test_a_post_is_tagged_when_it_was_answered_and_moderators_allow_it(script: Any, tagged: list[str]) -> None:
    async with scene(script, **ALL) as it:
        await set_mode(it, "always", may_set_tags=True)
        add_tags(it.here, "Answered")
        it.here.guild.create_role("tagger")
        grant_manage_threads(it)
        thread = await post(it.here.member, it.here, "HNSW", QUESTION)
        assert len(shown(thread)) == 1
        assert tags_of(thread) == tagged


def grant_manage_threads(it: Scene) -> None:
    """Let the bot do everything in the first server."""
    backend = it.env.backend
    guild = backend.get_guild(it.here.guild.id)
    role = backend.create_role(guild.id, "bot", permissions=discord.Permissions.all().value)
    guild.members[backend.bot_user.id].role_ids.append(role.id)


async def test_in_a_post_the_bot_is_quiet_once_people_talk_or_it_was_answered() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        answered = await post(it.here.member, it.here, "HNSW", QUESTION)
        await it.here.member.send(answered, "And what is ef?")
        talked = await post(it.here.member, it.here, "Hello from Berlin", "Nice to be here.")
        await it.here.moderator.send(talked, "Hello! What do you use Milvus for?")
        await it.here.member.send(talked, "How do I build an index?")
        assert asked(it) == [f"HNSW\n\n{QUESTION}"]
        alone = await post(it.here.member, it.here, "Hello again", "It is me.")
        await it.here.member.send(alone, "How do I build an index?")
        assert len(it.desk.asked) == 2


async def test_in_a_post_marked_as_solved_the_bot_is_quiet() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        add_tags(it.here, "Solved")
        thread = await post(it.here.member, it.here, "Hello", "It is me.", tags=["Solved"])
        await it.here.member.send(thread, "How do I build an index?")
        assert it.desk.asked == []


async def test_in_threads_of_people_the_bot_only_speaks_when_spoken_to() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        backend = it.env.backend
        thread = backend.create_thread(it.here.channel.id, "plans", it.here.member.id)
        handle = type(it.here.channel)(it.env, it.here.guild, thread)
        await it.here.member.send(handle, QUESTION)
        assert it.desk.asked == []
        assert it.bot.user is not None
        await it.here.member.send(handle, f"<@{it.bot.user.id}> {QUESTION}")
        assert asked(it) == [QUESTION]


async def test_where_answers_go_to_threads_a_mention_opens_one_where_no_mention_is_needed() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "on_mention", threads=True)
        message = await mention(it)
        (thread,) = it.here.channel.threads
        assert thread.id == message.id
        assert thread.name == QUESTION
        assert shown(it.here.channel) == []
        assert "HNSW has three parameters" in text(shown(thread)[0])
        await it.here.member.send(thread, "And for IVF_FLAT?")
        question, _ = it.desk.asked[-1]
        assert (question.text, question.history) == ("And for IVF_FLAT?", (Turn(QUESTION, TEXT),))
        await it.here.member.send(thread, "thanks!")
        await it.here.moderator.send(thread, "I have the same question, did it work?")
        await it.here.member.send(thread, "What about DiskANN?")
        assert len(it.desk.asked) == 2


async def test_where_answers_go_to_threads_a_commands_answer_gets_one() -> None:
    async with scene(WHOLE) as it:
        await set_mode(it, "on_mention", threads=True)
        result = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        assert result.response is not None
        (thread,) = it.here.channel.threads
        assert thread.id == result.response.id
        assert [text(each) for each in shown(thread)] == [ENGLISH.asking.thread_opened]


async def test_where_no_thread_may_be_opened_the_answer_stays_in_the_channel() -> None:
    async with scene(WHOLE) as it:
        await set_mode(it, "on_mention", threads=True)
        it.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
        await mention(it)
        assert "HNSW has three parameters" in text(shown(it.here.channel)[0])


async def press(who: MemberActor, answer: discord.Message, label: str) -> str:
    """Press a button; what the presser alone reads."""
    pressed = await who.click(answer, label=label)
    assert pressed.response is None or pressed.ephemeral or pressed.response.id == answer.id
    told = [pressed.response, *pressed.followups]
    return "\n".join(message.content for message in told if message and message.id != answer.id)


async def test_an_answer_moves_to_a_thread_for_the_asker_and_for_moderators() -> None:
    async with scene(WHOLE, **ALL) as it:
        await mention(it)
        (answer,) = shown(it.here.channel)
        label = ENGLISH.asking.thread_label
        other = it.here.guild.add_member(it.env.create_user("eve"))
        assert await press(other, answer, label) == ENGLISH.asking.only_asker_moves
        assert it.here.channel.threads == []
        moved = await press(it.here.member, answer, label)
        (thread,) = it.here.channel.threads
        assert moved == ENGLISH.asking.moved.format(thread=f"<#{thread.id}>")
        assert await press(it.here.moderator, answer, label) == moved
        assert len(it.here.channel.threads) == 1
        await it.here.member.send(thread, "And for IVF_FLAT?")
        question, origin = it.desk.asked[-1]
        assert question.history == (Turn(QUESTION, TEXT),)
        assert origin.channel_id == thread.id


async def test_without_the_permission_no_thread_is_opened_and_a_sentence_says_so() -> None:
    async with scene(WHOLE) as it:
        await mention(it)
        it.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
        told = await press(it.here.member, shown(it.here.channel)[0], ENGLISH.asking.thread_label)
        assert told == ENGLISH.asking.no_thread


@pytest.mark.parametrize("who", ["member", "moderator"])
async def test_the_asker_and_moderators_dismiss_an_answer_with_all_its_messages(who: str) -> None:
    long = "\n\n".join([TEXT] * 10)
    async with scene((*READ, Shown(long), Finished(replace(ANSWERED, text=long)))) as it:
        await mention(it)
        await it.restart()
        last = shown(it.here.channel)[-1]
        other = it.here.guild.add_member(it.env.create_user("eve"))
        assert await press(other, last, ENGLISH.asking.dismiss_label) == ENGLISH.asking.only_asker_dismisses
        await press(getattr(it.here, who), last, ENGLISH.asking.dismiss_label)
        assert shown(it.here.channel) == []
        assert len(it.records.questions.answers) == 1


async def test_an_edited_question_is_answered_anew_in_place() -> None:
    async with scene(WHOLE) as it:
        message = await mention(it)
        (before,) = shown(it.here.channel)
        assert it.bot.user is not None
        await it.here.member.edit(message, f"<@{it.bot.user.id}> What is IVF_FLAT?")
        (after,) = shown(it.here.channel)
        assert after.id == before.id
        assert "What is IVF\\_FLAT?" in text(after)
        assert asked(it) == [QUESTION, "What is IVF_FLAT?"]
        assert {place.message_id for place in it.records.questions.replies.values()} == {after.id}
        await it.here.member.edit(message, f"<@{it.bot.user.id}>  What is IVF_FLAT?")
        assert len(it.desk.asked) == 2


async def test_a_question_edited_in_mid_answer_ends_that_one_and_is_answered_in_its_place() -> None:
    async with scene((*READ, Shown("One. "), Wait(5), Shown("Two. "), Finished(ANSWERED))) as it:
        message = await mention(it)
        assert it.bot.user is not None
        await it.here.member.edit(message, f"<@{it.bot.user.id}> What is IVF_FLAT?")
        await it.env.advance_time(5)
        await it.env.advance_time(5)
        (answer,) = shown(it.here.channel)
        assert "What is IVF\\_FLAT?" in text(answer)
        first, second = it.desk.asked
        assert it.desk.stopped == [first[0].id]
        assert it.records.questions.answers[first[0].id].outcome == "cancelled"
        assert it.records.questions.answers[second[0].id].outcome == "answered"


async def test_deleting_the_question_stops_the_engine_and_removes_the_answer() -> None:
    async with scene((*READ, Shown("One. "), Wait(5), Finished(ANSWERED))) as it:
        message = await mention(it)
        assert len(shown(it.here.channel)) == 1
        await it.here.member.delete(message)
        assert it.desk.stopped == [it.desk.asked[0][0].id]
        await it.env.advance_time(6)
        assert shown(it.here.channel) == []
        assert [each.outcome for each in it.records.questions.answers.values()] == ["cancelled"]


async def test_deleting_the_question_removes_an_answer_that_was_whole_long_ago() -> None:
    async with scene(WHOLE) as it:
        message = await mention(it)
        await it.restart()
        await it.here.member.delete(message)
        assert shown(it.here.channel) == []


async def test_a_deleted_channel_stops_what_is_answered_there() -> None:
    async with scene((*READ, Shown("One. "), Wait(5), Finished(ANSWERED))) as it:
        await mention(it)
        it.env.backend.delete_channel(it.here.channel.id)
        await it.env.advance_time(6)
        assert it.desk.stopped == [it.desk.asked[0][0].id]
        assert not it.bot.asking.answers._running


async def test_without_the_content_intent_what_discord_hides_is_said() -> None:
    async with scene(WHOLE) as it:
        await set_mode(it, "always")
        first = await it.here.moderator.send(it.here.channel, QUESTION)
        assert it.desk.asked == []
        await mention(it, "", reply_to=first)
        result = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        assert result.response is not None
        await it.here.member.send(it.here.channel, "And for IVF_FLAT?", reply_to=result.response)
        told = [text(each) for each in shown(it.here.channel)]
        assert told[0] == ENGLISH.listening.hidden_message
        assert told[-1] == ENGLISH.listening.hidden_reply
        assert asked(it) == [QUESTION]


async def test_without_the_content_intent_a_new_post_is_answered_from_its_title() -> None:
    async with scene(WHOLE) as it:
        await set_mode(it, "always")
        thread = await post(it.here.member, it.here, "How do I build an index?", "I use pymilvus.")
        assert asked(it) == ["How do I build an index?"]
        assert len(shown(thread)) == 1


async def test_without_the_database_messages_are_answered_all_the_same() -> None:
    async with scene(WHOLE) as it:
        await mention(it)
        it.records.questions.down = True
        await it.here.member.send(it.here.channel, "And for IVF_FLAT?", reply_to=shown(it.here.channel)[0])
        assert asked(it) == [QUESTION, "And for IVF_FLAT?"]


async def test_two_servers_do_not_share_modes_or_answers() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always", it.there)
        await it.here.member.send(it.here.channel, QUESTION)
        assert it.desk.asked == []
        await it.there.member.send(it.there.channel, QUESTION)
        assert [origin.guild_id for _, origin in it.desk.asked] == [it.there.guild.id]
        assert shown(it.here.channel) == []


async def test_bots_and_webhooks_are_not_heard() -> None:
    async with scene(WHOLE, **ALL) as it:
        await set_mode(it, "always")
        hook = it.here.guild.create_webhook(it.here.channel)
        await hook.send(QUESTION)
        other = it.here.guild.add_member(it.env.create_user("otherbot", bot=True))
        await other.send(it.here.channel, QUESTION)
        assert it.desk.asked == []
