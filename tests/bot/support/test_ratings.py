"""👍 and 👎: what is kept, and the form that asks what was wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import ENGLISH
from rag_core.answering.model import Finished
from rag_core.records.model import Reason
from tests.bot.asking.answers import ANSWERED
from tests.bot.scene import Scene, said, scene
from tests.bot.support.pressing import ask, press, question_id

TEXTS = ENGLISH.support
SCRIPT = (Finished(ANSWERED),)


def _kept(it: Scene) -> list[tuple[int, str, str | None, str]]:
    return [(each.user_id, each.rating, each.reason, each.comment) for each in it.records.questions.feedback.values()]


async def test_a_thumb_up_is_kept_and_thanked_for() -> None:
    async with scene(SCRIPT) as it:
        pressed = await press(it.here.moderator, await ask(it), "rate:up")
        assert pressed.ephemeral
        assert said(pressed) == ENGLISH.asking.thanks
        assert _kept(it) == [(it.here.moderator.id, "up", None, "")]


async def test_a_thumb_down_counts_though_its_form_is_closed() -> None:
    async with scene(SCRIPT) as it:
        pressed = await press(it.here.member, await ask(it), "rate:down")
        assert pressed.modal is not None
        assert pressed.modal["title"] == TEXTS.form_title
        assert _kept(it) == [(it.here.member.id, "down", None, "")]


@pytest.mark.parametrize("reason", ["wrong", "outdated", "incomplete", "off_topic"])
async def test_what_was_wrong_is_kept_with_the_rating(reason: Reason) -> None:
    async with scene(SCRIPT) as it:
        shown = await press(it.here.member, await ask(it), "rate:down")
        sent = await it.here.member.submit_modal(shown, {"reason": reason, "comment": " M is 16. "})
        assert sent.ephemeral
        assert said(sent) == TEXTS.form_thanks
        assert _kept(it) == [(it.here.member.id, "down", reason, "M is 16.")]
        assert question_id(it) in {each.question_id for each in it.records.questions.feedback.values()}


async def test_the_form_may_be_sent_without_a_reason_or_words() -> None:
    async with scene(SCRIPT) as it:
        shown = await press(it.here.member, await ask(it), "rate:down")
        await it.here.member.submit_modal(shown, {})
        assert _kept(it) == [(it.here.member.id, "down", None, "")]


async def test_the_last_press_of_each_person_counts() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        for who, rating in ((it.here.member, "down"), (it.here.member, "up"), (it.here.moderator, "down")):
            await press(who, result, f"rate:{rating}")
        assert _kept(it) == [(it.here.member.id, "up", None, ""), (it.here.moderator.id, "down", None, "")]


async def test_it_works_after_a_restart() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        await it.restart()
        shown = await press(it.here.member, result, "rate:down")
        await it.here.member.submit_modal(shown, {"reason": "outdated"})
        assert _kept(it) == [(it.here.member.id, "down", "outdated", "")]


@settings(max_examples=20)
@given(comment=st.text(st.characters(exclude_categories=["Cs"]), max_size=1000))
async def test_any_words_are_kept_as_they_are(comment: str) -> None:
    async with scene(SCRIPT) as it:
        shown = await press(it.here.member, await ask(it), "rate:down")
        await it.here.member.submit_modal(shown, {"comment": comment})
        assert _kept(it) == [(it.here.member.id, "down", None, comment.strip())]
