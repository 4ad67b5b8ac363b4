"""`/admin roles`: who may do what, and who is called."""

import json

import pytest

from bot.texts import ENGLISH
from tests.bot.scene import said, scene

TEXTS = ENGLISH.moderation


async def test_shows_who_may_do_what_and_where_discord_decides_who_sees_it() -> None:
    async with scene() as it:
        seen = await it.here.moderator.slash(it.here.channel, "admin roles show")
        assert seen.ephemeral
        assert "- members with Manage Server or Manage Messages" in said(seen)
        assert "nobody" in said(seen)
        assert "Server Settings > Integrations" in said(seen)


async def test_a_roles_members_become_moderators_and_no_longer() -> None:
    async with scene() as it:
        place, role = it.here, it.here.helpers
        helper = place.guild.add_member(it.env.create_user("hank"), roles=[role])
        place.show_admin_to(helper)
        assert said(await helper.slash(place.channel, "admin channel list")) == ENGLISH.general.not_moderator
        seen = await place.moderator.slash(place.channel, "admin roles moderator", role=role)
        assert TEXTS.moderator_added.format(role=role.mention) in said(seen)
        assert TEXTS.no_channels in said(await helper.slash(place.channel, "admin channel list"))
        assert role.mention in said(await helper.slash(place.channel, "admin roles show"))
        await place.moderator.slash(place.channel, "admin roles moderator", role=role, remove=True)
        assert said(await helper.slash(place.channel, "admin channel list")) == ENGLISH.general.not_moderator
        made = [(actor, action, json.loads(after)["moderator_role_ids"]) for actor, action, _, _, after in it.changes()]
        assert made == [(place.moderator.id, "server set", [role.id]), (place.moderator.id, "server set", [])]


async def test_everybody_can_not_be_moderators() -> None:
    async with scene() as it:
        everyone = it.here.guild.default_role
        seen = await it.here.moderator.slash(it.here.channel, "admin roles moderator", role=everyone)
        assert said(seen) == TEXTS.everyone_role.format(role=f"<@&{everyone.id}>")
        assert it.changes() == []


@pytest.mark.parametrize(("mentionable", "allowed"), [(False, False), (True, False), (False, True)])
async def test_says_when_discord_would_not_notify_the_role(
    mentionable: bool, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene() as it:
        monkeypatch.setattr("bot.moderation.roles._may_mention", lambda _: allowed)
        role = it.here.guild.create_role("people", mentionable=mentionable)
        seen = await it.here.moderator.slash(it.here.channel, "admin roles helper", role=role)
        assert (TEXTS.helper_silent in said(seen)) != (mentionable or allowed)


async def test_the_role_to_call_is_chosen_and_dropped() -> None:
    async with scene() as it:
        place, role = it.here, it.here.helpers
        seen = await place.moderator.slash(place.channel, "admin roles helper", role=role)
        assert TEXTS.helper_set.format(role=role.mention) in said(seen)
        assert it.bot.books.servers.of(place.guild.id).settings.helper_role_id == role.id
        seen = await place.moderator.slash(place.channel, "admin roles helper")
        assert TEXTS.helper_cleared in said(seen)
        again = await place.moderator.slash(place.channel, "admin roles helper")
        assert TEXTS.unchanged in said(again)
        assert len(it.changes()) == 2
