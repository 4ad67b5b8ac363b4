"""Who may do what: moderators steer their own server, operators what all servers share.

Discord's own `default_permissions` only decide who sees a command, and each server can change that; so every command,
button, form and autocompletion asks here.
"""

from collections.abc import Collection
from typing import Any

import discord
from discord import app_commands

from bot.speaking import Speaking
from rag_core.records.server_cache import Servers


class NotAllowed(app_commands.CheckFailure):
    """Somebody may not do this. The message is a sentence for them, in their language."""


class Rights:
    """Tells moderators and operators from the others.

    Args:
        operator_ids: people who run the bot. They are no moderators for that: what a server set is its own.
        servers: knows the roles that a server made moderators.
        speaking: finds the words for whoever may not.
    """

    def __init__(self, operator_ids: Collection[int], servers: Servers, speaking: Speaking) -> None:
        self._operator_ids = frozenset(operator_ids)
        self._servers = servers
        self._speaking = speaking

    def is_operator(self, user: discord.abc.User) -> bool:
        """Whether they run the bot."""
        return user.id in self._operator_ids

    def is_moderator(self, user: discord.abc.User) -> bool:
        """Whether they are a member who may manage the server or its messages, or has a role that it made so.

        Permissions are those in the whole server: who may manage messages in one channel only is no moderator.
        """
        if not isinstance(user, discord.Member):
            return False
        granted = user.guild_permissions
        roles = self._servers.of(user.guild.id).settings.moderator_role_ids
        return granted.manage_guild or granted.manage_messages or any(role.id in roles for role in user.roles)

    def require_moderator(self, interaction: discord.Interaction[Any]) -> None:
        """Let only a moderator of the server go on.

        Raises:
            NotAllowed: it is somebody else, or there is no server.
        """
        texts = self._speaking.to(interaction).general
        if interaction.guild is None:
            raise NotAllowed(texts.servers_only)
        if not self.is_moderator(interaction.user):
            raise NotAllowed(texts.not_moderator)

    def require_operator(self, interaction: discord.Interaction[Any]) -> None:
        """Let only an operator of the bot go on.

        Raises:
            NotAllowed: it is somebody else.
        """
        if not self.is_operator(interaction.user):
            raise NotAllowed(self._speaking.to(interaction).general.not_operator)
