"""Interactions: what people pressed or typed, how the bot answered, and how long it may still do so."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wire.discord_server.clock import Clock
from tests.wire.discord_server.errors import ApiError, unknown
from tests.wire.discord_server.ids import snowflake
from tests.wire.discord_server.model import Channel, Json, Message, User
from tests.wire.discord_server.signal import PATIENCE, Signal

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
"""Kinds of interactions, by Discord's numbers."""

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 1, 4, 5, 6, 7, 8, 9
"""Kinds of callbacks, by Discord's numbers."""

_SECONDS_TO_ACKNOWLEDGE = 3.0
_SECONDS_OF_LIFE = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Ack:
    """The bot's callback: its kind, and the monotonic time of its arrival."""

    kind: int
    at: float


@dataclass(frozen=True, slots=True)
class Edit:
    """What the answer's message showed after a write, and the monotonic time of that write."""

    text: str
    components: tuple[Json, ...]
    at: float


@dataclass(eq=False)
class Interaction:
    """One press or command. `message` is "@original": the answer, or the message that a pressed button sits on.

    `edits` holds every state of it that had something to show; `followups` the other messages that its token made.
    """

    kind: int
    user: User
    channel: Channel
    data: Json
    clock: Clock
    signal: Signal
    source: Message | None = None
    id: int = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    sent_at: float = field(default_factory=time.monotonic)
    acks: list[Ack] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)
    message: Message | None = None
    form: Json | None = None
    choices: list[Json] | None = None
    expired: bool = False

    def __post_init__(self) -> None:
        self._created = self.clock.now()

    @property
    def seconds_left(self) -> float:
        """For how long the bot may still acknowledge it; below 0, its person reads that the bot did not respond."""
        return self._created + _SECONDS_TO_ACKNOWLEDGE - self.clock.now()

    async def acknowledged(self, within: float = PATIENCE) -> Ack:
        """Wait for the bot's callback.

        Raises:
            AssertionError: it did not come in the time that Discord gives, or not `within` these seconds.
        """

        def look() -> list[Ack]:
            self._check_not_given_up()
            return self.acks

        return (await self.signal.until(look, f"the acknowledgement of {self.data}", within))[0]

    async def finished(self, is_last: Callable[[Message], bool], within: float = PATIENCE) -> Message:
        """Wait until the answer's message is as `is_last` wants it.

        Raises:
            AssertionError: as `acknowledged`.
        """

        def look() -> Message | None:
            self._check_not_given_up()
            shown = self.message is not None and not self.message.loading
            return self.message if shown and self.message and is_last(self.message) else None

        try:
            return await self.signal.until(look, f"the end of the answer to {self.data}", within)
        except AssertionError as error:
            error.add_note(f"It shows {self.shown!r} after {len(self.edits)} edits.")
            raise

    @property
    def shown(self) -> str:
        """The text that the answer shows now."""
        return self.message.text if self.message else ""

    def acknowledge(self, kind: int) -> None:
        """Take the bot's callback.

        Raises:
            ApiError: 10062 too late, 40060 a second one.
        """
        if self.seconds_left < 0 and not self.acks:
            raise unknown("interaction")
        if self.acks:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        self.acks.append(Ack(kind, time.monotonic()))

    def _check_not_given_up(self) -> None:
        late = -self.seconds_left
        assert self.acks or late < 0, f"Discord gave {self.data} up: it was not acknowledged in time, {late:.1f} s ago."

    def check_token(self) -> None:
        """The token is good for 15 minutes, and for nothing before the callback.

        Raises:
            ApiError: 50027, 10015.
        """
        if self.expired or self.clock.now() - self._created > _SECONDS_OF_LIFE:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if not self.acks:
            raise unknown("Webhook")

    def wrote(self, message: Message) -> None:
        """Note the new state of "@original"."""
        self.edits.append(Edit(message.text, tuple(message.components), time.monotonic()))

    def metadata(self) -> Json:
        """What messages tell of the interaction that made them."""
        owners = {"0": str(self.channel.guild.id)} if self.channel.guild else {"1": str(self.user.id)}
        person = {"id": str(self.user.id), "username": self.user.name, "discriminator": "0", "avatar": None}
        return {"id": str(self.id), "type": self.kind, "user": person, "authorizing_integration_owners": owners}
