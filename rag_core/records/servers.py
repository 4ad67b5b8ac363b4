"""The port to what moderators set: for their server, for its channels, and how much may be asked there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Mode = Literal["off", "on_mention", "when_sure", "always"]
LimitScope = Literal["person", "role", "channel", "server"]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What holds for a whole server.

    `language` is None for the server's own locale. `instructions` go into the prompt, behind the fixed ones.
    `helper_role_id` is pinged when somebody asks for a person; members of `moderator_role_ids` are moderators of the
    bot, beside those whom Discord's permissions make so. A digest goes to `digest_channel_id`, or to nobody.
    """

    language: str | None = None
    instructions: str = ""
    helper_role_id: int | None = None
    moderator_role_ids: tuple[int, ...] = ()
    digest_channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """When the bot speaks in a channel, whether its answers go to threads, and whether it may set a forum's tags."""

    mode: Mode = "on_mention"
    threads: bool = False
    may_set_tags: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many questions in so many seconds.

    A limit for "person" holds for each person, one for "role" for each who has the role `target_id`, in place of that
    for persons; one for "channel" for all who ask in the channel `target_id` together, one for "server" for everybody
    together. `target_id` is 0 where the scope needs none.
    """

    scope: LimitScope
    questions: int
    seconds: int
    target_id: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """All that is set in one server."""

    settings: ServerSettings = ServerSettings()
    channels: Mapping[int, ChannelSettings] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()

    def channel(self, channel_id: int, parent_id: int | None = None) -> ChannelSettings:
        """What holds in a channel; a thread without settings of its own has those of its parent."""
        own = self.channels.get(channel_id)
        return own or self.channels.get(parent_id or 0) or ChannelSettings()


class ServerBook(Protocol):
    """Keeps what is set.

    Every write names who makes it, puts the change on record in the same transaction, and gives back what is set in
    that server now; one that changes nothing leaves no record. Any call may raise `RecordsUnavailable`.
    """

    async def servers(self) -> Mapping[int, Server]:
        """Those where anything is set, by id."""

    async def save_settings(self, guild_id: int, settings: ServerSettings, by: int) -> Server:
        """Set what holds for a server."""

    async def save_channel(self, guild_id: int, channel_id: int, channel: ChannelSettings, by: int) -> Server:
        """Set what holds in a channel."""

    async def clear_channel(self, guild_id: int, channel_id: int, by: int) -> Server:
        """Go back to what holds where nothing is set."""

    async def save_limit(self, guild_id: int, limit: Limit, by: int) -> Server:
        """Set a limit; one for the same scope and target is replaced."""

    async def clear_limit(self, guild_id: int, scope: LimitScope, target_id: int, by: int) -> Server:
        """Lift a limit."""
