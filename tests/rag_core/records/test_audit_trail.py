"""The audit trail on both databases, and the fake beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rag_core.records.audit import AuditEntry, AuditTrail, snapshot
from rag_core.records.audit_trail import SqlAuditTrail
from tests.fakes.audit import FakeAudit
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

ENTRY = AuditEntry(None, 2**62, "reindex", "milvus.io", "", '{"full": true}', NOW)


@pytest.fixture(params=["fake", *BOTH])
def audit(request: pytest.FixtureRequest) -> AuditTrail:
    if request.param == "fake":
        return FakeAudit()
    return SqlAuditTrail(request.getfixturevalue(f"{request.param}_database"))


async def test_a_servers_entries_and_those_of_all_are_apart(audit: AuditTrail) -> None:
    for guild in (None, 1, 2):
        await audit.add(replace(ENTRY, guild_id=guild))
    for guild in (None, 1, 2):
        assert await audit.entries(guild) == [replace(ENTRY, guild_id=guild)]


async def test_entries_are_newest_first_and_few(audit: AuditTrail) -> None:
    entries = [replace(ENTRY, at=NOW + timedelta(hours=hours)) for hours in (1, 3, 2)]
    for entry in entries:
        await audit.add(entry)
    assert await audit.entries(None, limit=2) == [entries[1], entries[2]]


def test_nothing_is_an_empty_snapshot_and_the_rest_can_be_read() -> None:
    assert snapshot(None) == ""
    assert '"after": "{\\"full\\": true}"' in snapshot(ENTRY)
