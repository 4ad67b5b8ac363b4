"""What may keep a question from being answered, asked before it is put on record: limits, blocks, a pause."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import discord

from bot.rights import Rights
from bot.texts import Texts
from rag_core.records.server_cache import Servers


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


class ForAskerAlone(str):
    """A refusal that nobody else may read: where the asker can't be told alone, as under a message, nothing is said."""

    __slots__ = ()


class Gate(Protocol):
    """One reason not to answer. Asked for every question, so that it must be quick."""

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """Why they get no answer now, as a sentence for them; None lets the question through."""


class TurnedOff:
    """The gate of channels in which moderators want no answers."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """That it is so here."""
        here = self._servers.of(asker.guild_id).channel(asker.channel_id or 0, asker.parent_id)
        return texts.asking.turned_off if here.mode == "off" else None


async def first_refusal(gates: Iterable[Gate], asker: Asker, texts: Texts) -> str | None:
    """What the first of the gates that lets nobody through says; None where all do."""
    for gate in gates:
        if sentence := await gate.refusal(asker, texts):
            return sentence
    return None


def asker_in(user: discord.abc.User, channel_id: int | None, parent_id: int | None, rights: Rights) -> Asker:
    """Somebody who asks in a channel; a `Member` in a server, a mere `User` in direct messages."""
    if not isinstance(user, discord.Member):
        return Asker(user.id, None, channel_id, parent_id, frozenset(), manages=False)
    roles = frozenset(role.id for role in user.roles)
    return Asker(user.id, user.guild.id, channel_id, parent_id, roles, manages=rights.is_moderator(user))
