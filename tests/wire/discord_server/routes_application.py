"""REST routes about the application itself: who it is, its gateway, its guilds and its commands."""

from tests.wire.discord_server.buckets import Limit
from tests.wire.discord_server.errors import unknown
from tests.wire.discord_server.hub import Answer, Call, Hub
from tests.wire.discord_server.model import DM, THREAD, Channel, Json
from tests.wire.discord_server.payloads import channel_json, guild_json, member_json, user_json
from tests.wire.discord_server.rest import Endpoint
from tests.wire.discord_server.session import MESSAGE_CONTENT

_CONTENT_LIMITED = 1 << 19
"""The application's flag for the message content intent, as it is before a review."""


def _gateway(hub: Hub, _: Call) -> Answer:
    shards = max(1, -(-len(hub.world.guilds) // 1000))
    left = hub.gateway.starts_left
    starts = {"total": 1000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": 1}
    return 200, {"url": hub.gateway.url, "shards": shards, "session_start_limit": starts}


def _me(hub: Hub, _: Call) -> Answer:
    return 200, user_json(hub.world.bot) | {"mfa_enabled": True, "verified": True, "locale": "en-US"}


def _application(hub: Hub, _: Call) -> Answer:
    owner = next(iter(hub.world.guilds.values())).owner if hub.world.guilds else hub.world.bot
    return 200, {
        "id": str(hub.application_id),
        "name": hub.world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user_json(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": _CONTENT_LIMITED if hub.gateway.privileged & MESSAGE_CONTENT else 0,
        "approximate_guild_count": len(hub.world.guilds),
        "interactions_endpoint_url": None,
    }


def _guilds(hub: Hub, _: Call) -> Answer:
    return 200, [
        {"id": str(guild.id), "name": guild.name, "icon": None, "owner": False, "features": [], "permissions": "0"}
        for guild in hub.world.guilds.values()
    ]


def _guild(hub: Hub, call: Call) -> Answer:
    return 200, guild_json(hub.world.guild(call.params["guild_id"]), members=False)


def _guild_channels(hub: Hub, call: Call) -> Answer:
    guild = hub.world.guild(call.params["guild_id"])
    return 200, [channel_json(item, hub.world.bot) for item in guild.channels if item.type != THREAD]


def _guild_member(hub: Hub, call: Call) -> Answer:
    guild = hub.world.guild(call.params["guild_id"])
    member = guild.members.get(int(call.params["user_id"]))
    if member is None:
        raise unknown("Member")
    return 200, member_json(guild, member)


def _guild_members(hub: Hub, call: Call) -> Answer:
    guild = hub.world.guild(call.params["guild_id"])
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    members = sorted(guild.members.values(), key=lambda member: member.user.id)
    return 200, [member_json(guild, item) for item in members if item.user.id > after][:limit]


def _user(hub: Hub, call: Call) -> Answer:
    user = hub.world.users.get(int(call.params["user_id"]))
    if user is None:
        raise unknown("User")
    return 200, user_json(user)


def _open_dm(hub: Hub, call: Call) -> Answer:
    user = hub.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise unknown("User")
    known = (item for item in hub.world.channels.values() if item.type == DM and item.recipient is user)
    channel = next(known, None) or Channel(user.name, type=DM, recipient=user)
    hub.world.channels[channel.id] = channel
    return 200, channel_json(channel, hub.world.bot)


def _scope(call: Call) -> int | None:
    return int(call.params["guild_id"]) if "guild_id" in call.params else None


def _list_commands(hub: Hub, call: Call) -> Answer:
    commands = hub.commands.all(_scope(call))
    if call.query.get("with_localizations") == "true":
        return 200, commands
    return 200, [_without_localizations(command) for command in commands]


def _without_localizations(part: Json) -> Json:
    """A command, option or choice as it is listed to whoever does not ask for translations."""
    rest = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    nested = {
        key: [_without_localizations(each) for each in part[key]] for key in ("options", "choices") if part.get(key)
    }
    return rest | nested


def _replace_commands(hub: Hub, call: Call) -> Answer:
    return 200, hub.commands.replace(_scope(call), call.items)


def _add_command(hub: Hub, call: Call) -> Answer:
    return 201, hub.commands.add(_scope(call), call.body)


def _change_command(hub: Hub, call: Call) -> Answer:
    return 200, hub.commands.change(_scope(call), int(call.params["command_id"]), call.body)


def _get_command(hub: Hub, call: Call) -> Answer:
    wanted: list[Json] = [item for item in hub.commands.all(_scope(call)) if item["id"] == call.params["command_id"]]
    if not wanted:
        raise unknown("application command")
    return 200, wanted[0]


def _remove_command(hub: Hub, call: Call) -> Answer:
    hub.commands.remove(_scope(call), int(call.params["command_id"]))
    return 204, None


def _command_endpoints(base: str) -> list[Endpoint]:
    limit = Limit(5, 20.0)
    return [
        Endpoint(f"GET {base}", _list_commands, limit),
        Endpoint(f"PUT {base}", _replace_commands, limit),
        Endpoint(f"POST {base}", _add_command, limit),
        Endpoint(f"GET {base}/{{command_id}}", _get_command, limit),
        Endpoint(f"PATCH {base}/{{command_id}}", _change_command, limit),
        Endpoint(f"DELETE {base}/{{command_id}}", _remove_command, limit),
    ]


ENDPOINTS = [
    Endpoint("GET /gateway/bot", _gateway, Limit(2, 5.0)),
    Endpoint("GET /users/@me", _me),
    Endpoint("GET /users/@me/guilds", _guilds),
    Endpoint("POST /users/@me/channels", _open_dm),
    Endpoint("GET /users/{user_id}", _user),
    Endpoint("GET /oauth2/applications/@me", _application),
    Endpoint("GET /applications/@me", _application),
    Endpoint("GET /guilds/{guild_id}", _guild),
    Endpoint("GET /guilds/{guild_id}/channels", _guild_channels),
    Endpoint("GET /guilds/{guild_id}/members", _guild_members),
    Endpoint("GET /guilds/{guild_id}/members/{user_id}", _guild_member),
    *_command_endpoints("/applications/{application_id}/commands"),
    *_command_endpoints("/applications/{application_id}/guilds/{guild_id}/commands"),
]
