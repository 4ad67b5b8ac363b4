"""The question book in a database, with a spool for the time when the database is away."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Select, or_, select

from rag_core.answering.model import Answer, Question
from rag_core.errors import RecordRefused, RecordsError
from rag_core.records._reading import exchange_of, origin_of, question_of, reply_of
from rag_core.records.belonging import Belonging, is_older
from rag_core.records.book import Exchange, OpenQuestion
from rag_core.records.database import Database
from rag_core.records.entries import (
    AnswerGiven,
    Entry,
    FeedbackGiven,
    QuestionAsked,
    ReplySent,
    from_line,
    keepable,
    storable,
    to_line,
)
from rag_core.records.model import Feedback, Origin, Reply
from rag_core.records.opted_out import OptedOut
from rag_core.records.spool import Spool
from rag_core.records.tables import AnswerRow, QuestionRow, ReplyRow
from rag_core.records.writing import write

_log = structlog.get_logger(__name__)

_MOST_UNKEPT = 10_000
"""Questions that are not on record, the latest; their answers come within minutes."""


def _now() -> datetime:
    return datetime.now(UTC)


class SqlQuestionBook:
    """`QuestionBook` over a `Database`.

    Entries are written in the order in which they came. Once one had to go to the spool, all do, until the spool is
    empty again: so an answer never overtakes its question.

    Args:
        database: started, or at least to be started later; until then everything goes to the spool.
        spool_path: the file for what can't be written now.
        clock: tells the time, aware.
    """

    def __init__(self, database: Database, spool_path: Path, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._spool = Spool(spool_path)
        self._opted_out = OptedOut(database)
        self._unkept: dict[str, None] = {}
        self._clock = clock
        self._turn = asyncio.Lock()
        self._flushing: asyncio.Task[int] | None = None

    async def close(self) -> None:
        """Wait for the background flush. What is left in the spool is written after the next start."""
        if self._flushing is not None:
            await self._flushing

    async def save_question(self, question: Question, origin: Origin) -> None:
        """Keep a question that has just arrived, unless its asker, or one whom it quotes, wants nothing kept.

        The same id again changes nothing.
        """
        if await self._opted_out.includes(origin.user_id, *origin.quoted):
            self._leave_out([question.id])
        else:
            await self._keep(QuestionAsked(question, replace(origin, quoted=()), self._clock()))

    def is_kept(self, question_id: str) -> bool:
        """False for a question of this process's time that its asker, or one whom it quotes, wants kept nowhere."""
        return question_id not in self._unkept

    async def save_answer(self, answer: Answer) -> None:
        """Keep its answer; a second one replaces the first."""
        await self._keep(AnswerGiven(answer, self._clock()))

    async def save_reply(self, question_id: str, reply: Reply) -> None:
        """Keep which message carries the answer; a second one replaces the first."""
        await self._keep(ReplySent(question_id, reply))

    async def save_feedback(self, feedback: Feedback) -> None:
        """Keep one person's rating of one answer, unless they want nothing kept; a second one replaces the first."""
        if not await self._opted_out.includes(feedback.user_id):
            await self._keep(FeedbackGiven(feedback))

    async def asker(self, question_id: str) -> Origin | None:
        """Who asked, or None for an unknown id.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        async with self._database.reading() as session:
            row = await session.get(QuestionRow, question_id)
        return origin_of(row) if row else None

    async def exchange(self, question_id: str) -> Exchange | None:
        """A question and its answer, or None for an unknown id.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        return await self._one_exchange(_exchanges().where(QuestionRow.id == question_id))

    async def exchange_at(self, message_id: int) -> Exchange | None:
        """The latest question that this message asked, or whose answer it carries, as its first message.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        here = or_(QuestionRow.message_id == message_id, ReplyRow.message_id == message_id)
        latest = (QuestionRow.asked_at.desc(), QuestionRow.id)
        return await self._one_exchange(_exchanges().where(here).order_by(*latest).limit(1))

    async def open_questions(self) -> list[OpenQuestion]:
        """Questions without an answer, oldest first.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        answered = select(AnswerRow.question_id).where(AnswerRow.question_id == QuestionRow.id)
        wanted = (
            select(QuestionRow, ReplyRow)
            .outerjoin(ReplyRow, ReplyRow.question_id == QuestionRow.id)
            .where(~answered.exists())
            .order_by(QuestionRow.asked_at, QuestionRow.id)
        )
        async with self._database.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [_open_question(question, reply) for question, reply in rows]

    async def flush_spool(self) -> int:
        """Write what waits in the spool, oldest first; returns how many entries.

        An entry that the database refuses, or that a crash tore, is set aside. Where the database is away, the rest
        waits on. Never raises `RecordsError`.
        """
        try:
            await self._opted_out.refresh()
            count = await self._spool.drain(self._write_line)
        except (RecordsError, OSError) as error:
            _log.warning("Records wait for the database", reason=str(error))
            return 0
        if count:
            _log.info("Wrote records that had waited", count=count)
        return count

    async def waiting_for(self, people: Collection[int], question_ids: Iterable[str]) -> list[bytes]:
        """The lines in the spool, also those set aside, that concern people or their questions."""
        return list(filter(Belonging(people, question_ids), await self._spool.lines()))

    async def forget(self, people: Collection[int], question_ids: Collection[str]) -> None:
        """Forget what waits of people and of their questions, and take nothing more of those.

        Raises:
            OSError: the disk does not take it.
        """
        belonging = Belonging(people, question_ids)
        async with self._turn:
            await self._spool.remove(belonging)
            self._leave_out(belonging.question_ids)

    async def forget_older(self, than: datetime) -> None:
        """Forget old questions and answers that were set aside, or have waited that long.

        Raises:
            OSError: the disk does not take it.
        """
        await self._spool.remove(lambda line: is_older(line, than))

    def _leave_out(self, question_ids: Iterable[str]) -> None:
        self._unkept |= dict.fromkeys(question_ids)
        for oldest in list(self._unkept)[:-_MOST_UNKEPT]:
            del self._unkept[oldest]

    async def _one_exchange(self, wanted: Select[QuestionRow, ReplyRow, AnswerRow]) -> Exchange | None:
        async with self._database.reading() as session:
            row = (await session.execute(wanted)).first()
        return exchange_of(row[0], row[1], row[2]) if row else None

    async def _keep(self, entry: Entry) -> None:
        if entry.question_id in self._unkept:
            return
        entry = storable(keepable(entry, self._database.pseudonyms))
        async with self._turn:
            if await self._spool.pending() or not await self._written(entry):
                await self._put_aside(entry)
                self._flush_behind()

    async def _written(self, entry: Entry) -> bool:
        try:
            async with self._database.writing() as session:
                await write(session, entry)
        except RecordsError as error:
            # A refusal too: an answer is refused as long as another process keeps its question in the same spool.
            _log.warning("A record is kept aside", kind=entry.kind, reason=str(error))
            return False
        return True

    async def _put_aside(self, entry: Entry) -> None:
        try:
            await self._spool.append(to_line(entry))
        except OSError as error:
            # Neither database nor disk: the reader's answer must not fail for it.
            _log.error("A record is lost, since neither the database nor the disk takes it", reason=str(error))

    def _flush_behind(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self.flush_spool())

    async def _write_line(self, line: bytes) -> None:
        try:
            entry = from_line(line)
            if await self._is_unwanted(entry):
                return
            async with self._database.writing() as session:
                await write(session, entry)
        except (ValueError, RecordRefused) as error:
            await self._spool.reject(line)
            _log.error("A record can't be written and was set aside", reason=type(error).__name__)

    async def _is_unwanted(self, entry: Entry) -> bool:
        """Whether its person wants nothing kept, which could not be asked when it came."""
        if await self._opted_out.includes(entry.person):
            if isinstance(entry, QuestionAsked):
                self._leave_out([entry.question_id])
            return True
        return entry.question_id in self._unkept


def _exchanges() -> Select[QuestionRow, ReplyRow, AnswerRow]:
    return (
        select(QuestionRow, ReplyRow, AnswerRow)
        .outerjoin(ReplyRow, ReplyRow.question_id == QuestionRow.id)
        .outerjoin(AnswerRow, AnswerRow.question_id == QuestionRow.id)
    )


def _open_question(row: QuestionRow, reply: ReplyRow | None) -> OpenQuestion:
    return OpenQuestion(question_of(row), origin_of(row), row.asked_at, reply_of(reply))
