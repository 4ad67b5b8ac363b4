"""What may keep a question from being answered, asked before it is put on record: limits, blocks, a pause."""

from dataclasses import dataclass
from typing import Protocol

import discord

from bot.rights import Rights
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. `guild_id` is None in direct messages, `parent_id` outside threads.

    `manages` says whether they are a moderator of the server.
    """

    user_id: int
    guild_id: int | None
    channel_id: int | None
    parent_id: int | None
    role_ids: frozenset[int]
    manages: bool


class Gate(Protocol):
    """One reason not to answer. Asked for every question, so that it must be quick."""

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """Why they get no answer now, as a sentence for them; None lets the question through."""


def asker_in(user: discord.abc.User, channel_id: int | None, parent_id: int | None, rights: Rights) -> Asker:
    """Somebody who asks in a channel; a `Member` in a server, a mere `User` in direct messages."""
    if not isinstance(user, discord.Member):
        return Asker(user.id, None, channel_id, parent_id, frozenset(), manages=False)
    roles = frozenset(role.id for role in user.roles)
    return Asker(user.id, user.guild.id, channel_id, parent_id, roles, manages=rights.is_moderator(user))
