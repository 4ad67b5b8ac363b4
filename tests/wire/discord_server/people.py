"""What people do in Discord: type commands, press buttons, fill forms, write messages."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from tests.wire.discord_server import interactions as kinds
from tests.wire.discord_server.commands import CHAT, SUB_COMMAND, SUB_COMMAND_GROUP
from tests.wire.discord_server.hub import Hub
from tests.wire.discord_server.interactions import Interaction
from tests.wire.discord_server.model import THREAD, Attachment, Channel, Json, Message, User, is_select, walk
from tests.wire.discord_server.payloads import channel_json, member_json, message_json, roles_json, user_json
from tests.wire.discord_server.signal import PATIENCE

_TEXT_TYPES, _INTEGER, _BOOLEAN, _NUMBER = {3}, 4, 5, 10
_USER, _CHANNEL, _ROLE = 6, 7, 8
_MENU = 3
_ROW, _LABEL = 1, 18


class People:
    """Acts for the members of this server; each method returns as soon as the event is on its way to the bot."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def slash(self, name: str, options: Json | None = None, *, user: User, channel: Channel) -> Interaction:
        """Type a slash command; "admin status" names a subcommand.

        Raises:
            AssertionError: Discord's own client would not send it (unknown command or option, too long, missing).
        """
        data = self._command(name, options or {}, channel)
        return self._send(Interaction(kinds.COMMAND, user, channel, data, self.hub.clock, self.hub.signal))

    async def autocomplete(self, name: str, option: str, typed: str, *, user: User, channel: Channel) -> Interaction:
        """Type into an option that offers completions; they arrive in `choices`."""
        data = self._command(name, {option: typed}, channel, complete=False)
        leaf = data
        while leaf["options"][0]["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP}:
            leaf = leaf["options"][0]
        leaf["options"][0]["focused"] = True
        return self._send(Interaction(kinds.AUTOCOMPLETE, user, channel, data, self.hub.clock, self.hub.signal))

    async def choose(self, name: str, message: Message, user: User) -> Interaction:
        """Choose an entry of a message's menu *Apps*."""
        guild = message.channel.guild
        command = self.hub.commands.find(guild.id if guild else None, name, _MENU)
        data = {"id": command["id"], "name": name, "type": _MENU, "target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): message_json(message, self.hub.base_url)}}
        return self._send(Interaction(kinds.COMMAND, user, message.channel, data, self.hub.clock, self.hub.signal))

    async def press(self, message: Message, name: str, user: User) -> Interaction:
        """Press the button with this custom id, label or emoji ("up:" finds a custom id by its start)."""
        component = message.component(name)
        data = {"custom_id": component["custom_id"], "component_type": component["type"]}
        return self._send_on(message, data, user)

    async def select(self, message: Message, name: str, values: Sequence[str], user: User) -> Interaction:
        """Choose these values in a select menu."""
        component = message.component(name)
        assert is_select(component), f"{name!r} is no select menu."
        offered = {option["value"] for option in component.get("options", [])}
        assert not offered or offered.issuperset(values), f"{values} are not among {offered}."
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "values": list(values)}
        return self._send_on(message, data, user)

    async def submit(self, opened: Interaction, values: dict[str, str], user: User) -> Interaction:
        """Fill the form that an interaction was answered with; `values` go by custom id."""
        assert opened.form is not None, "No form is open."
        unknown = values.keys() - {item.get("custom_id") for item in walk(opened.form["components"])}
        assert not unknown, f"The form has no field {unknown}."
        components = [_filled(item, values) for item in opened.form["components"]]
        data = {"custom_id": opened.form["custom_id"], "components": components}
        hub = self.hub
        form = Interaction(kinds.MODAL, user, opened.channel, data, hub.clock, hub.signal, source=opened.source)
        return self._send(form)

    async def message(
        self,
        channel: Channel,
        user: User,
        content: str,
        *,
        attachments: Sequence[Attachment] = (),
        reply_to: Message | None = None,
        webhook: bool = False,
        kind: int = 0,
    ) -> Message:
        """Write a message; `webhook` and `kind` (Discord's type, such as 7 for a join) make the unusual ones."""
        message = Message(channel, user, content, attachments=list(attachments), kind=kind, reference=reply_to)
        if webhook:
            message.webhook_id = user.id
        if reply_to is not None and kind == 0:
            message.kind = 19
        self.hub.publish(message)
        return message

    async def post(
        self,
        forum: Channel,
        user: User,
        title: str,
        content: str,
        *,
        tags: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
    ) -> Channel:
        """Open a post in a forum; its first message has its id."""
        post = Channel(title, forum.guild, THREAD, forum, owner=user, tags=list(tags))
        self.hub.world.channels[post.id] = post
        if forum.guild is not None:
            forum.guild.channels.append(post)
        body = channel_json(post, self.hub.world.bot) | {"newly_created": True}
        self.hub.gateway.dispatch("THREAD_CREATE", body, forum.guild)
        self.hub.publish(Message(post, user, content, attachments=list(attachments), id=post.id))
        return post

    async def answer_in(self, channel: Channel, which: Callable[[Message], bool], within: float = PATIENCE) -> Message:
        """Wait for a message of the bot in a channel."""
        bot = self.hub.world.bot

        def look() -> Message | None:
            there = [item for item in self.hub.world.messages.values() if item.channel is channel]
            return next((item for item in there if item.author is bot and which(item)), None)

        return await self.hub.signal.until(look, f"a message of the bot in {channel.name!r}", within)

    async def gone(self, message: Message, within: float = PATIENCE) -> None:
        """Wait until a message was deleted."""
        await self.hub.signal.until(lambda: message.id not in self.hub.world.messages, "a deletion", within)

    async def rewrite(self, message: Message, content: str) -> None:
        """Edit one's own message."""
        message.edit({"content": content}, [])
        self.hub.republish(message)

    async def withdraw(self, message: Message) -> None:
        """Delete a message."""
        self.hub.delete(message)

    def _command(self, name: str, options: Json, channel: Channel, *, complete: bool = True) -> Json:
        root, *path = name.split(" ")
        guild_id = channel.guild.id if channel.guild else None
        command = self.hub.commands.find(guild_id, root)
        node, data = command, {"id": command["id"], "name": root, "type": CHAT, "options": []}
        leaf = data
        for step in path:
            node = _option(node, step)
            leaf["options"] = [{"name": step, "type": node["type"], "options": []}]
            leaf = leaf["options"][0]
        leaf["options"] = [_given(_option(node, key), value) for key, value in options.items()]
        if resolved := self._resolved(leaf["options"], channel):
            data["resolved"] = resolved
        missing = [
            item["name"] for item in node.get("options", []) if item.get("required") and item["name"] not in options
        ]
        assert not (complete and missing), f"/{name} needs {missing}."
        return data

    def _resolved(self, options: list[Json], channel: Channel) -> Json:
        """What Discord tells of the channels, people and roles that options name."""
        found: Json = {}
        for kind, key in ((option["type"], option["value"]) for option in options):
            if kind == _CHANNEL:
                found.setdefault("channels", {})[key] = _resolved_channel(self.hub.world.channels[int(key)])
            elif kind == _USER:
                found.setdefault("users", {})[key] = user_json(self.hub.world.users[int(key)])
                if channel.guild and (member := channel.guild.members.get(int(key))):
                    found.setdefault("members", {})[key] = member_json(channel.guild, member, full=False)
            elif kind == _ROLE and channel.guild:
                found.setdefault("roles", {})[key] = next(
                    each for each in roles_json(channel.guild) if each["id"] == key
                )
        return found

    def _send_on(self, message: Message, data: Json, user: User) -> Interaction:
        assert message.id in self.hub.world.messages, "The message is gone."
        hub = self.hub
        return self._send(
            Interaction(kinds.COMPONENT, user, message.channel, data, hub.clock, hub.signal, source=message)
        )

    def _send(self, interaction: Interaction) -> Interaction:
        hub, channel = self.hub, interaction.channel
        hub.interactions[interaction.token] = interaction
        payload = self._payload(interaction)
        hub.gateway.dispatch("INTERACTION_CREATE", payload, channel.guild)
        self._tell_of_deadline(interaction)
        return interaction

    def _tell_of_deadline(self, interaction: Interaction) -> None:
        """Wake who waits for an end of it, once nobody may acknowledge it any more."""
        if interaction.acks or interaction.seconds_left < 0:
            self.hub.signal.notify()
        else:
            again = interaction.seconds_left + 0.1
            asyncio.get_running_loop().call_later(again, self._tell_of_deadline, interaction)

    def _payload(self, interaction: Interaction) -> Json:
        hub, channel, guild = self.hub, interaction.channel, interaction.channel.guild
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(hub.application_id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": channel_json(channel, hub.world.bot),
            "app_permissions": str(hub.world.bot_permissions(channel)),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": interaction.metadata()["authorizing_integration_owners"],
            "context": 0 if guild else 1,
            "attachment_size_limit": 10 << 20,
        }
        if interaction.source is not None:
            payload["message"] = message_json(interaction.source, hub.base_url)
        if guild is None:
            return payload | {"user": user_json(interaction.user)}
        payload |= {"guild_id": str(guild.id), "guild_locale": guild.locale}
        payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        return payload | {"member": member_json(guild, guild.members[interaction.user.id])}


def _resolved_channel(channel: Channel) -> Json:
    return {"id": str(channel.id), "name": channel.name, "type": channel.type, "permissions": "0"}


def _option(node: Json, name: str) -> Json:
    for option in node.get("options", []):
        if option["name"] == name:
            found: Json = option
            return found
    raise AssertionError(f"{node['name']!r} has no option {name!r}.")


def _given(option: Json, value: Any) -> Json:
    """An option with its value, refused where Discord's client would refuse it."""
    name = option["name"]
    if option["type"] in _TEXT_TYPES:
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        assert least <= len(value) <= most, f"{name!r} takes {least} to {most} characters, not {len(value)}."
        offered = [choice["value"] for choice in option.get("choices") or []]
        assert not offered or value in offered, f"{name!r} takes one of {offered}."
    elif option["type"] in {_INTEGER, _NUMBER, _BOOLEAN}:
        assert isinstance(value, (int, float)), f"{name!r} takes a number or a truth value."
    return {"name": name, "type": option["type"], "value": value}


def _filled(component: Json, values: dict[str, str]) -> Json:
    """A form's component with what a person typed or chose in it."""
    if component["type"] == _ROW:
        return {"type": _ROW, "components": [_filled(item, values) for item in component["components"]]}
    if component["type"] == _LABEL:
        return {"type": _LABEL, "id": 1, "component": _filled(component["component"], values)}
    body: Json = {"type": component["type"], "id": 1}
    if "custom_id" not in component:
        return body
    body["custom_id"] = component["custom_id"]
    typed = values.get(component["custom_id"], component.get("value") or "")
    return body | ({"values": [typed] if typed else []} if is_select(component) else {"value": typed})
