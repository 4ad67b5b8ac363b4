"""How each entry goes into the tables. Every write can be repeated without harm."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Delete, Insert, Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.answering.model import Answer, Citation, Passage
from rag_core.records.entries import AnswerGiven, Entry, FeedbackGiven, QuestionAsked, ReplySent
from rag_core.records.tables import AnswerRow, Base, CitationRow, FeedbackRow, PassageRow, QuestionRow, ReplyRow


async def write(session: AsyncSession, entry: Entry) -> None:
    """Write one entry within the session's transaction."""
    match entry:
        case QuestionAsked():
            await insert_missing(session, QuestionRow, [_question(entry)])
        case AnswerGiven():
            await _write_answer(session, entry)
        case ReplySent(question_id, reply):
            place = {"channel_id": reply.channel_id, "message_id": reply.message_id, "below": list(reply.below)}
            await upsert(session, ReplyRow, [{"question_id": question_id} | place])
        case FeedbackGiven(feedback):
            # Buttons stay under answers whose question was deleted since, or never kept.
            if await session.get(QuestionRow, feedback.question_id) is None:
                return
            row = {
                "question_id": feedback.question_id,
                "user_id": feedback.user_id,
                "rating": feedback.rating,
                "at": feedback.at,
                "reason": feedback.reason,
                "comment": feedback.comment,
            }
            await upsert(session, FeedbackRow, [row])


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    return cast("Table", model.__table__)


async def insert_missing(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert those rows whose key is new, and leave the others as they are."""
    await session.execute(_insert(session, table_of(model)).on_conflict_do_nothing(), rows)


async def upsert(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; one whose key is there already replaces the old one."""
    if not rows:
        return
    table = table_of(model)
    insert = _insert(session, table)
    keys = [column.name for column in table.primary_key]
    fresh = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
    await session.execute(insert.on_conflict_do_update(index_elements=keys, set_=fresh), rows)


def _insert(session: AsyncSession, table: Table) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


async def _write_answer(session: AsyncSession, entry: AnswerGiven) -> None:
    answer = entry.answer
    await upsert(session, AnswerRow, [_answer(entry)])
    for model in (PassageRow, CitationRow):
        await session.execute(_of_question(model, answer.question_id))
    if answer.passages:
        await session.execute(_plain_insert(PassageRow), [_passage(answer, passage) for passage in answer.passages])
    if answer.citations:
        rows = [_citation(answer, position, citation) for position, citation in enumerate(answer.citations)]
        await session.execute(_plain_insert(CitationRow), rows)


def _of_question(model: type[PassageRow | CitationRow], question_id: str) -> Delete:
    table = table_of(model)
    return delete(table).where(table.c.question_id == question_id)


def _plain_insert(model: type[Base]) -> Insert:
    return table_of(model).insert()


def _question(entry: QuestionAsked) -> dict[str, Any]:
    question, origin = entry.question, entry.origin
    return {
        "id": question.id,
        "asked_at": entry.at,
        "platform": origin.platform,
        "user_id": origin.user_id,
        "guild_id": origin.guild_id,
        "channel_id": origin.channel_id,
        "message_id": origin.message_id,
        "interaction_id": origin.interaction_id,
        "text": question.text,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in question.history],
        "version": question.version,
        "language": question.language,
        "private": origin.private,
    }


def _answer(entry: AnswerGiven) -> dict[str, Any]:
    answer, index = entry.answer, entry.answer.index
    return {
        "question_id": answer.question_id,
        "answered_at": entry.at,
        "outcome": answer.outcome,
        "note": answer.note,
        "text": answer.text,
        "query": answer.query,
        "held_back": list(answer.held_back),
        "retrieved_seconds": answer.times.retrieved,
        "first_token_seconds": answer.times.first_token,
        "first_shown_seconds": answer.times.first_shown,
        "total_seconds": answer.times.total,
        "prompt_tokens": answer.usage.prompt,
        "completion_tokens": answer.usage.completion,
        "cached_tokens": answer.usage.cached,
        "model": answer.model,
        "generation_id": index.generation_id if index else None,
        "index_version": index.version if index else None,
        "index_refreshed_at": index.refreshed_at if index else None,
    }


def _passage(answer: Answer, passage: Passage) -> dict[str, Any]:
    return {
        "question_id": answer.question_id,
        "number": passage.number,
        "chunk_ids": list(passage.chunk_ids),
        "page_id": passage.page_id,
        "page_key": passage.page_key,
        "url": passage.url,
        "anchor": passage.anchor,
        "title": passage.title,
        "path": list(passage.path),
        "version": passage.version,
        "language": passage.language,
        "score": passage.score,
        "dense": passage.dense,
        "lexical_rank": passage.lexical_rank,
        "text": passage.text,
    }


def _citation(answer: Answer, position: int, citation: Citation) -> dict[str, Any]:
    return {
        "question_id": answer.question_id,
        "position": position,
        "number": citation.number,
        "page_id": citation.page_id,
        "link": citation.link,
        "heading": citation.heading,
    }
