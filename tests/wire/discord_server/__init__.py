"""A small Discord on loopback: REST v10 and the gateway, with Discord's limits and errors."""

from tests.wire.discord_server.clock import FakeClock
from tests.wire.discord_server.interactions import Interaction
from tests.wire.discord_server.model import FORUM, Attachment, Button, Channel, Guild, Message, User
from tests.wire.discord_server.server import TOKEN, DiscordServer

__all__ = [
    "FORUM",
    "TOKEN",
    "Attachment",
    "Button",
    "Channel",
    "DiscordServer",
    "FakeClock",
    "Guild",
    "Interaction",
    "Message",
    "User",
]
