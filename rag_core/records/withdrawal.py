"""Takes back a person's consent to curated answers that were made of their messages."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry
from rag_core.records.audit_trail import put_on_record
from rag_core.records.fates import NOBODY
from rag_core.records.hiding import entries_naming, entry_of, save_entry
from rag_core.records.tables import AuditRow, CuratedRow
from rag_core.records.writing import table_of

_ACTION: Final = "faq withdraw"


async def withdraw_curated(
    session: AsyncSession, people: Collection[int], by: int, at: datetime
) -> tuple[tuple[int, str], ...]:
    """Delete the answers, with their texts in the record of changes; server and id of each.

    What people wrote as moderators stays, without their name.
    """
    made = select(CuratedRow).where(CuratedRow.author_id.in_(people), CuratedRow.consent != "own")
    rows = list(await session.scalars(made))
    table = table_of(CuratedRow)
    await session.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))
    await session.execute(update(table).where(table.c.author_id.in_(people)).values(author_id=NOBODY))
    for change in await entries_naming(session, people):
        await _take_texts(session, change, people)
    for row in rows:
        await put_on_record(session, AuditEntry(row.guild_id, by, _ACTION, f"curated answer {row.id}", "", "", at))
    return tuple((row.guild_id, row.id) for row in rows)


async def _take_texts(session: AsyncSession, change: AuditRow, people: Collection[int]) -> None:
    old = entry_of(change)
    new = replace(old, before=_without_text(old.before, people), after=_without_text(old.after, people))
    if new != old:
        await save_entry(session, change.id, new)


def _without_text(snapshot: str, people: Collection[int]) -> str:
    """Of a curated answer that one of these people is the author of, without their words."""
    try:
        value = json.loads(snapshot)
    except ValueError:  # a text, or nothing
        return snapshot
    if not isinstance(value, dict) or value.get("author_id") not in people or value.get("consent") == "own":
        return snapshot
    return json.dumps({**value, "question": "", "answer": ""}, ensure_ascii=False)
