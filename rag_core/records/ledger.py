"""The ledger of crawled pages and index runs in a database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from rag_core.indexing.ledger import IndexRun, PageState
from rag_core.records.database import Database
from rag_core.records.entries import storable
from rag_core.records.tables import PageRow, RunRow
from rag_core.records.writing import table_of, upsert


class SqlLedger:
    """`Ledger` over a `Database`. Any call may raise `RecordsUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pages(self, generation_id: str) -> Mapping[str, PageState]:
        """By address."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(PageRow).where(PageRow.generation_id == generation_id))
            return {row.url: _page(row) for row in rows}

    async def save_pages(self, generation_id: str, states: Sequence[PageState]) -> None:
        """Insert or replace, all or none."""
        rows = [{"generation_id": generation_id, **asdict(storable(state))} for state in states]
        async with self._database.writing() as session:
            await upsert(session, PageRow, rows)

    async def forget_pages(self, generation_id: str, urls: Sequence[str] | None = None) -> None:
        """Delete these, or all of a generation."""
        table = table_of(PageRow)
        statement = delete(table).where(table.c.generation_id == generation_id)
        async with self._database.writing() as session:
            if urls is None:
                await session.execute(statement)
            elif urls:
                one = statement.where(table.c.url == bindparam("gone"))
                await session.execute(one, [{"gone": url} for url in urls])

    async def save_run(self, run: IndexRun) -> None:
        """Insert or replace, by id."""
        clean = storable(run)
        async with self._database.writing() as session:
            await upsert(session, RunRow, [{**asdict(clean), "failures": list(clean.failures)}])

    async def runs(self, limit: int = 20) -> list[IndexRun]:
        """Newest first."""
        newest = select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(limit)
        async with self._database.reading() as session:
            return [_run(row) for row in await session.scalars(newest)]

    async def gate_scores(self, generation_id: str) -> Mapping[str, float]:
        """What the gate last found of this generation, by question; empty where it was not asked."""
        asked = select(RunRow.gate_scores).where(RunRow.generation_id == generation_id, RunRow.gate_score.is_not(None))
        async with self._database.reading() as session:
            return await session.scalar(asked.order_by(RunRow.started_at.desc()).limit(1)) or {}

    async def refreshed_at(self, generation_id: str) -> datetime | None:
        """When the last finished run that wrote this generation ended."""
        last = select(func.max(RunRow.finished_at)).where(
            RunRow.generation_id == generation_id, RunRow.status == "finished"
        )
        async with self._database.reading() as session:
            return await session.scalar(last)


def _page(row: PageRow) -> PageState:
    return PageState(
        url=row.url,
        page_key=row.page_key,
        title=row.title,
        digest=row.digest,
        etag=row.etag,
        last_modified=row.last_modified,
        misses=row.misses,
        chunks=row.chunks,
    )


def _run(row: RunRow) -> IndexRun:
    return IndexRun(
        id=row.id,
        generation_id=row.generation_id,
        source=row.source,
        started_at=row.started_at,
        status=row.status,
        finished_at=row.finished_at,
        new=row.new,
        changed=row.changed,
        unchanged=row.unchanged,
        gone=row.gone,
        failed=row.failed,
        chunks_total=row.chunks_total,
        chunks_embedded=row.chunks_embedded,
        chunks_deleted=row.chunks_deleted,
        seconds=row.seconds,
        note=row.note,
        failures=tuple(row.failures),
        gate_score=row.gate_score,
        gate_live_score=row.gate_live_score,
        gate_scores=row.gate_scores,
    )
