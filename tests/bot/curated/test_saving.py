"""The message menu "Save as FAQ": whose words may be used, and from when on."""

import discord
from simcord import InteractionResult
from simcord.actors import MemberActor

from bot.texts import ENGLISH
from rag_core.records.curated import CuratedAnswer
from tests.bot.curated.test_commands import faq
from tests.bot.scene import Scene, said, scene

TEXTS = ENGLISH.curated
ASKED, TEXT = "Where is the nightly image?", "It is on the hub, under `nightly`."


async def _open(it: Scene, message: discord.Message, who: MemberActor | None = None) -> InteractionResult:
    return await (who or it.here.moderator).context_menu(it.here.channel, "Save as FAQ", message)


async def _save(it: Scene, author: MemberActor) -> InteractionResult:
    message = await author.send(it.here.channel, TEXT)
    return await it.here.moderator.submit_modal(await _open(it, message), {"question": ASKED, "answer": TEXT})


def _kept(it: Scene) -> CuratedAnswer:
    (answer,) = it.records.curated._kept.values()
    return answer


def _asked(it: Scene) -> discord.Message:
    """What the author was sent directly."""
    return it.operator_user.dm_channel.history()[-1]


async def test_nothing_is_used_before_the_author_consents_by_direct_message() -> None:
    async with scene() as it:
        seen = await _save(it, it.operator)
        assert seen.ephemeral
        assert TEXTS.asked_text.format(author=it.operator.mention) in said(seen)
        assert (_kept(it).consent, _kept(it).author_id) == ("asked", it.operator.id)
        assert TEXTS.found_none in said(await faq(it, "search", question=ASKED))
        assert TEXTS.states["asked"] in said(await faq(it, "list"))
        asked = said([each.to_dict() for each in _asked(it).components])
        assert "**Milvus**" in asked
        assert TEXT in asked
        await it.operator_user.click(_asked(it), label=TEXTS.yes)
        assert _kept(it).consent == "given"
        assert TEXTS.found_fits in said(await faq(it, "search", question=ASKED))
        assert TEXTS.given in said([each.to_dict() for each in _asked(it).components])
        assert [(actor, action) for actor, action, *_ in it.changes()] == [
            (it.here.moderator.id, "faq add"),
            (it.operator.id, "faq consent"),
        ]


async def test_an_author_who_says_no_is_never_shown() -> None:
    async with scene() as it:
        await _save(it, it.operator)
        await it.operator_user.click(_asked(it), label=TEXTS.no)
        assert _kept(it).consent == "refused"
        assert TEXTS.found_none in said(await faq(it, "search", question=ASKED))


async def test_consent_works_after_a_restart() -> None:
    async with scene() as it:
        await _save(it, it.operator)
        await it.restart()
        await it.operator_user.click(_asked(it), label=TEXTS.yes)
        assert _kept(it).consent == "given"


async def test_who_takes_no_direct_messages_is_asked_below_the_message_where_only_they_can_press() -> None:
    async with scene() as it:
        it.env.inject_error("POST", "/users/@me/channels", status=403, times=None)
        await _save(it, it.operator)
        below = it.here.channel.history()[-1]
        pressed = await it.here.moderator.click(below, label=TEXTS.yes)
        assert pressed.ephemeral
        assert said(pressed) == TEXTS.only_author
        assert _kept(it).consent == "asked"
        await it.operator.click(below, label=TEXTS.yes)
        assert _kept(it).consent == "given"


async def test_what_moderators_wrote_themselves_needs_nobodys_word() -> None:
    async with scene() as it:
        await _save(it, it.here.moderator)
        assert _kept(it).consent == "own"
        assert TEXTS.found_fits in said(await faq(it, "search", question=ASKED))


async def test_the_form_has_what_was_asked_and_answered() -> None:
    async with scene() as it:
        parent = it.bot.get_channel(it.here.channel.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name=ASKED, type=discord.ChannelType.public_thread)
        (thread,) = it.here.channel.threads
        message = await it.operator.send(thread, TEXT)
        opened = await it.here.moderator.context_menu(thread, "Save as FAQ", message)
        assert opened.modal is not None
        assert [label["component"]["value"] for label in opened.modal["components"]] == [ASKED, TEXT]
        assert await it.curated.search(it.here.guild.id, ASKED, 5) == []


async def test_members_can_not_save_and_do_not_see_the_menu() -> None:
    async with scene() as it:
        message = await it.operator.send(it.here.channel, TEXT)
        assert it.bot.saving.menu.default_permissions == discord.Permissions(manage_messages=True)
        opened = await _open(it, message)
        assert opened.modal is not None
        it.bot.rights.is_moderator = lambda user: False  # type: ignore[method-assign]
        seen = await _open(it, message)
        assert (seen.modal, said(seen)) == (None, ENGLISH.general.not_moderator)
        seen = await it.here.moderator.submit_modal(opened, {"question": ASKED, "answer": TEXT})
        assert said(seen) == ENGLISH.general.not_moderator
        assert it.records.curated._kept == {}


async def test_only_what_a_person_wrote_is_saved() -> None:
    async with scene() as it:
        channel = it.bot.get_channel(it.here.channel.id)
        assert isinstance(channel, discord.TextChannel)
        own = await channel.send("I am a bot.")
        seen = await _open(it, own)
        assert (seen.modal, said(seen)) == (None, TEXTS.only_people)


async def test_a_removed_answer_can_not_be_consented_to() -> None:
    async with scene() as it:
        await _save(it, it.operator)
        await faq(it, "remove", entry=_kept(it).id)
        pressed = await it.operator_user.click(_asked(it), label=TEXTS.yes)
        assert said(pressed) == TEXTS.gone
