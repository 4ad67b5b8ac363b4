"""What one person sees in one channel, as the page draws it: plain JSON, made anew at each change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simcord.backend.access import channel_accessible
from simcord.backend.models import Channel, Message
from simcord.enums import AppCommandType, ChannelType, ComponentType, MessageType
from simcord.interactions import command_leaves

from bot.playground._markdown import to_html, to_line
from bot.playground._place import Person, Place

Seen = dict[str, Any]
"""JSON for the page."""

_THINKING: Final = 1 << 7
_KINDS: Final[Mapping[int, str]] = {
    ChannelType.TEXT: "text",
    ChannelType.FORUM: "forum",
    ChannelType.PUBLIC_THREAD: "thread",
    ChannelType.PRIVATE_THREAD: "thread",
    ChannelType.DM: "direct",
}
_SPOKEN: Final = (
    MessageType.DEFAULT,
    MessageType.REPLY,
    MessageType.CHAT_INPUT_COMMAND,
    MessageType.CONTEXT_MENU_COMMAND,
)
_EXCERPT: Final = 90


@dataclass(frozen=True, slots=True)
class View:
    """One person looking at one channel."""

    place: Place
    person: Person
    channel_id: int

    def draw(self) -> Seen:
        """Everything on the page."""
        here = self._backend.get_channel(self.channel_id)
        return {
            "server": self.place.guild.name,
            "bot": self._backend.bot_user.name,
            "you": str(self.person.id),
            "people": [{"id": str(p.id), "name": p.name, "role": p.role} for p in self.place.people],
            "roles": [{"id": str(r.id), "name": r.name} for r in self._guild.roles.values()],
            "channels": [self._channel(each) for each in self.place.channels(self.person) if self._sees(each)],
            "channel": self._channel(here),
            "posts": self._posts(here),
            "messages": self._messages(here),
            "commands": self._commands(),
            "menus": [each["name"] for each in self._registered(AppCommandType.MESSAGE)],
        }

    @property
    def _backend(self) -> Any:
        return self.place.env.backend

    @property
    def _guild(self) -> Any:
        return self._backend.get_guild(self.place.guild.id)

    def _sees(self, channel: Channel) -> bool:
        return channel_accessible(self._backend, channel.id, self.person.id)

    def _channel(self, channel: Channel) -> Seen:
        direct = channel.type == ChannelType.DM
        names = {int(tag["id"]): tag["name"] for tag in self._tags(channel)}
        return {
            "id": str(channel.id),
            "name": self._backend.bot_user.name if direct else channel.name,
            "kind": _KINDS[channel.type],
            "type": int(channel.type),
            "topic": channel.topic or "",
            "parent": str(channel.parent_id or ""),
            "tags": [{"id": str(each), "name": name} for each, name in names.items()],
            "applied": [names[each] for each in channel.applied_tags if each in names],
        }

    def _tags(self, channel: Channel) -> list[Seen]:
        forum = self._backend.channels.get(channel.parent_id) if channel.is_thread else channel
        return list(forum.available_tags) if forum is not None else []

    def _posts(self, forum: Channel) -> list[Seen]:
        """The threads of a forum, the newest first."""
        if forum.type != ChannelType.FORUM:
            return []
        threads = [each for each in self._backend.active_threads(self._guild.id) if each.parent_id == forum.id]
        return [self._channel(thread) for thread in sorted(threads, key=lambda each: -each.id)]

    def _messages(self, channel: Channel) -> list[Seen]:
        kept = self._backend.messages.get(channel.id, {})
        starter = self._starter(channel)
        shown = [*([starter] if starter else []), *(kept[each] for each in sorted(kept))]
        return [self._message(each) for each in shown if each.visible_to(self.person.id)]

    def _starter(self, channel: Channel) -> Message | None:
        """The message that a thread hangs on, which stands in the channel above it."""
        if not channel.is_thread or channel.id in self._backend.messages.get(channel.id, {}):
            return None
        found: Message | None = self._backend.messages.get(channel.parent_id, {}).get(channel.id)
        return found

    def _message(self, message: Message) -> Seen:
        author = self._backend.users[message.author_id]
        thread = self._backend.channels.get(message.id)
        return {
            "id": str(message.id),
            "author": author.global_name or author.name,
            "bot": author.bot,
            "own": author.id == self.person.id,
            "spoken": message.type in _SPOKEN,
            "time": message.timestamp,
            "edited": message.edited_timestamp is not None and not message.components,
            "private": message.is_ephemeral,
            "thinking": bool(message.flags & _THINKING),
            "reply": self._reply(message),
            "command": self._command_of(message),
            "raw": message.content,
            "html": self._html(message.content),
            "components": [self._component(each) for each in message.components],
            "embeds": [self._embed(each) for each in message.embeds],
            "files": [_file(each) for each in message.attachments],
            "reactions": [f"{each.emoji} {len(each.user_ids)}" for each in message.reactions if each.user_ids],
            "thread": self._channel(thread) if thread is not None and thread.id != self.channel_id else None,
        }

    def _html(self, text: str) -> str:
        return to_html(text, self._named)

    def _named(self, sign: str, wanted: int) -> str:
        """The name behind a mention, empty where there is none."""
        if sign == "#":
            channel = self._backend.channels.get(wanted)
            return channel.name or "" if channel is not None else ""
        if sign == "@&":
            role = self._guild.roles.get(wanted)
            return str(role.name) if role is not None else ""
        user = self._backend.users.get(wanted)
        return str(user.global_name or user.name) if user is not None else ""

    def _component(self, component: Mapping[str, Any]) -> Seen:
        """As Discord has it, with its texts as HTML and what is in it likewise."""
        drawn = dict(component)
        if drawn["type"] == ComponentType.TEXT_DISPLAY:
            drawn["html"] = self._html(drawn["content"])
        if "components" in drawn:
            drawn["components"] = [self._component(each) for each in drawn["components"]]
        if "accessory" in drawn:
            drawn["accessory"] = self._component(drawn["accessory"])
        if "items" in drawn:
            drawn["items"] = [each | {"url": _address(each["media"]["url"])} for each in drawn["items"]]
        for name in ("media", "file"):
            if name in drawn:
                drawn["url"] = _address(drawn[name]["url"])
        return drawn

    def _embed(self, embed: Mapping[str, Any]) -> Seen:
        fields = [{"name": each["name"], "html": self._html(each["value"])} for each in embed.get("fields", ())]
        return {
            "title": embed.get("title", ""),
            "html": self._html(embed.get("description", "")),
            "colour": embed.get("color"),
            "fields": fields,
            "image": _address(embed.get("image", {}).get("url", "")),
            "footer": embed.get("footer", {}).get("text", ""),
        }

    def _reply(self, message: Message) -> Seen | None:
        """The message that this one replies to, where that is still there."""
        if message.type != MessageType.REPLY or message.reference is None:
            return None
        place, wanted = int(message.reference["channel_id"]), int(message.reference["message_id"])
        replied = self._backend.messages.get(place, {}).get(wanted)
        if replied is None:
            return None
        author = self._backend.users[replied.author_id]
        words = " ".join(filter(None, [replied.content, *_words(replied.components)]))
        return {"author": author.global_name or author.name, "text": to_line(words, self._named)[:_EXCERPT]}

    def _command_of(self, message: Message) -> Seen | None:
        """Who used which command to bring this message about."""
        metadata = message.interaction_metadata
        if metadata is None or message.type not in {MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND}:
            return None
        user = self._backend.users.get(int(metadata["user"]["id"]))
        return {"author": (user.global_name or user.name) if user else "", "name": metadata.get("name", "")}

    def _commands(self) -> list[Seen]:
        """The commands that Discord would offer this person here."""
        leaves = [leaf for each in self._registered(AppCommandType.CHAT_INPUT) for leaf in command_leaves(each)]
        return [
            {"name": " ".join(path), "description": leaf["description"], "options": leaf.get("options", [])}
            for path, leaf in leaves
        ]

    def _registered(self, kind: AppCommandType) -> Sequence[Seen]:
        if not self._sees(self._backend.get_channel(self.channel_id)):
            return []
        found: Sequence[Seen] = self._backend.visible_commands(
            user_id=self.person.id, channel_id=self.channel_id, type=kind
        )
        return found


def _words(components: Sequence[Mapping[str, Any]]) -> list[str]:
    """All text in components."""
    found: list[str] = []
    for component in components:
        found += [component["content"]] if component["type"] == ComponentType.TEXT_DISPLAY else []
        found += _words(component.get("components", ()))
    return found


def _file(attachment: Mapping[str, Any]) -> Seen:
    kind = str(attachment.get("content_type", ""))
    return {"name": attachment["filename"], "url": _address(attachment["url"]), "picture": kind.startswith("image/")}


def _address(url: str) -> str:
    """Where the page gets a file: what was sent in here lies with us, at the path of its address at Discord."""
    _, found, path = url.partition("/attachments/")
    return f"/files/{path}" if found else ""
