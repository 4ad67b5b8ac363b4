"""The tags of a forum's posts."""

from typing import Final, Literal

import discord
import structlog

from rag_core.records.server_cache import Servers

_log = structlog.get_logger(__name__)

Tag = Literal["answered", "solved"]

_MOST_TAGS: Final = 5
"""As many as Discord lets a post have."""


def tag_names(post: discord.Thread) -> list[str]:
    """What a post is tagged with."""
    return [tag.name for tag in post.applied_tags]


def is_settled(post: discord.Thread) -> bool:
    """Whether people marked the post as done, or closed it."""
    names = {name.casefold() for name in tag_names(post)}
    return post.locked or not names.isdisjoint({"answered", "solved"})


async def set_tag(post: object, name: Tag, servers: Servers) -> bool:
    """Tag a forum's post, where moderators allow it and the forum has a tag of that name; whether it is tagged now.

    Takes any channel, and leaves alone what is no post. Discord wants Manage Threads for it.
    """
    if not isinstance(post, discord.Thread) or not isinstance(post.parent, discord.ForumChannel):
        return False
    if not servers.of(post.guild.id).channel(post.id, post.parent_id).may_set_tags:
        return False
    tag = next((each for each in post.parent.available_tags if each.name.casefold() == name), None)
    if tag is None or tag in post.applied_tags:
        return tag is not None
    if len(post.applied_tags) >= _MOST_TAGS:
        return False
    try:
        await post.add_tags(tag)
    except discord.HTTPException as error:
        _log.warning("a post could not be tagged", tag=name, reason=str(error))
        return False
    return True
