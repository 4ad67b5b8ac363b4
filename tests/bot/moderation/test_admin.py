"""`/admin` as a whole: nobody gets past the checks, however Discord's own settings are."""

from collections.abc import Iterator
from typing import Any, cast

import discord
from discord import app_commands

from bot.moderation import OperatorGroup, StaffGroup
from bot.rights import NotAllowed
from bot.texts import ENGLISH
from tests.bot.scene import Scene, said, scene


def _commands(it: Scene) -> Iterator[app_commands.Command[Any, ..., Any]]:
    group = it.bot.tree.get_command("admin")
    assert isinstance(group, app_commands.Group)
    return (each for each in group.walk_commands() if isinstance(each, app_commands.Command))


class _Interaction:
    """As much of one as a check looks at."""

    def __init__(self, it: Scene, user: discord.Member) -> None:
        self.user = user
        self.guild = user.guild
        self.guild_id = user.guild.id
        self.client = it.bot


async def _may(it: Scene, command: app_commands.Command[Any, ..., Any], user: discord.Member) -> bool:
    try:
        return await command._check_can_run(cast("discord.Interaction", _Interaction(it, user)))
    except NotAllowed:
        return False


async def test_no_command_lets_a_plain_member_through() -> None:
    async with scene() as it:
        assert [each.qualified_name for each in _commands(it) if await _may(it, each, it.member(it.here.member))] == []


async def test_moderators_use_what_is_theirs_and_operators_the_rest() -> None:
    async with scene() as it:
        for command in _commands(it):
            shared, staff = isinstance(command.binding, OperatorGroup), isinstance(command.binding, StaffGroup)
            assert await _may(it, command, it.member(it.operator)) == (shared or staff), command.qualified_name
            assert await _may(it, command, it.member(it.here.moderator)) != shared, command.qualified_name


async def test_who_sees_a_command_may_still_not_use_it() -> None:
    async with scene() as it:
        it.here.show_admin_to(it.here.member)
        seen = await it.here.member.slash(it.here.channel, "admin channel set", channel=it.here.channel, mode="off")
        assert seen.ephemeral
        assert said(seen) == ENGLISH.general.not_moderator
        assert it.changes() == []


async def test_members_do_not_see_it_and_nobody_does_in_direct_messages() -> None:
    async with scene() as it:
        offered = [name for name in it.here.member.available_commands(it.here.channel) if name.startswith("admin")]
        assert offered == []
        assert "admin channel set" in it.here.moderator.available_commands(it.here.channel)
        assert not [name for name in it.operator_user.available_commands() if name.startswith("admin")]


async def test_discords_limits_hold() -> None:
    async with scene() as it:
        (admin,) = (each for each in it.bot.tree.get_commands() if each.name == "admin")
        assert isinstance(admin, app_commands.Group)
        assert len(admin.commands) <= 25
        assert admin.to_dict(it.bot.tree)["contexts"] == [0]
        assert admin.default_permissions == discord.Permissions(manage_messages=True)
