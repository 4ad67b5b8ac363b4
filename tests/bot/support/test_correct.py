"""`/admin correct`: what the moderator and everybody sees, and what is on record."""

import json
from dataclasses import replace

import pytest
from simcord import InteractionResult

from bot.texts import ENGLISH
from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUOTED, TEXT
from tests.bot.scene import Place, Scene, said, scene
from tests.bot.support.pressing import ask, button, press, question_id

TEXTS = ENGLISH.support
SCRIPT = (Finished(ANSWERED),)
RIGHT = "HNSW has two build parameters [1]. `ef` is of the search [2]."


async def _open(it: Scene, typed: str, place: Place | None = None) -> InteractionResult:
    place = place or it.here
    return await place.moderator.slash(place.channel, "admin correct", id=typed)


def _field(opened: InteractionResult) -> str:
    assert opened.modal is not None
    (label,) = opened.modal["components"]
    return str(label["component"].get("value", ""))


async def test_a_wrong_answer_is_put_right_in_place_and_marked() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        opened = await _open(it, question_id(it))
        assert _field(opened) == TEXT
        seen = await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        assert seen.ephemeral
        assert TEXTS.corrected in said(seen)
        shown = said(result)
        assert "HNSW has two build parameters [[1]](<https://milvus.io/docs/hnsw.md#Index-params>)" in shown
        assert "three parameters" not in shown
        assert f"-# {TEXTS.corrected_note}" in shown
        assert "2. [HNSW" in shown
        assert "3. [HNSW" not in shown


async def test_the_old_text_is_on_record_and_the_change_audited() -> None:
    async with scene(SCRIPT) as it:
        await ask(it)
        await it.here.moderator.submit_modal(await _open(it, question_id(it)), {"text": RIGHT})
        assert it.records.follow_ups.corrected == {question_id(it): [(TEXT, RIGHT)]}
        ((actor, action, subject, before, after),) = it.changes()
        assert (actor, action, subject) == (it.here.moderator.id, "correct", f"question {question_id(it)}")
        assert (json.loads(before)["text"], json.loads(after)["text"]) == (TEXT, RIGHT)
        assert it.changes(it.there) == []


async def test_its_buttons_stay_as_they_were() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        await press(it.here.member, result, "solve")
        await it.here.moderator.submit_modal(await _open(it, question_id(it)), {"text": RIGHT})
        assert button(result, "solve")["disabled"]
        await press(it.here.member, result, "rate:up")
        assert len(it.records.questions.feedback) == 1


async def test_a_link_to_the_answer_does_as_well_as_its_id_and_neither_has_to_stand_alone() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        assert result.response is not None
        link = result.response.message.jump_url
        for typed in (link, f"<{link}>", f" {question_id(it).upper()} "):
            assert _field(await _open(it, typed)) == TEXT


async def test_a_long_answer_is_found_by_its_last_message_and_written_anew_as_one() -> None:
    long = "\n\n".join([TEXT] * 8)
    async with scene((Finished(replace(ANSWERED, text=long)),)) as it:
        result = await ask(it)
        assert len(it.here.channel.history()) > 1
        opened = await _open(it, result.followups[-1].message.jump_url)
        assert len(_field(opened)) == 4000
        await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        assert RIGHT[:20] in said(result)
        assert len(it.here.channel.history()) == 1
        assert button(result, "solve")
        assert it.records.questions.replies[question_id(it)].below == ()


async def test_a_correction_may_be_longer_than_one_message() -> None:
    async with scene((Finished(QUOTED),)) as it:
        await ask(it)
        opened = await _open(it, question_id(it))
        assert _field(opened) == ""
        await it.here.moderator.submit_modal(opened, {"text": "word " * 799})
        first, *others = it.here.channel.history()
        assert others
        assert it.records.questions.replies[question_id(it)].message_ids == (first.id, *(each.id for each in others))


@pytest.mark.parametrize(
    "typed", ["f" * 32, "nonsense", "https://discord.com/channels/1/123456789012345678/123456789012345678"]
)
async def test_what_is_no_answer_here_opens_no_form(typed: str) -> None:
    async with scene(SCRIPT) as it:
        seen = await _open(it, typed)
        assert (seen.modal, seen.ephemeral, said(seen)) == (None, True, TEXTS.correct_unknown)


async def test_another_servers_moderators_reach_it_neither_by_id_nor_by_link() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        assert result.response is not None
        for typed in (question_id(it), result.response.message.jump_url):
            seen = await _open(it, typed, it.there)
            assert (seen.modal, said(seen)) == (None, TEXTS.correct_unknown)


async def test_the_same_text_changes_nothing() -> None:
    async with scene(SCRIPT) as it:
        await ask(it)
        seen = await it.here.moderator.submit_modal(await _open(it, question_id(it)), {"text": TEXT})
        assert TEXTS.unchanged in said(seen)
        assert (it.changes(), it.records.follow_ups.corrected) == ([], {})


async def test_who_is_no_moderator_any_more_when_sending_it_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(SCRIPT) as it:
        await ask(it)
        opened = await _open(it, question_id(it))
        monkeypatch.setattr(it.bot.rights, "is_moderator", lambda _: False)
        seen = await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        assert said(seen) == ENGLISH.general.not_moderator
        assert it.records.follow_ups.corrected == {}


async def test_a_deleted_message_leaves_the_correction_on_record() -> None:
    async with scene(SCRIPT) as it:
        result = await ask(it)
        assert result.response is not None
        opened = await _open(it, question_id(it))
        await result.response.message.delete()
        seen = await it.here.moderator.submit_modal(opened, {"text": RIGHT})
        assert TEXTS.corrected_out_of_reach in said(seen)
        assert it.records.follow_ups.corrected == {question_id(it): [(TEXT, RIGHT)]}
