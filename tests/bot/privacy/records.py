"""Real records for the scene: what is kept is what these tests are about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.books import Books
from rag_core.records.curated_book import SqlCuratedBook
from rag_core.records.database import Database
from rag_core.records.digest_book import SqlDigests
from rag_core.records.follow_up_book import SqlFollowUpBook
from rag_core.records.insight_reader import SqlInsight
from rag_core.records.operating_cache import Operating
from rag_core.records.people_book import SqlPeopleBook
from rag_core.records.personal_data import SqlPersonalData
from rag_core.records.pseudonyms import Pseudonyms
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.server_book import SqlServerBook
from rag_core.records.server_cache import Servers
from rag_core.records.speeds import SqlSpeedBook
from rag_core.records.tables import Base
from tests.bot.scene import Scene, scene
from tests.fakes.books import FakeBooks
from tests.fakes.desk import Step
from tests.fakes.operating import FakeOperatingBook


class RealRecords:
    """In SQLite, beside a spool."""

    def __init__(self, folder: Path, *, hashed: bool) -> None:
        self.database = Database(f"sqlite:///{folder}/records.db", Pseudonyms(b"a key for tests", everybody=hashed))
        self.spool = folder / "spool"
        self.questions = SqlQuestionBook(self.database, self.spool)
        people, servers = SqlPeopleBook(self.database), Servers(SqlServerBook(self.database))
        audit, personal = SqlAuditTrail(self.database), SqlPersonalData(self.database, self.questions)
        after, insight, digests = SqlFollowUpBook(self.database), SqlInsight(self.database), SqlDigests(self.database)
        kept = (people, SqlCuratedBook(self.database), audit, after, insight, digests)
        self.operating = FakeOperatingBook()  # the scene looks into it
        operating, speeds = Operating(self.operating), SqlSpeedBook(self.database)
        self.books = Books(self.questions, servers, *kept, operating=operating, speeds=speeds, personal=personal)

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of all tables that have any."""
        async with self.database.reading() as session:
            found = {
                table.name: [dict(row) for row in (await session.execute(select(table))).mappings()]
                for table in Base.metadata.sorted_tables
            }
        return {name: rows for name, rows in found.items() if rows}


@asynccontextmanager
async def kept_scene(
    folder: Path, script: list[Step], *, hashed: bool = False, **options: Any
) -> AsyncIterator[tuple[Scene, RealRecords]]:
    """The scene over real records."""
    records = RealRecords(folder, hashed=hashed)
    await records.database.start(30)
    try:
        async with scene(script, records=cast("FakeBooks", records), **options) as it:
            yield it, records
    finally:
        await records.questions.close()
        await records.database.close()
