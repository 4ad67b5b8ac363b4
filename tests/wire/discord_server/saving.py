"""A server's world as JSON, so that another one can go on with the same ids. Files of messages are left out."""

from datetime import datetime
from typing import Any

from tests.wire.discord_server.model import Channel, Guild, Json, Member, Message, Role, User
from tests.wire.discord_server.world import World


def saved(world: World) -> Json:
    """Everything that exists, as JSON."""
    return {
        "bot": world.bot.id,
        "users": [{"id": user.id, "name": user.name, "bot": user.bot} for user in world.users.values()],
        "guilds": [_saved_guild(guild) for guild in world.guilds.values()],
        "channels": [_saved_channel(channel) for channel in world.channels.values()],
        "messages": [_saved_message(message) for message in world.messages.values()],
    }


def restored(body: Json) -> World:
    """What `saved` described."""
    users = {each["id"]: User(**each) for each in body["users"]}
    world = World(users[body["bot"]], users)
    for each in body["guilds"]:
        world.guilds[each["id"]] = _guild(each, world)
    for each in body["channels"]:
        channel = world.channels[each["id"]] = _channel(each, world)
        if channel.guild is not None:
            channel.guild.channels.append(channel)
    for each in body["messages"]:
        world.messages[each["id"]] = _message(each, world)
    return world


def _saved_guild(guild: Guild) -> Json:
    return {
        "id": guild.id,
        "name": guild.name,
        "owner": guild.owner.id,
        "locale": guild.locale,
        "roles": [{"id": role.id, "name": role.name, "permissions": role.permissions} for role in guild.roles],
        "members": [{"user": key, "roles": [role.id for role in each.roles]} for key, each in guild.members.items()],
    }


def _guild(body: Json, world: World) -> Guild:
    guild = Guild(body["name"], world.users[body["owner"]], world.bot, body["locale"], body["id"])
    guild.roles = [Role(**each) for each in body["roles"]]
    roles = {role.id: role for role in guild.roles}
    members = (Member(world.users[each["user"]], [roles[key] for key in each["roles"]]) for each in body["members"])
    guild.members = {member.user.id: member for member in members}
    return guild


def _saved_channel(channel: Channel) -> Json:
    return _plain(channel, ("name", "type", "denied", "tags", "id")) | _ids(
        channel, ("guild", "parent", "recipient", "owner")
    )


def _channel(body: Json, world: World) -> Channel:
    """A channel, whose parent is there already."""
    places = {
        "guild": world.guilds.get(body["guild"]),
        "parent": world.channels.get(body["parent"]),
        "recipient": world.users.get(body["recipient"]),
        "owner": world.users.get(body["owner"]),
    }
    return Channel(**body | places)


_MESSAGE = (
    *("id", "content", "embeds", "components", "flags", "kind", "webhook_id", "interaction", "allowed_mentions"),
    "reactions",
)


def _saved_message(message: Message) -> Json:
    edited_at = message.edited_at.isoformat() if message.edited_at else None
    return _plain(message, _MESSAGE) | _ids(message, ("channel", "author", "reference")) | {"edited_at": edited_at}


def _message(body: Json, world: World) -> Message:
    """A message; what it replies to is there already, or gone."""
    edited_at = datetime.fromisoformat(body["edited_at"]) if body["edited_at"] else None
    places = {"channel": world.channels[body["channel"]], "author": world.users[body["author"]]}
    return Message(**body | places | {"reference": world.messages.get(body["reference"]), "edited_at": edited_at})


def _plain(thing: Any, names: tuple[str, ...]) -> Json:
    return {name: getattr(thing, name) for name in names}


def _ids(thing: Any, names: tuple[str, ...]) -> Json:
    return {name: other.id if (other := getattr(thing, name)) else None for name in names}
