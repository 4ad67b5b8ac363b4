"""Who counts as a moderator, and who as an operator."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor

from bot.client import SupportBot
from bot.texts import ENGLISH
from rag_core.records.servers import ServerSettings
from tests.bot.scene import Scene, said, scene


async def _member(it: Scene, permissions: discord.Permissions | None = None, **overwrite: bool) -> discord.Member:
    guild = it.here.guild
    role = guild.create_role("role", permissions=permissions)
    actor: MemberActor = guild.add_member(it.env.create_user("somebody"), roles=[role])
    if overwrite:
        guild.create_text_channel("their own", overwrites={role: discord.PermissionOverwrite(**overwrite)})
    return it.member(actor)


@pytest.mark.parametrize(
    ("permissions", "moderates"),
    [
        (discord.Permissions(manage_guild=True), True),
        (discord.Permissions(manage_messages=True), True),
        (discord.Permissions(administrator=True), True),
        (discord.Permissions(kick_members=True, manage_channels=True), False),
        (discord.Permissions.none(), False),
    ],
)
async def test_moderators_are_those_who_may_manage_server_or_messages(
    permissions: discord.Permissions, moderates: bool
) -> None:
    async with scene() as it:
        assert it.bot.rights.is_moderator(await _member(it, permissions)) == moderates


async def test_managing_messages_in_one_channel_makes_no_moderator() -> None:
    async with scene() as it:
        assert not it.bot.rights.is_moderator(await _member(it, manage_messages=True))


async def test_a_role_counts_in_the_server_that_chose_it_alone() -> None:
    async with scene() as it:
        member = await _member(it)
        role_ids = tuple(role.id for role in member.roles if not role.is_default())
        await it.bot.books.servers.change_settings(
            it.there.guild.id, lambda _: ServerSettings(moderator_role_ids=role_ids), 1
        )
        assert not it.bot.rights.is_moderator(member)
        await it.bot.books.servers.change_settings(
            it.here.guild.id, lambda _: ServerSettings(moderator_role_ids=role_ids), 1
        )
        assert it.bot.rights.is_moderator(member)


async def test_an_operator_is_no_moderator_and_a_moderator_no_operator() -> None:
    async with scene() as it:
        operator, moderator = it.member(it.operator), it.member(it.here.moderator)
        assert it.bot.rights.is_operator(operator)
        assert not it.bot.rights.is_moderator(operator)
        assert not it.bot.rights.is_operator(moderator)


async def test_nobody_moderates_in_direct_messages() -> None:
    async with scene() as it:
        user = it.member(it.here.moderator)._user
        assert not it.bot.rights.is_moderator(user)


async def _try(it: Scene, check: str, who: MemberActor) -> str:
    """What somebody sees when a command asks for a right."""
    bot: SupportBot = it.bot

    async def callback(interaction: discord.Interaction) -> None:
        getattr(bot.rights, check)(interaction)
        await interaction.response.send_message("done", ephemeral=True)

    command: discord.app_commands.Command[Any, ..., None] = discord.app_commands.Command(
        name="try", description="tries", callback=callback
    )
    bot.tree.add_command(command, override=True)
    await bot.tree.sync()
    return said(await who.slash(it.here.channel, "try"))


@pytest.mark.parametrize("check", ["require_moderator", "require_operator"])
async def test_whoever_may_not_gets_a_clear_sentence(check: str) -> None:
    async with scene() as it:
        texts = ENGLISH.general
        sentence = texts.not_moderator if check == "require_moderator" else texts.not_operator
        allowed = it.here.moderator if check == "require_moderator" else it.operator
        assert await _try(it, check, it.here.member) == sentence
        assert await _try(it, check, allowed) == "done"
