"""Who says that a question is solved, and what everybody then sees."""

import pytest

from bot.texts import ENGLISH
from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION, REFUSED
from tests.bot.listening.forum import add_tags, post, shown, tags_of
from tests.bot.listening.test_cog import ALL, set_mode
from tests.bot.scene import said, scene
from tests.bot.support.pressing import ask, button, press, question_id, whispered

TEXTS = ENGLISH.support
SCRIPT = (Finished(ANSWERED),)


@pytest.mark.parametrize("who", ["member", "moderator"])
async def test_the_one_who_asked_and_moderators_mark_it_for_everybody_to_see(who: str) -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        presser = getattr(it.here, who)
        pressed = await press(presser, result, "solve")
        assert whispered(pressed) == ""
        assert it.records.follow_ups.solved_by == {question_id(it): presser.id}
        mark = button(result, "solve")
        assert (mark["label"], mark["style"], mark["disabled"]) == (TEXTS.solved_label, 3, True)
        assert "HNSW has three parameters" in said(result)
        assert not button(result, "call_person").get("disabled")


async def test_nobody_else_marks_it() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        pressed = await press(it.operator, result, "solve")
        assert pressed.ephemeral
        assert said(pressed) == TEXTS.only_asker_solves
        assert it.records.follow_ups.solved_by == {}
        assert button(result, "solve")["label"] == TEXTS.solve_label


async def test_it_works_after_a_restart_and_other_buttons_still_work_then() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        await it.restart()
        await press(it.here.member, result, "solve")
        assert button(result, "solve")["disabled"]
        assert said(await press(it.here.member, result, "rate:up")) == ENGLISH.asking.thanks
        assert len(it.records.questions.feedback) == 1


async def test_a_question_that_is_no_longer_on_record_is_said_so() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        it.records.questions.questions.clear()
        pressed = await press(it.here.member, result, "solve")
        assert whispered(pressed) == TEXTS.gone
        assert not button(result, "solve").get("disabled")


async def test_without_the_database_a_sentence_says_so() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        it.records.questions.down = True
        pressed = await press(it.here.member, result, "solve")
        assert whispered(pressed) == ENGLISH.general.records_unavailable
        assert it.records.follow_ups.solved_by == {}


async def test_it_stands_under_refusals_too_but_not_in_direct_messages() -> None:
    async with scene((Finished(REFUSED),)) as it:
        result = await ask(it)
        assert button(result, "solve")
        assert button(result, "call_person")
        private = await it.operator_user.slash("ask", question="What is HNSW?")
        assert private.response is not None
        assert "solve:" not in str(private.response.components)
        assert "call_person:" not in str(private.response.components)


async def test_a_post_of_a_forum_is_tagged_where_moderators_allow_it() -> None:
    async with scene(SCRIPT, **ALL) as it:
        for allowed in (False, True):
            await set_mode(it, "always", may_set_tags=allowed)
            add_tags(it.here, "Solved")
            thread = await post(it.here.member, it.here, "HNSW", QUESTION)
            (answer,) = shown(thread)
            await it.here.member.click(answer, custom_id=f"solve:{question_id(it)}:{it.here.member.id}")
            assert tags_of(thread) == (["Solved"] if allowed else [])
