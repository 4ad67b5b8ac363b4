"""Two servers with the bot in them, for tests that look at what people see and at what is on record.

async with scene() as it:
    seen = await it.here.moderator.slash(it.here.channel, "admin channel list")
    assert said(seen) == ...
    assert it.changes() == [...]
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import discord
import pytest
import simcord
from simcord import InteractionResult
from simcord import interactions as simulated
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle, UserHandle
from simcord.preview import Preview

from bot.client import SupportBot
from bot.rights import NotAllowed
from rag_core.answering.curated import CuratedAnswers
from rag_core.errors import RecordsUnavailable
from tests.bot.previewing import preview
from tests.bot.still_time import in_still_time
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.desk import FakeDesk, Step
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations

_EXPECTED = (NotAllowed, RecordsUnavailable)
"""What people are told in a sentence of its own; any other error in a command or button fails the test."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server: a channel, a forum, a member, and a moderator by Discord's own permission to manage messages."""

    guild: GuildHandle
    channel: ChannelHandle
    forum: ChannelHandle
    helpers: RoleHandle
    member: MemberActor
    moderator: MemberActor

    def show_admin_to(self, *people: MemberActor) -> None:
        """As in Server Settings > Integrations; who sees a command may still not use it."""
        commands = self.member._env.backend.commands[None].values()
        (admin,) = (command for command in commands if command["name"] == "admin")
        self.guild.set_command_permissions(int(admin["id"]), dict.fromkeys(people, True))


@dataclass(slots=True)
class Scene:
    """The bot in two servers; the operator is a plain member of the first."""

    env: simcord.Env
    bot: SupportBot
    desk: FakeDesk
    records: FakeBooks
    finder: FakeFinder
    operations: FakeOperations
    here: Place
    there: Place
    operator: MemberActor
    operator_user: UserHandle
    options: dict[str, Any]

    @property
    def curated(self) -> CuratedAnswers:
        """The service for curated answers that the bot works with now."""
        return cast("CuratedAnswers", self.bot._curated)

    async def restart(self) -> None:
        """The same records, another process."""
        options = {**self.options, "operations": self.operations.operations}
        self.bot = _bot(self.desk, self.records, self.operator.id, options)
        await self.env.restart_bot(self.bot)

    def changes(self, place: Place | None = None) -> list[tuple[int, str, str, str, str]]:
        """Who did what to what, in the first server or another: actor, action, subject, before, after."""
        return self._changes((place or self.here).guild.id)

    def shared_changes(self) -> list[tuple[int, str, str, str, str]]:
        """The same of what concerns all servers."""
        return self._changes(None)

    def _changes(self, guild_id: int | None) -> list[tuple[int, str, str, str, str]]:
        own = [entry for entry in self.records.audit.kept if entry.guild_id == guild_id]
        return [(each.actor_id, each.action, each.subject, each.before, each.after) for each in own]

    def member(self, actor: MemberActor) -> discord.Member:
        """Somebody as the bot gets them with an interaction; it keeps no list of members."""
        guild = self.bot.get_guild(actor.guild.id)
        assert guild is not None
        stored = self.env.backend.get_guild(guild.id)
        data = serializers.member_payload(self.env.backend, stored, stored.members[actor.id])
        return discord.Member(data=cast("Any", data), guild=guild, state=self.bot._connection)

    def preview(
        self, message: InteractionResult | discord.Message, viewer: MemberActor
    ) -> AbstractAsyncContextManager[Preview]:
        """A message in the first server as this person sees it, for the fixture `draw`."""
        return preview(message, self.here.channel, viewer)


@asynccontextmanager
async def scene(
    script: Sequence[Step] = (),
    *,
    locale: str = "en-US",
    records: FakeBooks | None = None,
    **options: Any,
) -> AsyncIterator[Scene]:
    """`script` is what the desk answers; `locale` that of the first server; `options` go to the bot."""
    records = records or FakeBooks()
    desk = FakeDesk(records.questions, script)
    finder, operations = FakeFinder(), FakeOperations(records.operating)
    options = {"finder": finder, "likeness": FakeGroups(), "operations": operations.operations, **options}
    bot = _bot(desk, records, 0, options)
    async with in_still_time(bot) as env:
        here, there = _place(env, "Milvus", locale), _place(env, "Zilliz", "en-US")
        user = env.create_user("olga")
        bot.rights._operator_ids = frozenset({user.id})  # which nobody knows before the bot is there
        member = here.guild.add_member(user)
        yield Scene(env, bot, desk, records, finder, operations, here, there, member, user, options)
        assert not [error for error in env.errors if not isinstance(_cause(error), _EXPECTED)]


def _cause(error: BaseException) -> BaseException:
    return getattr(error, "original", error)


def _bot(desk: FakeDesk, records: FakeBooks, operator_id: int, options: dict[str, Any]) -> SupportBot:
    return SupportBot(
        desk=desk,
        books=records.books,
        curated=curates(records.books.curated),
        operator_ids=(operator_id,),
        shard_count=1,
        **options,
    )


def _place(env: simcord.Env, name: str, locale: str) -> Place:
    guild = env.create_guild(name, preferred_locale=locale)
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    member, moderator = env.create_user(f"ada-{name}"), env.create_user(f"mona-{name}")
    return Place(
        guild,
        guild.create_text_channel("support"),
        guild.create_forum_channel("questions"),
        guild.create_role("helpers"),
        guild.add_member(member),
        guild.add_member(moderator, roles=[role]),
    )


def said(message: object) -> str:
    """All text that somebody sees, whichever way it is given: of a result, of a message, or of components v2."""
    if isinstance(message, InteractionResult):
        assert message.response is not None
        return "\n".join(filter(None, [message.response.content, said(message.response.components)]))
    if isinstance(message, dict):
        own = str(message["content"]) if message.get("type") == 10 else ""
        return "\n".join(filter(None, [own, said(message.get("components", []))]))
    if isinstance(message, list):
        return "\n".join(filter(None, map(said, message)))
    return ""


def buttons(result: InteractionResult) -> dict[str, dict[str, Any]]:
    """The buttons under a message, by label or emoji."""
    assert result.response is not None

    def find(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
        nested = [each for part in components for each in find(part.get("components", []))]
        return [part for part in components if part["type"] == 2] + nested

    return {item.get("label") or item["emoji"]["name"]: item for item in find(result.response.components)}


def speak(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """From now on everybody's own Discord is in this language; simcord's people all speak English."""
    made = simulated.base_payload

    def base_payload(*args: Any, **kwargs: Any) -> Any:
        record, payload = made(*args, **kwargs)
        return record, {**payload, "locale": locale}

    monkeypatch.setattr(simulated, "base_payload", base_payload)
