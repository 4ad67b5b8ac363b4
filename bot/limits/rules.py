"""Which limits hold for whom. Two hold where nothing is set, so that one member or one raid can't take the bot away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.asking import Asker
from rag_core.records.servers import Limit, LimitScope, Server

DEFAULTS: Final[Mapping[LimitScope, Limit]] = {
    "person": Limit("person", 10, 10 * 60),
    "server": Limit("server", 300, 10 * 60),
}
"""Ten questions in ten minutes is more than a conversation takes; 300 are thirty people who do nothing but ask."""

Key = tuple[LimitScope, int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted under `key`, and its limits, of which the most generous counts."""

    key: Key
    limits: tuple[Limit, ...]


def limit_of(server: Server, scope: LimitScope, target_id: int = 0) -> Limit | None:
    """The limit that is set, or else the one that holds by itself."""
    kept = (each for each in server.limits if (each.scope, each.target_id) == (scope, target_id))
    return next(kept, None) or DEFAULTS.get(scope)


def rules(server: Server, asker: Asker) -> Iterator[Rule]:
    """All that count for a question.

    Moderators have no limit of their own, since they try things out for others; those of a channel and of the server
    protect the bot, and hold for everybody. In direct messages only that for persons holds.
    """
    guild_id = asker.guild_id or 0
    if not asker.manages:
        yield Rule(("person", guild_id, asker.user_id), _own(server, asker))
    if asker.guild_id is None:
        return
    for channel_id in filter(None, (asker.channel_id, asker.parent_id)):
        if limit := limit_of(server, "channel", channel_id):
            yield Rule(("channel", guild_id, channel_id), (limit,))
    if limit := limit_of(server, "server"):
        yield Rule(("server", guild_id, 0), (limit,))


def _own(server: Server, asker: Asker) -> tuple[Limit, ...]:
    """A role's limit stands in place of that for persons."""
    of_roles = (each for each in server.limits if each.scope == "role" and each.target_id in asker.role_ids)
    return tuple(of_roles) or tuple(filter(None, [limit_of(server, "person")]))
