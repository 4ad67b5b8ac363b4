"""What the routes share: one server's world, its records, and its way to the gateway."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.wire.discord_server.buckets import Buckets
from tests.wire.discord_server.clock import Clock
from tests.wire.discord_server.commands import Commands
from tests.wire.discord_server.errors import unauthorized, unknown
from tests.wire.discord_server.gateway import Gateway
from tests.wire.discord_server.interactions import Interaction
from tests.wire.discord_server.journal import Journal, Recorded
from tests.wire.discord_server.model import Attachment, Json, Message
from tests.wire.discord_server.payloads import message_json
from tests.wire.discord_server.signal import Signal
from tests.wire.discord_server.world import World

Answer = tuple[int, Any]
"""HTTP status and JSON body (None for an empty one)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the door. `body` is the JSON object, also where it came beside files."""

    recorded: Recorded
    files: tuple[Attachment, ...]

    @property
    def params(self) -> dict[str, str]:
        """What stands in the path."""
        return self.recorded.params

    @property
    def query(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return self.recorded.query

    @property
    def body(self) -> Json:
        """The JSON object, empty if none was sent."""
        return self.recorded.body if isinstance(self.recorded.body, dict) else {}

    @property
    def items(self) -> list[Json]:
        """The JSON array, empty if none was sent."""
        return self.recorded.body if isinstance(self.recorded.body, list) else []


class Held:
    """Answers that are kept back, in the order of their requests."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Event] = deque()

    async def wait(self) -> None:
        """Be kept back until let go."""
        may_go = asyncio.Event()
        self._waiting.append(may_go)
        await may_go.wait()

    def let_one_go(self) -> None:
        """Let the oldest go."""
        self._waiting.popleft().set()

    def let_all_go(self) -> None:
        """Let all go that are here."""
        while self._waiting:
            self.let_one_go()


@dataclass
class Hub:
    """One server. `base_url` is "http://127.0.0.1:PORT", known once it listens."""

    token: str
    world: World
    gateway: Gateway
    journal: Journal
    commands: Commands
    buckets: Buckets
    clock: Clock
    signal: Signal
    base_url: str = ""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    held: dict[str, "Held"] = field(default_factory=dict)

    @property
    def application_id(self) -> int:
        """Discord gives an application and its bot the same id."""
        return self.world.bot.id

    def check_bot_token(self, recorded: Recorded) -> None:
        """Routes without a token in their path need the bot's.

        Raises:
            ApiError: 401.
        """
        if recorded.headers.get("Authorization") != f"Bot {self.token}":
            raise unauthorized()

    def interaction(self, token: str) -> Interaction:
        """The interaction with this token.

        Raises:
            ApiError: 10015.
        """
        if token not in self.interactions:
            raise unknown("Webhook")
        return self.interactions[token]

    async def answers(self, route: str) -> None:
        """Wait for as long as answers on this route are held."""
        if route in self.held:
            await self.held[route].wait()

    def json(self, message: Message) -> Json:
        """A message as the bot reads it."""
        return message_json(message, self.base_url)

    def publish(self, message: Message) -> None:
        """A new message: keep it, and tell the gateway."""
        self.world.messages[message.id] = message
        self.gateway.dispatch_message("MESSAGE_CREATE", message, self.base_url)
        self.signal.notify()

    def republish(self, message: Message) -> None:
        """A changed message: tell the gateway."""
        self.gateway.dispatch_message("MESSAGE_UPDATE", message, self.base_url)
        self.signal.notify()

    def delete(self, message: Message) -> None:
        """Forget a message, and tell the gateway."""
        self.world.messages.pop(message.id, None)
        guild = message.channel.guild
        body: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
        body |= {"guild_id": str(guild.id)} if guild else {}
        self.gateway.dispatch("MESSAGE_DELETE", body, guild)
        self.signal.notify()
