"""Blocks and choices on both databases, and the fake beside them."""

from dataclasses import dataclass

import pytest

from rag_core.records.audit import AuditTrail
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.people import Block, PeopleBook
from rag_core.records.people_book import SqlPeopleBook
from tests.fakes.audit import FakeAudit
from tests.fakes.people import FakePeopleBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

HERE, THERE, MODERATOR, ADA, HASHED = 1, 2, 3, 2**62, -(2**62)


@dataclass
class Kept:
    book: PeopleBook
    audit: AuditTrail


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        audit = FakeAudit(now=NOW)
        return Kept(FakePeopleBook(audit), audit)
    database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlPeopleBook(database, clock=lambda: NOW), SqlAuditTrail(database))


async def test_a_block_holds_in_its_server_alone(kept: Kept) -> None:
    await kept.book.block(HERE, ADA, "spam", MODERATOR)
    assert await kept.book.block_of(HERE, ADA) == Block(HERE, ADA, MODERATOR, "spam", NOW)
    assert await kept.book.block_of(THERE, ADA) is None
    assert await kept.book.block_of(HERE, HASHED) is None
    assert await kept.book.blocks(THERE) == []


async def test_blocking_again_replaces_the_reason(kept: Kept) -> None:
    await kept.book.block(HERE, HASHED, "spam", MODERATOR)
    await kept.book.block(HERE, HASHED, "more spam", MODERATOR)
    assert [block.reason for block in await kept.book.blocks(HERE)] == ["more spam"]


async def test_unblocking_says_whether_there_was_anything_and_is_on_record(kept: Kept) -> None:
    await kept.book.block(HERE, ADA, "spam", MODERATOR)
    await kept.book.block(THERE, ADA, "spam", MODERATOR)
    assert await kept.book.unblock(HERE, ADA, MODERATOR)
    assert not await kept.book.unblock(HERE, ADA, MODERATOR)
    assert await kept.book.block_of(THERE, ADA) is not None
    entries = await kept.audit.entries(HERE)
    assert sorted((each.action, each.subject, bool(each.before), bool(each.after)) for each in entries) == [
        ("block", f"person {ADA}", False, True),
        ("unblock", f"person {ADA}", True, False),
    ]


async def test_who_opts_out_is_out_until_they_opt_in(kept: Kept) -> None:
    assert not await kept.book.opted_out(HASHED)
    await kept.book.opt_out(HASHED, out=True)
    assert (await kept.book.opted_out(HASHED), await kept.book.opted_out(ADA)) == (True, False)
    await kept.book.opt_out(HASHED, out=False)
    assert not await kept.book.opted_out(HASHED)
