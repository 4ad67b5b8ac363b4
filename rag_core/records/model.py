"""What is kept of every question, apart from the answer itself."""

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
    to a `private` question is for the asker alone. `quoted` are other people whose words the question takes up; they
    count for what may be kept, and are not kept themselves.
    """

    platform: Platform
    user_id: int | None = None
    guild_id: int | None = None
    channel_id: int | None = None
    message_id: int | None = None
    interaction_id: int | None = None
    private: bool = False
    quoted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that carries an answer in Discord; `below` are those that carry the rest of a long one."""

    channel_id: int
    message_id: int
    below: tuple[int, ...] = ()

    @property
    def message_ids(self) -> tuple[int, ...]:
        """All of them, in order."""
        return (self.message_id, *self.below)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person thinks of one answer; a second press replaces the first. `reason` and `comment` say why."""

    question_id: str
    user_id: int
    rating: Rating
    at: datetime
    reason: Reason | None = None
    comment: str = ""
