"""A forum with tags, and members who open posts in it; simcord's own members can't."""

from collections.abc import Sequence

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from tests.bot.scene import Place

_PLAIN = {"moderated": False, "emoji_id": None, "emoji_name": None}


def add_tags(place: Place, *names: str) -> None:
    """Give a server's forum these tags."""
    env = place.member._env
    forum = env.backend.get_channel(place.forum.id)
    tags = [{"id": str(env.backend.snowflake()), "name": name, **_PLAIN} for name in names]
    env.backend.edit_channel(forum.id, {"available_tags": tags})


def tags_of(post: ChannelHandle) -> list[str]:
    """What a post is tagged with."""
    backend = post._env.backend
    thread = backend.get_channel(post.id)
    assert thread.parent_id is not None
    names = {int(tag["id"]): tag["name"] for tag in backend.get_channel(thread.parent_id).available_tags}
    return [names[tag] for tag in thread.applied_tags]


async def post(
    author: MemberActor,
    place: Place,
    title: str,
    text: str = "",
    *,
    tags: Sequence[str] = (),
    files: Sequence[tuple[str, bytes]] = (),
) -> ChannelHandle:
    """Open a post; its first message has the post's own id, as on Discord."""
    env, backend = author._env, author._env.backend
    available = {tag["name"]: int(tag["id"]) for tag in backend.get_channel(place.forum.id).available_tags}
    applied = [available[name] for name in tags]
    thread = backend.create_thread(place.forum.id, title, author.id, applied_tags=applied, broadcast=False)
    starter = backend.prepare_message(
        thread.id, author.id, text, attachments=backend.store_attachments(thread.id, files)
    )
    starter.id = thread.id
    backend.announce_thread_create(thread)
    backend.commit_message(starter)
    env._mark_mutation()
    await env._settle_internal(dispatch="MEMBER.post")
    return ChannelHandle(env, place.guild, thread)


def shown(channel: ChannelHandle) -> list[discord.Message]:
    """The bot's messages there."""
    ordinary = {discord.MessageType.default, discord.MessageType.reply, discord.MessageType.chat_input_command}
    return [message for message in channel.history() if message.author.bot and message.type in ordinary]
