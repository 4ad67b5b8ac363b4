"""What the bot sent, in order, and where it broke a rule."""

import time
from dataclasses import dataclass, field
from typing import Literal

from tests.wire.discord_server.model import Json
from tests.wire.discord_server.signal import Signal

Rule = Literal["rate limit", "schema", "gateway", "heartbeat"]


@dataclass
class Recorded:
    """One request. `at` is the monotonic time of its arrival; `status` and `answer` are set once it was answered.

    `route` is "METHOD /template" with the template of Discord's OpenAPI description, such as
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original".
    """

    route: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Json | list[Json] | None
    headers: dict[str, str]
    files: tuple[str, ...] = ()
    at: float = field(default_factory=time.monotonic)
    status: int = 0
    answer: Json | list[Json] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of Discord's that the bot broke."""

    rule: Rule
    detail: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Journal:
    """The record of one server's life."""

    signal: Signal
    requests: list[Recorded] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    invalid_requests: int = 0

    def arrived(self, request: Recorded) -> None:
        """A request came."""
        self.requests.append(request)

    def answered(self, request: Recorded, status: int, answer: Json | list[Json] | None) -> None:
        """It was answered. 401, 403 and 429 count toward the 10,000 in 10 minutes that end in a ban."""
        request.status, request.answer = status, answer
        self.invalid_requests += status in {401, 403, 429}
        self.signal.notify()

    def violation(self, rule: Rule, detail: str) -> None:
        """The bot broke a rule."""
        self.violations.append(Violation(rule, detail))
        self.signal.notify()

    def of(self, route: str) -> list[Recorded]:
        """The requests on one route ("PATCH /channels/{channel_id}/messages/{message_id}"), in order."""
        return [request for request in self.requests if request.route == route]
