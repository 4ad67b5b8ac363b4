"""What moderators set, on both databases, and the fake beside it, which must behave the same."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from rag_core.errors import RecordsUnavailable
from rag_core.records.audit import AuditTrail
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.database import Database
from rag_core.records.server_book import SqlServerBook
from rag_core.records.server_cache import Servers
from rag_core.records.servers import ChannelSettings, Limit, Server, ServerBook, ServerSettings
from tests.fakes.audit import FakeAudit
from tests.fakes.servers import FakeServerBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

HERE, THERE, MODERATOR = 2**62 + 1, 2**62 + 2, 2**62 + 3
SETTINGS = ServerSettings("zh", "Be short.", 2**62, (2**61, 5), 2**60)
CHANNEL = ChannelSettings("always", threads=True, may_set_tags=True)


@dataclass
class Kept:
    book: ServerBook
    audit: AuditTrail

    async def changes(self, guild_id: int = HERE) -> list[tuple[str, str, str, str]]:
        return [(each.action, each.subject, each.before, each.after) for each in await self.audit.entries(guild_id)]


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        audit = FakeAudit(now=NOW)
        return Kept(FakeServerBook(audit), audit)
    database: Database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlServerBook(database, clock=lambda: NOW), SqlAuditTrail(database))


async def test_nothing_is_set_at_first(kept: Kept) -> None:
    assert await kept.book.servers() == {}


async def test_what_is_set_comes_back_and_belongs_to_its_server_alone(kept: Kept) -> None:
    limit = Limit("role", 5, 60, 2**61)
    await kept.book.save_settings(HERE, SETTINGS, MODERATOR)
    await kept.book.save_channel(HERE, 7, CHANNEL, MODERATOR)
    returned = await kept.book.save_limit(HERE, limit, MODERATOR)
    await kept.book.save_channel(THERE, 7, ChannelSettings("off"), MODERATOR)
    assert returned == Server(SETTINGS, {7: CHANNEL}, (limit,))
    assert await kept.book.servers() == {HERE: returned, THERE: Server(channels={7: ChannelSettings("off")})}


async def test_every_change_is_on_record_with_who_and_what_was_before(kept: Kept) -> None:
    await kept.book.save_channel(HERE, 7, ChannelSettings("off"), MODERATOR)
    (entry,) = await kept.audit.entries(HERE)
    assert (entry.guild_id, entry.actor_id, entry.at) == (HERE, MODERATOR, NOW)
    assert (entry.action, entry.subject, entry.before) == ("channel set", "channel 7", "")
    assert json.loads(entry.after) == {"mode": "off", "threads": False, "may_set_tags": False}
    assert await kept.changes(THERE) == []


async def test_a_changed_setting_names_both(kept: Kept) -> None:
    await kept.book.save_settings(HERE, SETTINGS, MODERATOR)
    ((action, subject, before, after),) = await kept.changes()
    assert (action, subject) == ("server set", "server")
    assert json.loads(before)["language"] is None
    assert json.loads(after)["moderator_role_ids"] == [2**61, 5]


WRITES: list[Callable[[ServerBook], object]] = [
    lambda book: book.save_settings(HERE, SETTINGS, MODERATOR),
    lambda book: book.save_channel(HERE, 7, CHANNEL, MODERATOR),
    lambda book: book.save_limit(HERE, Limit("server", 100, 60), MODERATOR),
]


@pytest.mark.parametrize("write", WRITES)
async def test_what_changes_nothing_leaves_no_record(kept: Kept, write: Callable[[ServerBook], object]) -> None:
    first = await write(kept.book)  # type: ignore[misc]
    assert await write(kept.book) == first  # type: ignore[misc]
    assert len(await kept.changes()) == 1


async def test_a_channel_is_cleared_with_what_it_was_and_only_there(kept: Kept) -> None:
    for guild in (HERE, THERE):
        await kept.book.save_channel(guild, 7, CHANNEL, MODERATOR)
    assert (await kept.book.clear_channel(HERE, 7, MODERATOR)).channels == {}
    assert (await kept.book.servers())[THERE].channels == {7: CHANNEL}
    cleared = next(each for each in await kept.changes() if each[0] == "channel clear")
    assert (cleared[1], json.loads(cleared[2])["mode"], cleared[3]) == ("channel 7", "always", "")
    await kept.book.clear_channel(HERE, 7, MODERATOR)
    assert len(await kept.changes()) == 2


async def test_a_limit_of_the_same_target_is_replaced_and_one_is_lifted(kept: Kept) -> None:
    await kept.book.save_limit(HERE, Limit("person", 5, 60), MODERATOR)
    await kept.book.save_limit(HERE, Limit("role", 9, 60, 4), MODERATOR)
    changed = await kept.book.save_limit(HERE, Limit("person", 6, 120), MODERATOR)
    assert changed.limits == (Limit("person", 6, 120), Limit("role", 9, 60, 4))
    lifted = await kept.book.clear_limit(HERE, "person", 0, MODERATOR)
    assert lifted.limits == (Limit("role", 9, 60, 4),)
    await kept.book.clear_limit(HERE, "person", 0, MODERATOR)
    assert sorted(each[0] for each in await kept.changes()) == ["limits clear"] + ["limits set"] * 3


async def test_instructions_may_hold_what_no_database_does(kept: Kept) -> None:
    returned = await kept.book.save_settings(HERE, ServerSettings(instructions="a\0b"), MODERATOR)
    assert returned.settings.instructions in {"a\0b", "a\N{REPLACEMENT CHARACTER}b"}


def test_a_thread_has_what_its_parent_has_unless_it_has_its_own() -> None:
    server = Server(channels={7: CHANNEL, 8: ChannelSettings("off")})
    assert server.channel(8, parent_id=7) == ChannelSettings("off")
    assert server.channel(9, parent_id=7) == CHANNEL
    assert server.channel(9) == ChannelSettings()


async def test_the_cache_knows_what_was_there_and_what_is_written(kept: Kept) -> None:
    await kept.book.save_channel(HERE, 7, CHANNEL, MODERATOR)
    servers = Servers(kept.book)
    assert servers.of(HERE) == Server()
    await servers.load()
    assert servers.of(HERE).channels == {7: CHANNEL}
    assert servers.of(THERE) == servers.of(None) == Server()
    await servers.change_settings(THERE, lambda _: SETTINGS, MODERATOR)
    await servers.save_limit(THERE, Limit("server", 1, 1), MODERATOR)
    await servers.clear_limit(THERE, "server", 0, MODERATOR)
    await servers.change_channel(THERE, 8, lambda _: CHANNEL, MODERATOR)
    await servers.clear_channel(HERE, 7, MODERATOR)
    assert (servers.of(HERE), servers.of(THERE)) == (Server(), Server(SETTINGS, {8: CHANNEL}))


async def test_the_cache_keeps_what_it_knows_while_the_database_is_away() -> None:
    book = FakeServerBook()
    servers = Servers(book)
    await servers.change_settings(HERE, lambda _: SETTINGS, MODERATOR)
    book.down = True
    with pytest.raises(RecordsUnavailable):
        await servers.change_settings(HERE, lambda _: ServerSettings(), MODERATOR)
    assert servers.of(HERE).settings == SETTINGS


async def test_two_changes_at_once_are_both_made(kept: Kept) -> None:
    servers = Servers(kept.book)
    await asyncio.gather(
        servers.change_settings(HERE, lambda old: replace(old, language="zh"), MODERATOR),
        servers.change_settings(HERE, lambda old: replace(old, helper_role_id=5), MODERATOR),
    )
    assert servers.of(HERE).settings == ServerSettings(language="zh", helper_role_id=5)
