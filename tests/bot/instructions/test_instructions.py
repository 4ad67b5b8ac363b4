"""`/admin instructions`: tried privately before they are saved; what is on record; nobody else's server."""

import json

from simcord import InteractionResult
from simcord.actors import MemberActor

from bot.texts import ENGLISH
from rag_core.answering.model import Finished
from rag_core.records.servers import Server
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import Scene, buttons, said, scene

TEXTS = ENGLISH.instructions
OWN = "Answer like a friend.\nPoint to the *newest* release."


async def _form(it: Scene) -> InteractionResult:
    shown = await it.here.moderator.slash(it.here.channel, "admin instructions")
    assert shown.modal is not None
    return shown


async def _try(it: Scene, instructions: str = OWN) -> InteractionResult:
    """Fill the form in; what came of it."""
    shown = await _form(it)
    filled = {"instructions": instructions, "question": QUESTION}
    return await it.here.moderator.submit_modal(shown, filled)


async def _decide(it: Scene, tried: InteractionResult, label: str, who: MemberActor | None = None) -> InteractionResult:
    return await (who or it.here.moderator).click(tried.followups[-1], label=label)


def _saved(it: Scene) -> str:
    return it.bot.books.servers.of(it.here.guild.id).settings.instructions


async def test_instructions_are_tried_privately_and_saved() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        tried = await _try(it)
        assert tried.ephemeral
        assert all(each.ephemeral for each in tried.followups)
        answer, preview = tried.followups
        assert ENGLISH.asking.sources in said(answer.components)
        assert said(preview.components).split("\n") == [
            f"### {TEXTS.preview}",
            f"**{TEXTS.now}**",
            "> Answer like a friend.",
            "> Point to the \\*newest\\* release.",
            f"-# {TEXTS.bounds}",
        ]
        ((question, origin),) = it.desk.asked
        assert (question.text, question.instructions) == (QUESTION, OWN)
        assert origin.private
        assert origin.user_id == it.here.moderator.id
        assert it.records.questions.answers[question.id].outcome == "answered"
        assert _saved(it) == ""
        assert it.changes() == []
        await _decide(it, tried, TEXTS.save)
        assert TEXTS.saved in said(tried.followups[-1].components)
        assert _saved(it) == OWN
        ((actor, action, _, before, after),) = it.changes()
        assert (actor, action) == (it.here.moderator.id, "server set")
        assert (json.loads(before)["instructions"], json.loads(after)["instructions"]) == ("", OWN)


async def test_saved_instructions_reach_every_answer_of_this_server_alone() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        await _decide(it, await _try(it), TEXTS.save)
        await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        await it.there.member.slash(it.there.channel, "ask", question=QUESTION)
        await it.operator_user.slash("ask", question=QUESTION)
        assert [question.instructions for question, _ in it.desk.asked[1:]] == [OWN, "", ""]
        assert it.bot.books.servers.of(it.there.guild.id) == Server()


async def test_discarded_instructions_change_nothing() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        tried = await _try(it)
        await _decide(it, tried, TEXTS.discard)
        assert TEXTS.discarded in said(tried.followups[-1].components)
        assert _saved(it) == ""
        assert it.changes() == []


async def test_the_form_shows_what_holds_and_an_empty_one_takes_it_away() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        await _decide(it, await _try(it), TEXTS.save)
        shown = await _form(it)
        assert OWN in json.dumps(shown.modal).encode().decode("unicode_escape")
        tried = await it.here.moderator.submit_modal(shown, {"instructions": "", "question": QUESTION})
        assert TEXTS.none in said(tried.followups[-1].components)
        await _decide(it, tried, TEXTS.save)
        assert TEXTS.removed in said(tried.followups[-1].components)
        assert _saved(it) == ""


async def test_after_a_restart_a_preview_is_over() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        tried = await _try(it)
        await it.restart()
        await _decide(it, tried, TEXTS.save)
        assert TEXTS.gone in said(tried.followups[-1].components)
        assert _saved(it) == ""


async def test_who_is_no_moderator_any_more_saves_nothing() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        role = it.here.helpers
        helper = it.here.guild.add_member(it.env.create_user("hank"), roles=[role])
        it.here.show_admin_to(helper)
        await it.here.moderator.slash(it.here.channel, "admin roles moderator", role=role)
        shown = await helper.slash(it.here.channel, "admin instructions")
        tried = await helper.submit_modal(shown, {"instructions": OWN, "question": QUESTION})
        late = await helper.slash(it.here.channel, "admin instructions")
        await it.here.moderator.slash(it.here.channel, "admin roles moderator", role=role, remove=True)
        asked = len(it.desk.asked)
        pressed = await _decide(it, tried, TEXTS.save, helper)
        assert said(pressed) == ENGLISH.general.not_moderator
        submitted = await helper.submit_modal(late, {"instructions": OWN, "question": QUESTION})
        assert said(submitted) == ENGLISH.general.not_moderator
        assert _saved(it) == ""
        assert len(it.desk.asked) == asked


async def test_two_moderators_may_have_the_form_open_at_once() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        theirs = await it.there.moderator.slash(it.there.channel, "admin instructions")
        assert (await _try(it)).followups
        tried = await it.there.moderator.submit_modal(theirs, {"instructions": "Be brief.", "question": QUESTION})
        assert [question.instructions for question, _ in it.desk.asked] == [OWN, "Be brief."]
        assert tried.followups


async def test_a_preview_has_both_buttons() -> None:
    async with scene((Finished(ANSWERED),)) as it:
        tried = await _try(it)
        row = [each for each in tried.followups[-1].components[0]["components"] if each["type"] == 1]
        assert [button["label"] for button in row[0]["components"]] == [TEXTS.save, TEXTS.discard]
        assert buttons(tried) == {}
