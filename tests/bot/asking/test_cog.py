"""Members ask and press; what they see and what is on record is checked. The client is real, Discord is not."""

from dataclasses import replace

import discord
import pytest
from simcord import InteractionResult
from structlog.contextvars import get_contextvars

from bot.texts import ENGLISH
from rag_core.answering.model import Finished, IndexInfo, Question, Queued, Retrieved, Searching, Shown, Turn
from rag_core.records.model import Origin, Reply
from tests.bot.asking.answers import ANSWERED, FAILED, PASSAGES, QUESTION, QUOTED, REFUSED, TEXT
from tests.bot.asking.world import READ, WHOLE, make_bot, world
from tests.bot.scene import said
from tests.fakes.book import FakeBook
from tests.fakes.desk import FakeDesk, Wait

ALL_BUTTONS = ["rate", "rate", "solve", "call_person", "continue_in_thread", "dismiss"]
ORIGINAL = "/webhooks/*/*/messages/@original"


def buttons(result: InteractionResult) -> list[str]:
    assert result.response is not None
    (container,) = result.response.components
    rows = [child for child in container["components"] if child["type"] == 1]
    return [button["custom_id"].split(":")[0] for row in rows for button in row["components"]]


async def test_an_answer_is_deferred_streamed_and_finished_in_one_message() -> None:
    async with world(WHOLE) as it:
        result = await it.ask(f"  {QUESTION}\n")
        assert not result.ephemeral
        assert "HNSW has three parameters" in said(result)
        assert "[[1]](<https://milvus.io/docs/hnsw.md#Index-params>)" in said(result)
        assert buttons(result) == ALL_BUTTONS
        assert len(it.channel.history()) == 1


async def test_the_question_is_on_record_with_who_asked_where_and_which_message_answers() -> None:
    async with world(WHOLE) as it:
        result = await it.ask(f"  {QUESTION}\n")
        assert result.response is not None
        ((question, origin),) = it.desk.asked
        assert question == Question(it.question_id, QUESTION, community_id=it.env.guild.id)
        assert len(question.id) == 32
        assert origin == Origin("discord", it.alice.id, it.env.guild.id, it.channel.id, None, origin.interaction_id)
        assert origin.interaction_id is not None
        assert it.book.replies == {question.id: Reply(it.channel.id, result.response.id)}
        assert it.book.answers[question.id].outcome == "answered"


async def test_a_follow_up_carries_what_the_same_member_asked_in_the_same_channel() -> None:
    async with world(WHOLE) as it:
        other = it.env.guild.create_text_channel("elsewhere")
        await it.ask()
        await it.ask("And for IVF_FLAT?")
        await it.bob.slash(it.channel, "ask", question="And for bob?")
        await it.alice.slash(other, "ask", question="And there?")
        histories = [question.history for question, _ in it.desk.asked]
        assert histories == [(), (Turn(QUESTION, TEXT),), (), ()]


async def test_a_version_is_offered_from_those_indexed_and_asked_for() -> None:
    async with world(WHOLE) as it:
        it.desk.info = IndexInfo("g1", "https://milvus.io/docs", "v3.0.x", None, versions=("v3.0.x", "v2.4.x"))
        offered = await it.alice.autocomplete(it.channel, "ask", "version", "2.", question=QUESTION)
        assert [choice["value"] for choice in offered] == ["v2.4.x"]
        await it.alice.slash(it.channel, "ask", question=QUESTION, version="v2.4.x")
        assert it.desk.asked[0][0].version == "v2.4.x"
        it.desk.info = None
        assert await it.alice.autocomplete(it.channel, "ask", "version", "", question=QUESTION) == []


async def test_deferring_comes_before_anything_else() -> None:
    async with world(WHOLE) as it:
        registered = len(it.env.http_requests)
        await it.ask()
        first = it.env.http_requests[registered]
        assert first.path.endswith("/callback")
        assert first.json == {"type": 5}


async def test_the_message_follows_the_answer_while_it_is_written() -> None:
    steps = (
        Searching(QUESTION),
        Wait(5),
        Retrieved(PASSAGES),
        Wait(5),
        Queued(2),
        Wait(5),
        Queued(1),
        Wait(5),
        Shown("One. "),
        Wait(5),
        Shown("Two. "),
        Wait(5),
    )
    async with world((*steps, Finished(replace(ANSWERED, text="One. Two. ")))) as it:
        result = await it.ask()
        assert ENGLISH.asking.searching in said(result)
        assert buttons(result) == ["stop"]
        asking = ENGLISH.asking
        waiting = (asking.queued.format(ahead=2), asking.queued_one)
        for expected in (asking.reading.format(count=3), *waiting, "One.", "One. Two.", asking.sources):
            await it.env.advance_time(5)
            assert expected in said(result)
        assert buttons(result) == ALL_BUTTONS
        assert len(it.edits) == 7


async def test_text_that_comes_faster_than_edits_may_is_dropped_in_between() -> None:
    words = [part for word in TEXT.split(" ") for part in (Shown(word + " "), Wait(0.1))]
    seconds = 0.1 * len(words) / 2
    async with world((*READ, Wait(5), *words, Wait(5), Finished(ANSWERED))) as it:
        result = await it.ask()
        before = len(it.edits)
        await it.env.advance_time(5 + seconds)
        grown = it.edits[before:]
        assert 1 < len(grown) <= seconds / 1.3 + 2
        assert grown == sorted(grown, key=len)
        await it.env.advance_time(5)
        assert ENGLISH.asking.generated in said(result)


@pytest.mark.parametrize(
    ("answer", "sentence", "shown"),
    [
        (REFUSED, ENGLISH.asking.refused, ALL_BUTTONS),
        (QUOTED, ENGLISH.asking.reasons["engine_unavailable"], ALL_BUTTONS),
        (FAILED, ENGLISH.asking.reasons["store_unavailable"], ["retry", "dismiss"]),
    ],
)
async def test_each_outcome_says_what_it_is(answer: Finished, sentence: str, shown: list[str]) -> None:
    async with world((*READ, Finished(answer))) as it:  # type: ignore[arg-type]
        result = await it.ask()
        assert sentence in said(result)
        assert buttons(result) == shown


async def test_a_long_answer_goes_on_in_messages_below() -> None:
    text = "\n\n".join([TEXT] * 10)
    async with world((*READ, Shown(text), Finished(replace(ANSWERED, text=text)))) as it:
        result = await it.ask()
        assert result.followups
        assert buttons(result) == []
        assert ENGLISH.asking.sources in said(result.followups[-1].components)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [(" \n ", ENGLISH.asking.empty_question), ("x" * 6001, ENGLISH.asking.long_question.format(limit=6000))],
)
async def test_an_empty_or_over_long_question_gets_one_sentence(question: str, sentence: str) -> None:
    async with world(WHOLE) as it:
        # Discord's own clients hold back what is too long; the command's option is taken as if one did not.
        option = it.env.backend.commands[None]
        for command in option.values():
            for each in command.get("options") or []:
                each.pop("max_length", None)
        it.bot.asking.ask._params["question"].max_value = 10_000
        result = await it.ask(question)
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == sentence
        assert it.desk.asked == []


async def test_6000_characters_are_asked_whole() -> None:
    async with world(WHOLE) as it:
        await it.ask("x" * 6000)
        assert it.desk.asked[0][0].text == "x" * 6000


async def test_only_the_asker_stops_an_answer() -> None:
    async with world((*READ, Shown("One. "), Wait(3), Shown("Two. "), Finished(ANSWERED))) as it:
        result = await it.ask()
        assert await it.press(it.bob, result, label=ENGLISH.asking.stop_label) == ENGLISH.asking.only_asker_stops
        assert it.desk.stopped == []
        assert await it.press(it.alice, result, label=ENGLISH.asking.stop_label) == ENGLISH.asking.stopping
        await it.env.advance_time(3)
        assert ENGLISH.asking.cancelled in said(result)
        assert "One." in said(result)
        assert "Two." not in said(result)
        assert buttons(result) == ["dismiss"]
        assert it.book.answers[it.question_id].outcome == "cancelled"


async def test_buttons_work_after_a_restart() -> None:
    async with world(WHOLE) as it:
        result = await it.ask()
        await it.env.restart_bot(make_bot(it.desk, it.book))
        await it.press(it.bob, result, custom_id=f"rate:up:{it.question_id}")
        assert it.book.feedback[it.question_id, it.bob.id].rating == "up"


async def test_stop_after_a_restart_says_that_nothing_runs() -> None:
    async with world((*READ, Shown("One. "), Wait(60))) as it:
        result = await it.ask()
        it.env.inject_error("PATCH", ORIGINAL, status=400, times=None)  # as after kill -9: no last edit
        await it.env.restart_bot(make_bot(it.desk, FakeBook()))
        assert await it.press(it.alice, result, label=ENGLISH.asking.stop_label) == ENGLISH.asking.not_running


async def test_closing_ends_running_answers_with_a_sentence() -> None:
    async with world((*READ, Shown("One. "), Wait(60))) as it:
        result = await it.ask()
        await it.bot.asking.answers.interrupt()
        assert ENGLISH.asking.interrupted in said(result)
        assert "One." in said(result)
        assert buttons(result) == ["retry"]
        assert it.book.answers[it.question_id].outcome == "cancelled"


async def test_closing_while_the_last_edit_is_retried_still_makes_it() -> None:
    async with world(WHOLE) as it:
        it.env.inject_error("PATCH", ORIGINAL, status=503, times=5)
        result = await it.ask()
        it.env.backend.faults.clear()
        await it.bot.asking.answers.interrupt()
        assert ENGLISH.asking.sources in said(result)
        assert ENGLISH.asking.interrupted not in said(result)


async def test_closing_with_nothing_running_is_quiet() -> None:
    async with world(WHOLE) as it:
        await it.bot.asking.answers.interrupt()
        assert it.edits == []


async def test_a_desk_that_fails_leaves_a_sentence_with_the_questions_id() -> None:
    async with world((*READ, Shown("One. "), RuntimeError("boom"))) as it:
        result = await it.ask()
        assert ENGLISH.asking.failed.format(id=it.question_id) in said(result)
        assert "One." in said(result)


async def test_the_last_edit_survives_an_outage() -> None:
    async with world(WHOLE) as it:
        it.env.inject_error("PATCH", ORIGINAL, status=503, times=3)
        result = await it.ask()
        await it.env.advance_time(10)
        assert ENGLISH.asking.sources in said(result)


async def test_the_last_edit_survives_cloudflares_429() -> None:
    async with world(WHOLE) as it:
        it.env.inject_error("PATCH", ORIGINAL, status=429, times=3)
        result = await it.ask()
        await it.env.advance_time(10)
        assert ENGLISH.asking.sources in said(result)


async def test_an_answer_that_outlives_its_token_reaches_the_message_through_the_channel() -> None:
    async with world((*READ, Wait(1000), Finished(ANSWERED))) as it:
        result = await it.ask()
        await it.env.advance_time(1001)
        assert ENGLISH.asking.sources in said(result)
        assert len(it.channel.history()) == 1


async def test_the_rest_of_a_long_answer_reaches_the_channel_after_the_token_too() -> None:
    text = "\n\n".join([TEXT] * 10)
    async with world((*READ, Wait(1000), Finished(replace(ANSWERED, text=text)))) as it:
        await it.ask()
        await it.env.advance_time(1001)
        assert len(it.channel.history()) > 1
        sent = [request.path for request in it.env.http_requests if request.method == "POST"]
        assert sent[-1] == f"/channels/{it.channel.id}/messages"


async def test_nothing_is_kept_of_a_finished_answer() -> None:
    async with world(WHOLE) as it:
        await it.ask()
        assert not it.bot.asking.answers._running


async def test_where_the_message_is_out_of_reach_another_is_sent() -> None:
    async with world((*READ, Wait(1000), Finished(ANSWERED))) as it:
        await it.ask()
        it.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
        await it.env.advance_time(1001)
        assert len(it.channel.history()) == 2


async def test_a_deleted_answer_ends_the_engines_work_and_is_not_sent_again() -> None:
    async with world((*READ, Wait(5), Finished(ANSWERED))) as it:
        result = await it.ask()
        assert result.response is not None
        await result.response.message.delete()
        await it.env.advance_time(5)
        assert it.channel.history() == []
        assert it.book.answers[it.question_id].outcome == "cancelled"


async def test_nothing_in_an_answer_pings() -> None:
    text = "@everyone <@123456789012345678> discord.gg/abc [x](https://evil.example)"
    async with world((*READ, Shown(text), Finished(replace(ANSWERED, text=text)))) as it:
        result = await it.ask("@here what?")
        assert result.response is not None
        assert not result.response.message.mention_everyone
        assert "@everyone" not in said(result)
        assert "@here" not in said(result)
        edits = [request.json for request in it.env.http_requests if request.method == "PATCH"]
        assert all(edit and edit["allowed_mentions"] == {"parse": []} for edit in edits)


async def test_help_explains_and_is_seen_by_the_asker_alone() -> None:
    async with world(()) as it:
        result = await it.bob.slash(it.channel, "help")
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == ENGLISH.asking.help
        assert len(ENGLISH.asking.help) <= 2000


async def test_the_questions_id_is_in_the_logs_context() -> None:
    seen: list[object] = []

    class NosyDesk(FakeDesk):
        async def ask(self, question: Question, origin: Origin):  # type: ignore[no-untyped-def] # noqa: ANN202
            seen.append(get_contextvars().get("question_id"))
            async for event in super().ask(question, origin):
                yield event

    async with world(WHOLE, desk=NosyDesk) as it:
        await it.ask()
        assert seen == list(it.book.questions)


async def test_asks_in_direct_messages_too() -> None:
    async with world(WHOLE) as it:
        contexts = [command.allowed_contexts for command in it.bot.tree.get_commands()]
        assert contexts
        assert it.bot.tree.allowed_contexts.dm_channel
        assert isinstance(it.bot.allowed_mentions, discord.AllowedMentions)
