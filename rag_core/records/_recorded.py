"""Puts questions together again from all tables, with one query a table for many of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rag_core.answering.model import Answer, Citation, IndexInfo, Passage, Times, Usage
from rag_core.records._reading import feedback_of, origin_of, question_of, reply_of
from rag_core.records.insight import Correction, Recorded
from rag_core.records.tables import (
    AnswerRow,
    CitationRow,
    CorrectionRow,
    FeedbackRow,
    FollowUpRow,
    PassageRow,
    QuestionRow,
    ReplyRow,
)

RowT = TypeVar("RowT", AnswerRow, CitationRow, CorrectionRow, FeedbackRow, FollowUpRow, PassageRow, ReplyRow)
_Rows = dict[str, list[RowT]]


@dataclass(frozen=True, slots=True)
class _Tables:
    """Rows of each table by their question."""

    answers: _Rows[AnswerRow]
    citations: _Rows[CitationRow]
    passages: _Rows[PassageRow]
    replies: _Rows[ReplyRow]
    ratings: _Rows[FeedbackRow]
    corrections: _Rows[CorrectionRow]
    follow_ups: _Rows[FollowUpRow]


async def recorded_of(session: AsyncSession, questions: Sequence[QuestionRow], *, passages: bool) -> list[Recorded]:
    """All that is on record of these questions, in their order."""
    ids = [question.id for question in questions]
    tables = _Tables(
        answers=await _rows(session, AnswerRow, ids),
        citations=await _rows(session, CitationRow, ids),
        passages=await _rows(session, PassageRow, ids if passages else ()),
        replies=await _rows(session, ReplyRow, ids),
        ratings=await _rows(session, FeedbackRow, ids),
        corrections=await _rows(session, CorrectionRow, ids),
        follow_ups=await _rows(session, FollowUpRow, ids),
    )
    return [_recorded(question, tables) for question in questions]


async def _rows(session: AsyncSession, model: type[RowT], ids: Sequence[str]) -> "_Rows[RowT]":
    rows: _Rows[RowT] = defaultdict(list)
    if ids:
        for row in await session.scalars(select(model).where(model.question_id.in_(ids))):
            rows[row.question_id].append(row)
    return rows


def _recorded(row: QuestionRow, tables: _Tables) -> Recorded:
    after = _first(tables.follow_ups, row.id)
    ratings = map(feedback_of, tables.ratings.get(row.id, ()))
    return Recorded(
        question=question_of(row),
        origin=origin_of(row),
        asked_at=row.asked_at,
        reply=reply_of(_first(tables.replies, row.id)),
        answer=_answer(row.id, tables),
        ratings=tuple(sorted(ratings, key=lambda each: (each.at, each.user_id))),
        corrections=tuple(sorted(map(_correction, tables.corrections.get(row.id, ())), key=lambda each: each.at)),
        solved_at=after.solved_at if after else None,
        handed_over_at=after.handed_over_at if after else None,
    )


def _first(rows: "_Rows[RowT]", question_id: str) -> RowT | None:
    return next(iter(rows.get(question_id, ())), None)


def _answer(question_id: str, tables: _Tables) -> Answer | None:
    row = _first(tables.answers, question_id)
    if row is None:
        return None
    citations = sorted(tables.citations.get(question_id, ()), key=lambda each: each.position)
    passages = sorted(tables.passages.get(question_id, ()), key=lambda each: each.number)
    times = Times(row.retrieved_seconds, row.first_token_seconds, row.first_shown_seconds, row.total_seconds)
    return Answer(
        question_id=question_id,
        outcome=row.outcome,
        text=row.text,
        query=row.query,
        citations=tuple(Citation(each.number, each.page_id, each.link, each.heading) for each in citations),
        passages=tuple(map(_passage, passages)),
        note=row.note,
        held_back=tuple(row.held_back),
        times=times,
        usage=Usage(row.prompt_tokens, row.completion_tokens, row.cached_tokens),
        model=row.model,
        index=_index(row),
    )


def _index(row: AnswerRow) -> IndexInfo | None:
    """As far as it is on record, which does not say the source."""
    if row.generation_id is None:
        return None
    return IndexInfo(row.generation_id, "", row.index_version or "", row.index_refreshed_at)


def _passage(row: PassageRow) -> Passage:
    return Passage(
        number=row.number,
        chunk_ids=tuple(row.chunk_ids),
        page_id=row.page_id,
        page_key=row.page_key,
        url=row.url,
        anchor=row.anchor,
        title=row.title,
        path=tuple(row.path),
        text=row.text,
        version=row.version,
        language=row.language,
        score=row.score,
        dense=row.dense,
        lexical_rank=row.lexical_rank,
    )


def _correction(row: CorrectionRow) -> Correction:
    return Correction(row.at, row.corrected_by, row.before, row.after)
