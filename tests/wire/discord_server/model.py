"""What exists on the server: people, guilds, channels, messages. Discord's JSON of them is made in `payloads`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.wire.discord_server.ids import snowflake
from tests.wire.discord_server.permissions import BOT, EVERYONE

Json = dict[str, Any]
"""A JSON object as it goes over the wire."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

TEXT, DM, THREAD, FORUM = 0, 1, 11, 15
"""Types of channels, by Discord's numbers."""

_ROW, _BUTTON, _SELECTS, _TEXT_DISPLAY = 1, 2, frozenset({3, 5, 6, 7, 8}), 10


@dataclass(eq=False)
class User:
    """An account; `bot` marks those of applications."""

    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Role:
    """A role of a guild; `permissions` is Discord's bit set."""

    name: str
    permissions: int
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    roles: list[Role] = field(default_factory=list)


@dataclass(eq=False)
class Channel:
    """A text channel, a thread, a forum, or a direct conversation with `recipient` (`guild` None).

    `denied` holds the permissions that the bot lacks here. `owner` opened a thread; `tags` are the names of a forum's
    tags, or of those that a post has.
    """

    name: str
    guild: Guild | None = None
    type: int = TEXT
    parent: Channel | None = None
    recipient: User | None = None
    denied: int = 0
    owner: User | None = None
    tags: list[str] = field(default_factory=list)
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Guild:
    """A guild ("server"); the role of everyone carries the guild's own id, as on Discord."""

    name: str
    owner: User
    bot: User
    locale: str = "en-US"
    id: int = field(default_factory=snowflake)
    channels: list[Channel] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles = [Role("@everyone", EVERYONE, self.id), Role("bot", BOT)]
        self.members[self.owner.id] = Member(self.owner)
        self.members[self.bot.id] = Member(self.bot, [self.roles[1]])

    def permissions_of(self, member: Member) -> int:
        """What a member may do in the whole guild; its owner may do all."""
        bits = self.roles[0].permissions
        for role in member.roles:
            bits |= role.permissions
        return (1 << 53) - 1 if member.user is self.owner else bits


@dataclass(eq=False)
class Attachment:
    """A file of a message."""

    filename: str
    data: bytes
    content_type: str = "text/plain"
    id: int = field(default_factory=snowflake)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it; `url` is set for links, which press nothing."""

    label: str
    emoji: str
    custom_id: str
    url: str
    disabled: bool


@dataclass(eq=False)
class Message:
    """A message with its present content. `kind` is Discord's type (0 is an ordinary one, 7 a join, ...)."""

    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    kind: int = 0
    webhook_id: int | None = None
    reference: Message | None = None
    interaction: Json | None = None
    allowed_mentions: Json | None = None
    reactions: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    id: int = field(default_factory=snowflake)

    def edit(self, body: Json, attachments: list[Attachment]) -> None:
        """Take over the fields that a request names, as PATCH does."""
        if "content" in body:
            self.content = body["content"] or ""
        if "embeds" in body:
            self.embeds = body["embeds"] or []
        if "components" in body:
            self.components = body["components"] or []
        if "attachments" in body:
            kept = {str(item.get("id")) for item in body["attachments"] or []}
            self.attachments = [item for item in self.attachments if str(item.id) in kept]
        self.attachments += attachments
        self.flags |= body.get("flags") or 0
        self.allowed_mentions = body.get("allowed_mentions", self.allowed_mentions)
        self.edited_at = datetime.now(UTC)

    @property
    def ephemeral(self) -> bool:
        """Only the one who pressed or typed sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Deferred, and nothing shown yet."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All words that a person reads in it: content, embeds, text displays; without buttons."""
        return "\n".join(part for part in self._texts() if part)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in the order of the page."""
        return [_button(item) for item in walk(self.components) if item.get("type") == _BUTTON]

    def component(self, name: str) -> Json:
        """The button or select with this custom id, label, emoji or start of a custom id.

        Raises:
            AssertionError: nobody could press that: it is absent, disabled or a link.
        """
        for item in walk(self.components):
            if name in _names(item) or (name.endswith(":") and str(item.get("custom_id", "")).startswith(name)):
                assert not item.get("disabled"), f"{name!r} is disabled."
                assert "custom_id" in item, f"{name!r} is a link."
                return item
        raise AssertionError(f"No button or select {name!r} among {[_names(item) for item in walk(self.components)]}.")

    def _texts(self) -> Iterator[str]:
        yield self.content
        for embed in self.embeds:
            yield str(embed.get("title") or "")
            yield str(embed.get("description") or "")
            for part in embed.get("fields", []):
                yield f"{part['name']}\n{part['value']}"
            yield str(embed.get("footer", {}).get("text") or "")
        for item in walk(self.components):
            if item.get("type") == _TEXT_DISPLAY:
                yield str(item["content"])


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component of a message, nested ones after their parent."""
    for item in components:
        yield item
        yield from walk(item.get("components") or [])
        yield from walk([item[key] for key in ("accessory", "component") if item.get(key)])


def is_select(component: Json) -> bool:
    """Whether it is a select menu of any sort."""
    return component.get("type") in _SELECTS


def _names(component: Json) -> list[str]:
    emoji = (component.get("emoji") or {}).get("name")
    names = [component.get("custom_id"), component.get("label"), component.get("placeholder"), emoji]
    return [name for name in names if name]


def _button(component: Json) -> Button:
    return Button(
        label=component.get("label") or "",
        emoji=(component.get("emoji") or {}).get("name") or "",
        custom_id=component.get("custom_id") or "",
        url=component.get("url") or "",
        disabled=bool(component.get("disabled")),
    )
