"""What is kept of every question, apart from the answer itself; and what operators set for all servers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Platform = Literal["discord", "terminal", "command"]
Rating = Literal["up", "down"]
Reason = Literal["wrong", "outdated", "incomplete", "off_topic"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked where. Ids are Discord's snowflakes; None outside Discord and, for the guild, in direct messages.

    `message_id` is the message that asked, None for a slash command; `interaction_id` the other way round. The answer
    to a `private` question is for the asker alone.
    """

    platform: Platform
    user_id: int | None = None
    guild_id: int | None = None
    channel_id: int | None = None
    message_id: int | None = None
    interaction_id: int | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that carries an answer in Discord."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person thinks of one answer; a second press replaces the first. `reason` and `comment` say why."""

    question_id: str
    user_id: int
    rating: Rating
    at: datetime
    reason: Reason | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a question after its answer. It is handed over once, and solved once."""

    question_id: str
    solved_at: datetime | None = None
    solved_by: int | None = None
    handed_over_at: datetime | None = None
    handed_over_by: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An answer's text that a moderator replaced."""

    id: str
    question_id: str
    at: datetime
    corrected_by: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AddedSource:
    """A source of documentation that an operator added to the configured one."""

    name: str
    address: str
    added_by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BotState:
    """What operators set for all servers: no answers while `paused`; a schedule in place of the configured one."""

    paused: bool = False
    recrawl_cron: str | None = None
