"""Discord's JSON of what exists on the server."""

import re
from datetime import UTC, datetime

from tests.wire.discord_server.model import DM, FORUM, THREAD, Attachment, Channel, Guild, Json, Member, Message, User

_REPLY = 19
_MENTION = re.compile(r"<@!?(\d+)>")
_PLAIN_TAG: Json = {"moderated": False, "emoji_id": None, "emoji_name": None}
_JOINED = "2024-01-01T00:00:00.000000+00:00"


def user_json(user: User) -> Json:
    """A user."""
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": user.bot,
        "flags": 0,
        "public_flags": 0,
    }


def member_json(guild: Guild, member: Member, *, full: bool = True) -> Json:
    """A member; `full` carries the user too (messages leave it out)."""
    body: Json = {
        "roles": [str(role.id) for role in member.roles],
        "nick": None,
        "avatar": None,
        "joined_at": _JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "permissions": str(guild.permissions_of(member)),
    }
    return body | {"user": user_json(member.user)} if full else body


def channel_json(channel: Channel, bot: User) -> Json:
    """A channel, thread, forum or direct conversation. What the bot lacks stands as an overwrite for it."""
    body: Json = {"id": str(channel.id), "type": channel.type, "flags": 0, "last_message_id": None}
    if channel.type == DM and channel.recipient is not None:
        return body | {"recipients": [user_json(channel.recipient)]}
    body |= {"name": channel.name, "guild_id": str(channel.guild.id) if channel.guild else None, "position": 0}
    body |= {"parent_id": str(channel.parent.id) if channel.parent else None, "rate_limit_per_user": 0}
    if channel.type == THREAD:
        return body | _thread_json(channel, bot)
    overwrite = {"id": str(bot.id), "type": 1, "allow": "0", "deny": str(channel.denied)}
    body |= {"topic": None, "nsfw": False, "permission_overwrites": [overwrite] if channel.denied else []}
    if channel.type != FORUM:
        return body
    tags = [{"id": tag_id(channel, name), "name": name, **_PLAIN_TAG} for name in channel.tags]
    return body | {"available_tags": tags, "default_sort_order": None}


def tag_id(forum: Channel, name: str) -> str:
    """The id of a forum's tag."""
    return str(forum.id + 1 + forum.tags.index(name))


def _thread_json(thread: Channel, bot: User) -> Json:
    metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": _JOINED, "locked": False}
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    joined = {"id": str(thread.id), "user_id": str(bot.id), "join_timestamp": _JOINED, "flags": 0}
    body: Json = {"owner_id": str((thread.owner or bot).id), "thread_metadata": metadata, "member": joined, **counts}
    tags = [tag_id(thread.parent, name) for name in thread.tags] if thread.parent else []
    return body | ({"applied_tags": tags} if tags else {})


def guild_json(guild: Guild, *, members: bool) -> Json:
    """A guild as GUILD_CREATE carries it; without the member intent only the bot itself is among the members."""
    shown = guild.members.values() if members else [guild.members[guild.bot.id]]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": str(guild.owner.id),
        "preferred_locale": guild.locale,
        "roles": roles_json(guild),
        "channels": [channel_json(item, guild.bot) for item in guild.channels if item.type != THREAD],
        "threads": [channel_json(item, guild.bot) for item in guild.channels if item.type == THREAD],
        "members": [member_json(guild, member) for member in shown],
        "member_count": len(guild.members),
        "unavailable": False,
        "large": False,
        "emojis": [],
        "stickers": [],
        "features": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
    }


def roles_json(guild: Guild) -> list[Json]:
    """Its roles, that of everyone first."""
    return [_role_json(guild, index) for index in range(len(guild.roles))]


def _role_json(guild: Guild, index: int) -> Json:
    role = guild.roles[index]
    body: Json = {"id": str(role.id), "name": role.name, "permissions": str(role.permissions), "position": index}
    body |= {"color": 0, "colors": {"primary_color": 0}, "hoist": False, "managed": index == 1, "mentionable": False}
    return body | {"flags": 0}


def message_json(message: Message, base_url: str, *, content: bool = True) -> Json:
    """A message; `content` False is what a bot without the message-content intent gets."""
    mentioned = {int(number) for number in _MENTION.findall(message.content)} | _replied(message)
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "content": message.content if content else "",
        "timestamp": datetime.fromtimestamp(((message.id >> 22) + 1_420_070_400_000) / 1000, UTC).isoformat(),
        "edited_timestamp": message.edited_at.isoformat() if message.edited_at else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user_json(user) for user in _known(message.channel, mentioned)],
        "mention_roles": [],
        "attachments": [attachment_json(item, message.channel, base_url) for item in message.attachments if content],
        "embeds": message.embeds if content else [],
        "components": message.components if content else [],
        "reactions": [{"emoji": {"id": None, "name": name}, "count": 1, "me": True} for name in message.reactions],
        "pinned": False,
        "type": message.kind,
        "flags": message.flags,
    }
    return body | _context_json(message, base_url)


def pings(message: Message, user: User) -> bool:
    """Whether it mentions somebody, or replies to them."""
    return f"<@{user.id}>" in message.content or user.id in _replied(message)


def _replied(message: Message) -> set[int]:
    """A reply pings whom it replies to, save a bot's answer to a command."""
    other = message.reference
    return {other.author.id} if other and message.kind == _REPLY and other.interaction is None else set()


def _context_json(message: Message, base_url: str) -> Json:
    """Where a message stands: guild, webhook, interaction, what it replies to."""
    body: Json = {}
    guild = message.channel.guild
    if guild is not None:
        body["guild_id"] = str(guild.id)
        member = guild.members.get(message.author.id)
        if member is not None and message.webhook_id is None:
            body["member"] = member_json(guild, member, full=False)
    if message.webhook_id is not None:
        body["webhook_id"] = str(message.webhook_id)
    if message.interaction is not None:
        body |= {"interaction_metadata": message.interaction, "application_id": str(message.author.id)}
    if message.reference is not None:
        other = message.reference
        body["message_reference"] = {"message_id": str(other.id), "channel_id": str(other.channel.id), "type": 0}
        body["referenced_message"] = message_json(other, base_url)
    return body


def attachment_json(item: Attachment, channel: Channel, base_url: str) -> Json:
    """A file; its address is served by this server too."""
    url = f"{base_url}/attachments/{channel.id}/{item.id}/{item.filename}"
    body: Json = {"id": str(item.id), "filename": item.filename, "size": len(item.data), "url": url}
    return body | {"proxy_url": url, "content_type": item.content_type}


def _known(channel: Channel, ids: set[int]) -> list[User]:
    if channel.guild is None:
        return [channel.recipient] if channel.recipient and channel.recipient.id in ids else []
    return [member.user for number, member in channel.guild.members.items() if number in ids]
