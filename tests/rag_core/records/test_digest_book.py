"""Who gets a digest and who got one, on both databases, and the fake beside them."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from rag_core.records.digest_book import SqlDigests
from rag_core.records.digests import DigestPlace, Digests
from rag_core.records.server_book import SqlServerBook
from rag_core.records.servers import ServerBook, ServerSettings
from tests.fakes.digests import FakeDigests
from tests.fakes.servers import FakeServerBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

HERE, THERE, MODERATOR, CHANNEL = 2**62, 2**62 + 1, 3, 2**62 + 2
WANTED = ServerSettings(language="zh", digest_channel_id=CHANNEL)


@dataclass
class Kept:
    digests: Digests
    servers: ServerBook


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        servers = FakeServerBook()
        return Kept(FakeDigests(servers), servers)
    database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlDigests(database), SqlServerBook(database))


async def test_only_who_wants_one_gets_one(kept: Kept) -> None:
    await kept.servers.save_settings(HERE, WANTED, MODERATOR)
    await kept.servers.save_settings(THERE, replace(WANTED, digest_channel_id=None), MODERATOR)
    assert await kept.digests.due(NOW) == [DigestPlace(HERE, CHANNEL, "zh")]
    await kept.servers.save_settings(HERE, ServerSettings(), MODERATOR)
    assert await kept.digests.due(NOW) == []


async def test_who_got_one_gets_none_until_the_next_is_due(kept: Kept) -> None:
    for guild_id in (THERE, HERE):
        await kept.servers.save_settings(guild_id, WANTED, MODERATOR)
    await kept.digests.posted(HERE, NOW)
    assert [each.guild_id for each in await kept.digests.due(NOW)] == [THERE]
    later = NOW + timedelta(days=7)
    assert [each.guild_id for each in await kept.digests.due(later)] == [HERE, THERE]
    await kept.digests.posted(HERE, later)
    assert [each.guild_id for each in await kept.digests.due(later)] == [THERE]
