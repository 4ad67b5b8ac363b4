"""Who wants nothing kept of what they ask."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.errors import RecordsError
from rag_core.records.database import Database, pseudonyms_of
from rag_core.records.tables import ChoiceRow


class OptedOut:
    """Asks the database each time, and while that is away goes by what it said last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last_known: frozenset[int] = frozenset()

    async def refresh(self) -> None:
        """Read everybody's choice.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        async with self._database.reading() as session:
            self._last_known = frozenset(await session.scalars(select(ChoiceRow.user_id).where(ChoiceRow.opted_out)))

    async def includes(self, person: int | None) -> bool:
        """Whether this person does; nobody in particular does not."""
        if person is None:
            return False
        try:
            async with self._database.reading() as session:
                return await wants_nothing_kept(session, person)
        except RecordsError:
            return self._database.pseudonyms.hidden(person) in self._last_known


async def wants_nothing_kept(session: AsyncSession, person: int) -> bool:
    """What this person chose, as it is on record."""
    row = await session.get(ChoiceRow, pseudonyms_of(session).hidden(person))
    return row is not None and row.opted_out


async def kept_as(session: AsyncSession, person: int) -> int:
    """The number under which somebody is kept who did something to what others asked."""
    return pseudonyms_of(session).hidden(person) if await wants_nothing_kept(session, person) else person
