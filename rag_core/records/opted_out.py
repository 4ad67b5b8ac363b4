"""Who wants nothing kept of what they ask."""

from sqlalchemy import exists, select
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

    async def includes(self, *people: int | None) -> bool:
        """Whether one of these people does; nobody in particular does not."""
        named = [person for person in people if person is not None]
        if not named:
            return False
        try:
            async with self._database.reading() as session:
                return await wants_nothing_kept(session, *named)
        except RecordsError:
            return not self._last_known.isdisjoint(map(self._database.pseudonyms.hidden, named))


async def wants_nothing_kept(session: AsyncSession, *people: int) -> bool:
    """Whether one of these people chose so, as it is on record."""
    numbers = map(pseudonyms_of(session).hidden, people)
    return bool(await session.scalar(select(exists().where(ChoiceRow.opted_out, ChoiceRow.user_id.in_(numbers)))))


async def kept_as(session: AsyncSession, person: int) -> int:
    """The number under which somebody is kept who did something to what others asked."""
    return pseudonyms_of(session).hidden(person) if await wants_nothing_kept(session, person) else person
