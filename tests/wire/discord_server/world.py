"""Everything that exists on the server, found by its id, and what the bot may do where."""

from dataclasses import dataclass, field

from tests.wire.discord_server import permissions
from tests.wire.discord_server.errors import missing_access, missing_permissions, unknown
from tests.wire.discord_server.model import DM, THREAD, Channel, Guild, Message, User


@dataclass
class World:
    """Guilds, channels, people and messages. `bot` is the account of the application under test."""

    bot: User
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users[self.bot.id] = self.bot

    def channel(self, number: str) -> Channel:
        """The channel that a request names, if the bot may see it.

        Raises:
            ApiError: 10003 unknown, 50001 not visible.
        """
        channel = self.channels.get(int(number))
        if channel is None:
            raise unknown("Channel")
        if not self.bot_permissions(channel) & permissions.VIEW_CHANNEL:
            raise missing_access()
        return channel

    def require(self, channel: Channel, permission: int) -> None:
        """The bot needs this permission there.

        Raises:
            ApiError: 50013.
        """
        if not self.bot_permissions(channel) & permission:
            raise missing_permissions()

    def bot_permissions(self, channel: Channel) -> int:
        """What the bot may do in a channel; a thread follows its parent."""
        if channel.type == DM or channel.guild is None:
            return permissions.EVERYONE
        denied = channel.denied | (channel.parent.denied if channel.parent else 0)
        return channel.guild.permissions_of(channel.guild.members[self.bot.id]) & ~denied

    def require_send(self, channel: Channel) -> None:
        """The bot wants to write there.

        Raises:
            ApiError: 50013.
        """
        in_thread = channel.type == THREAD
        self.require(channel, permissions.SEND_MESSAGES_IN_THREADS if in_thread else permissions.SEND_MESSAGES)

    def message(self, channel: Channel, number: str) -> Message:
        """A message that the REST routes of channels show: ephemeral ones are not among them.

        Raises:
            ApiError: 10008.
        """
        message = self.messages.get(int(number)) if number.isdecimal() else None
        if message is None or message.channel is not channel or message.ephemeral:
            raise unknown("Message")
        return message

    def guild(self, number: str) -> Guild:
        """A guild that the bot is in.

        Raises:
            ApiError: 10004.
        """
        guild = self.guilds.get(int(number))
        if guild is None:
            raise unknown("Guild")
        return guild
