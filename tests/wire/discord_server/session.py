"""A gateway session: what was dispatched to it, kept so that a new connection can be given what it missed."""

from dataclasses import dataclass, field

from tests.wire.discord_server.ids import snowflake
from tests.wire.discord_server.model import Json
from tests.wire.discord_server.signal import Signal

GUILDS, GUILD_MEMBERS = 1 << 0, 1 << 1
GUILD_MESSAGES, GUILD_MESSAGE_REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 12, 1 << 15


@dataclass(eq=False)
class Session:
    """One IDENTIFY's worth of events for one shard. `valid` False means that it can't be resumed."""

    shard: tuple[int, int]
    intents: int
    signal: Signal
    id: str = field(default_factory=lambda: f"{snowflake():x}")
    events: list[Json] = field(default_factory=list)
    valid: bool = True

    @property
    def sequence(self) -> int:
        """Number of the last event."""
        return len(self.events)

    def dispatch(self, name: str, data: Json) -> None:
        """Add an event; whichever connection carries the session sends it."""
        self.events.append({"op": 0, "t": name, "s": self.sequence + 1, "d": data})
        self.signal.notify()

    def covers(self, guild_id: int | None) -> bool:
        """Whether a guild's events go to this shard; direct messages go to shard 0."""
        number, count = self.shard
        return ((guild_id or 0) >> 22) % count == number

    def wants(self, intent: int) -> bool:
        """Whether the bot asked for this sort of events."""
        return bool(self.intents & intent)
