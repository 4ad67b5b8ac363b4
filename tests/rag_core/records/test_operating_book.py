"""What operators set, on both databases, and the fake beside it, which must behave the same."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from rag_core.errors import RecordsUnavailable
from rag_core.records.audit import AuditTrail
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.operating import AddedSource, BotState, OperatingBook
from rag_core.records.operating_book import SqlOperatingBook
from rag_core.records.operating_cache import Operating
from tests.fakes.audit import FakeAudit
from tests.fakes.operating import FakeOperatingBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

OLGA = 2**62 + 1
BLOG = AddedSource("blog", "https://blog.example.org/posts", OLGA, NOW)


@dataclass
class Kept:
    book: OperatingBook
    audit: AuditTrail

    async def changes(self) -> list[tuple[int, str, str, Any, Any]]:
        """Of what concerns all servers, newest first."""
        return [
            (each.actor_id, each.action, each.subject, _read(each.before), _read(each.after))
            for each in await self.audit.entries(None)
        ]


def _read(snapshot: str) -> Any:
    return json.loads(snapshot) if snapshot else None


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        audit = FakeAudit(now=NOW)
        return Kept(FakeOperatingBook(audit), audit)
    database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlOperatingBook(database, clock=lambda: NOW), SqlAuditTrail(database))


async def test_nothing_is_set_at_first(kept: Kept) -> None:
    assert await kept.book.state() == BotState()
    assert list(await kept.book.sources()) == []


@pytest.mark.parametrize("paused", [True, False])
async def test_a_pause_and_its_end_are_kept_and_on_record(kept: Kept, paused: bool) -> None:
    await kept.book.set_cron("0 5 * * *", OLGA)
    await kept.book.set_paused(OLGA, paused=not paused)
    assert await kept.book.set_paused(OLGA, paused=paused) == BotState(paused, "0 5 * * *")
    assert await kept.book.state() == BotState(paused, "0 5 * * *")
    before, after = ({"paused": each, "recrawl_cron": "0 5 * * *"} for each in (not paused, paused))
    assert (OLGA, "pause" if paused else "resume", "bot", before, after) in await kept.changes()


async def test_the_schedule_is_kept_and_on_record(kept: Kept) -> None:
    assert await kept.book.set_cron("off", OLGA) == BotState(recrawl_cron="off")
    assert await kept.book.state() == BotState(recrawl_cron="off")
    before, after = ({"paused": False, "recrawl_cron": each} for each in (None, "off"))
    assert await kept.changes() == [(OLGA, "schedule", "bot", before, after)]


async def test_what_changes_nothing_leaves_no_record(kept: Kept) -> None:
    await kept.book.set_paused(OLGA, paused=False)
    await kept.book.set_cron("off", OLGA)
    await kept.book.set_cron("off", OLGA)
    assert not await kept.book.remove_source("blog", OLGA)
    assert len(await kept.changes()) == 1


async def test_sources_are_added_once_listed_by_name_and_removed(kept: Kept) -> None:
    assert await kept.book.add_source("wiki", "https://wiki.example.org", OLGA)
    assert await kept.book.add_source(BLOG.name, BLOG.address, OLGA)
    assert not await kept.book.add_source("blog", "https://elsewhere.example.org", OLGA)
    assert list(await kept.book.sources()) == [BLOG, AddedSource("wiki", "https://wiki.example.org", OLGA, NOW)]
    assert await kept.book.remove_source("wiki", OLGA)
    assert list(await kept.book.sources()) == [BLOG]


async def test_added_and_removed_sources_are_on_record(kept: Kept) -> None:
    await kept.book.add_source(BLOG.name, BLOG.address, OLGA)
    await kept.book.remove_source(BLOG.name, OLGA)
    described = {"name": "blog", "address": BLOG.address, "added_by": OLGA, "at": str(NOW)}
    assert sorted(await kept.changes(), key=lambda change: change[1]) == [
        (OLGA, "sources add", "blog", None, described),
        (OLGA, "sources remove", "blog", described, None),
    ]


async def test_the_cache_knows_what_it_wrote_and_what_it_read_last(kept: Kept) -> None:
    ours, others = Operating(kept.book), Operating(kept.book)
    assert await ours.pause(OLGA)
    assert not await ours.pause(OLGA)
    assert (ours.state.paused, others.state.paused) == (True, False)
    assert (await others.load()).paused
    assert others.state.paused
    assert await others.resume(OLGA)
    assert await others.set_cron("off", OLGA)
    assert (await ours.load()) == BotState(paused=False, recrawl_cron="off")


async def test_the_cache_keeps_what_it_knows_while_the_database_is_away() -> None:
    book = FakeOperatingBook()
    operating = Operating(book)
    await operating.pause(OLGA)
    book.down = True
    for call in (operating.load(), operating.resume(OLGA)):
        with pytest.raises(RecordsUnavailable):
            await call
    assert operating.state.paused
