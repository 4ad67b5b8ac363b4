"""The server that people try the bot in: its channels, and who is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import discord
from simcord.actors import MemberActor
from simcord.backend.models import Channel, User
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle, UserHandle

from bot.playground._live_env import LiveEnv

OPERATOR_ID: Final = 4096
"""Olga's id, known before the bot is there, since the bot is told who its operators are."""

_BOT_NAME = "Milvus"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the page can be switched to; `role` is a key of the page's texts."""

    member: MemberActor
    role: str

    @property
    def id(self) -> int:
        """Their Discord id."""
        return self.member.id

    @property
    def name(self) -> str:
        """As it stands beside their messages."""
        return self.member.user.global_name or self.member.name


@dataclass(frozen=True, slots=True)
class Place:
    """A server with the bot in it."""

    env: LiveEnv
    guild: GuildHandle
    people: tuple[Person, ...]

    def person(self, person_id: int) -> Person:
        """Who has this id; KeyError if nobody."""
        return {person.id: person for person in self.people}[person_id]

    def channel(self, channel_id: int, person: Person) -> ChannelHandle:
        """A channel, thread or direct messages, as this person has it."""
        stored = self.env.backend.get_channel(channel_id)
        return ChannelHandle(self.env, self.guild if stored.guild_id else None, stored)

    def member(self, user_id: int) -> MemberActor:
        """Anybody in the server."""
        return MemberActor(self.env, self.guild, UserHandle(self.env, self.env.backend.get_user(user_id)))

    def role(self, role_id: int) -> RoleHandle:
        """A role of the server."""
        return RoleHandle(self.env, self.guild, self.env.backend.get_role(self.guild.id, role_id))

    def channels(self, person: Person) -> Iterator[Channel]:
        """What stands in this person's list: each channel with its threads below it, then direct messages."""
        backend = self.env.backend
        for channel_id in backend.get_guild(self.guild.id).channel_ids:
            yield backend.channels[channel_id]
            yield from (thread for thread in backend.active_threads(self.guild.id) if thread.parent_id == channel_id)
        yield backend.get_dm_channel(person.id)


def make_place(env: LiveEnv) -> Place:
    """A server with a member, a moderator, and an operator of the bot who moderates too."""
    env.backend.edit_bot_profile(_BOT_NAME)
    guild = env.create_guild("Milvus community")
    moderates = discord.Permissions(manage_messages=True, manage_guild=True, manage_threads=True)
    moderators = guild.create_role("moderators", permissions=moderates)
    guild.create_role("helpers")
    guild.create_text_channel("support", topic="Ask about Milvus")
    guild.create_text_channel("general")
    forum = guild.create_forum_channel("questions")
    _add_tags(env, forum)
    ada = guild.add_member(env.create_user("ada", global_name="Ada"))
    mona = guild.add_member(env.create_user("mona", global_name="Mona"), roles=[moderators])
    olga = guild.add_member(_operator(env), roles=[moderators])
    return Place(env, guild, (Person(ada, "member"), Person(mona, "moderator"), Person(olga, "operator")))


def _operator(env: LiveEnv) -> UserHandle:
    user = User(env.backend.reserve_id(OPERATOR_ID), "olga", global_name="Olga")
    env.backend.users[user.id] = user
    return UserHandle(env, user)


def _add_tags(env: LiveEnv, forum: ChannelHandle) -> None:
    env.backend.get_channel(forum.id).available_tags = [
        {"id": str(env.backend.snowflake()), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for name in ("question", "answered", "solved")
    ]
    env.backend.announce_channel_update(forum.id)
