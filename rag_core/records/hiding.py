"""Puts the numbers that stand for people in the place of their ids, in rows that are there already and in changes."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import BigInteger, Column, bindparam, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.records.audit import AuditEntry
from rag_core.records.database import Database, pseudonyms_of
from rag_core.records.person_id import PersonId
from rag_core.records.tables import AuditRow, Base, BlockRow, ChoiceRow
from rag_core.records.writing import table_of

Names = Mapping[int, int]
"""By a person's id, the number that stands for them."""

_BATCH: Final = 500
_NAMED: Final = re.compile(r"(?P<before>\bperson |<@!?)(?P<id>-?\d{1,20})\b")
"""How a subject or a text names somebody."""


def person_columns() -> list[Column[Any]]:
    """Every column that says who, in every table."""
    tables = Base.metadata.sorted_tables
    return [column for table in tables for column in table.columns if isinstance(column.type, PersonId)]


_KEYS: Final = frozenset(column.name for column in person_columns())
"""What a snapshot calls a person; it has the names of the columns."""


async def hide_stored_people(database: Database) -> int:
    """Hide everybody who is on record with their id; returns how many numbers of how many columns were changed.

    In steps that each count by themselves; again, it goes on where it was cut off.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    count = 0
    for column in person_columns():
        while ids := await _some_ids(database, column):
            names = {person: database.pseudonyms.hidden(person) for person in ids}
            async with database.writing() as session:
                await hide_in_column(session, column, names)
            count += len(names)
    await _hide_in_all_entries(database)
    return count


async def hide_in_column(session: AsyncSession, column: Column[Any], names: Names) -> None:
    """Replace ids in one column; where a row with the number is there already, the one with the id wins."""
    table, rows = column.table, [{"raw": person, "hidden": number} for person, number in names.items()]
    person, number = bindparam("raw", type_=BigInteger()), bindparam("hidden", type_=BigInteger())
    if column.primary_key:
        twin = table.alias()
        rest = [twin.c[key.name] == table.c[key.name] for key in table.primary_key if key is not column]
        older = delete(table).where(column == number, exists().where(twin.c[column.name] == person, *rest))
        await (await session.connection()).execute(older, rows)
    await (await session.connection()).execute(
        update(table).where(column == person).values({column.name: number}), rows
    )


async def hide_in_entries(session: AsyncSession, entries: Sequence[AuditRow], names: Names) -> None:
    """Replace ids in changes that are on record."""
    for row in entries:
        old = entry_of(row)
        new = renamed(old, names)
        if new != old:
            await save_entry(session, row.id, new)


async def save_entry(session: AsyncSession, entry_id: str, entry: AuditEntry) -> None:
    """Write a change anew that is on record; for its people and texts alone."""
    table = table_of(AuditRow)
    changed = {"actor_id": entry.actor_id, "subject": entry.subject, "before": entry.before, "after": entry.after}
    await session.execute(update(table).where(table.c.id == entry_id).values(changed))


async def hide_what_stays(session: AsyncSession, person: int) -> None:
    """Hide somebody in the blocks and changes that are on record, which outlast all else of them."""
    names = {person: pseudonyms_of(session).hidden(person)}
    blocks = table_of(BlockRow)
    for column in (blocks.c.user_id, blocks.c.blocked_by):
        await hide_in_column(session, column, names)
    await hide_in_entries(session, await entries_naming(session, [person]), names)


async def entries_naming(session: AsyncSession, people: Collection[int]) -> list[AuditRow]:
    """Changes that these people made, or that mention them, oldest first."""
    text = AuditRow.subject + " " + AuditRow.before + " " + AuditRow.after
    mentioned = [text.contains(str(person)) for person in people]
    found = select(AuditRow).where(or_(AuditRow.actor_id.in_(people), *mentioned)).order_by(AuditRow.at, AuditRow.id)
    # Read anew, since a change may have been written since, in this transaction.
    rows = await session.scalars(found.execution_options(populate_existing=True))
    return [row for row in rows if people_in(entry_of(row)) & set(people)]


async def discreet_entry(session: AsyncSession, entry: AuditEntry) -> AuditEntry:
    """A new change, with everybody hidden who is to be: all of them, or who wants nothing kept."""
    pseudonyms = pseudonyms_of(session)
    names = {person: pseudonyms.hidden(person) for person in people_in(entry)}
    if not pseudonyms.everybody:
        out = select(ChoiceRow.user_id).where(ChoiceRow.opted_out, ChoiceRow.user_id.in_(names.values()))
        hidden = set(await session.scalars(out))
        names = {person: number for person, number in names.items() if number in hidden}
    return renamed(entry, names)


def entry_of(row: AuditRow) -> AuditEntry:
    """A change, as it is on record."""
    return AuditEntry(row.guild_id, row.actor_id, row.action, row.subject, row.before, row.after, row.at)


def people_in(entry: AuditEntry) -> set[int]:
    """All whom a change names: who made it, whom it concerns, whom its snapshots mention; ids and numbers."""
    texts = (entry.subject, entry.before, entry.after)
    written = {int(match["id"]) for text in texts for match in _NAMED.finditer(text)}
    within = {person for text in texts[1:] for person in _people(_read(text))}
    return {entry.actor_id, *written, *within}


def renamed(entry: AuditEntry, names: Names) -> AuditEntry:
    """The same change with numbers in the place of ids."""
    before, after = (_renamed_snapshot(text, names) for text in (entry.before, entry.after))
    actor = names.get(entry.actor_id, entry.actor_id)
    return replace(entry, actor_id=actor, subject=_renamed_text(entry.subject, names), before=before, after=after)


async def _some_ids(database: Database, column: Column[Any]) -> list[int]:
    async with database.reading() as session:
        return list(await session.scalars(select(column).where(column > 0).distinct().limit(_BATCH)))


async def _hide_in_all_entries(database: Database) -> None:
    last = ""
    while True:
        following = select(AuditRow).where(AuditRow.id > last).order_by(AuditRow.id).limit(_BATCH)
        async with database.writing() as session:
            entries = list(await session.scalars(following))
            people = {person for row in entries for person in people_in(entry_of(row))}
            await hide_in_entries(session, entries, {person: database.pseudonyms.hidden(person) for person in people})
        if not entries:
            return
        last = entries[-1].id


def _read(snapshot: str) -> Any:
    try:
        return json.loads(snapshot)
    except ValueError:  # a text, or nothing
        return None


def _people(value: Any, key: str = "") -> Iterator[int]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _people(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _people(part, key)
    elif isinstance(value, int) and key in _KEYS:
        yield value


def _renamed_snapshot(text: str, names: Names) -> str:
    value = _read(text)
    if not isinstance(value, dict):
        return _renamed_text(text, names)
    return json.dumps(_renamed(value, names), ensure_ascii=False) if names else text


def _renamed(value: Any, names: Names, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _renamed(part, names, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names, key) for part in value]
    if isinstance(value, str):
        return _renamed_text(value, names)
    return names.get(value, value) if isinstance(value, int) and key in _KEYS else value


def _renamed_text(text: str, names: Names) -> str:
    return _NAMED.sub(lambda match: f"{match['before']}{names.get(int(match['id']), match['id'])}", text)
