"""`/admin` as a whole: which groups of commands it has."""

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.moderation._groups import Tools
from bot.moderation.channels import ChannelCommands
from bot.moderation.roles import RoleCommands
from bot.moderation.server import ServerCommands
from bot.texts.moderation import ADMIN, ADMIN_DESCRIPTION

SEEN_WITH = discord.Permissions(manage_messages=True)
"""Who sees `/admin` unless the server's Integrations settings say otherwise."""


def admin_group(
    tools: Tools, groups: Iterable[app_commands.Group] = (), loose: Iterable[app_commands.Group] = ()
) -> app_commands.Group:
    """All commands, with the `groups` of other areas. Discord takes 25 right under `/admin`, and two levels.

    The commands of `loose` groups stand right under `/admin`, and keep the check of the group that they come from.
    """
    admin = app_commands.Group(
        name=ADMIN,
        description=ADMIN_DESCRIPTION,
        default_permissions=SEEN_WITH,
        # Not `guild_only`, over which the whole tree's contexts win.
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False),
    )
    for group in (ChannelCommands(tools), RoleCommands(tools), *groups):
        admin.add_command(group)
    for command in (each for group in (ServerCommands(tools), *loose) for each in group.commands):
        admin.add_command(command)
    return admin
