"""The tables. What each column means stands with the data type that it stores; here stand keys, types and indexes.

Records hang on their question: whoever deletes a question deletes everything about it (ON DELETE CASCADE).
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from rag_core.answering.model import AnswerOutcome
from rag_core.indexing.ledger import RunStatus
from rag_core.records.curated import Consent
from rag_core.records.model import Platform, Rating, Reason
from rag_core.records.person_id import PersonId
from rag_core.records.servers import LimitScope, Mode

_Json = JSON().with_variant(JSONB(), "postgresql")
_WORD = String(16)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides. SQLite keeps no time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; a moment without a time zone is refused, since nobody knows when it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone can't be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back where the database dropped it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: names of constraints (a later migration must be able to name them) and column types."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: BigInteger(),
        bool: Boolean(),
        float: Float(53),
        datetime: UtcDateTime(),
        list[str]: _Json,
        list[int]: _Json,
        list[dict[str, str]]: _Json,
        dict[str, float]: _Json,
    }


class QuestionRow(Base):
    """`Question` and `Origin`."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "guild_id", "asked_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    platform: Mapped[Platform] = mapped_column(_WORD)
    user_id: Mapped[int | None] = mapped_column(PersonId, index=True)
    guild_id: Mapped[int | None]
    channel_id: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(index=True)
    interaction_id: Mapped[int | None]
    text: Mapped[str]
    history: Mapped[list[dict[str, str]]]
    version: Mapped[str | None]
    language: Mapped[str]
    private: Mapped[bool] = mapped_column(server_default=false())


def _question_key() -> Mapped[str]:
    return mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)


def _answer_key() -> Mapped[str]:
    return mapped_column(ForeignKey("answers.question_id", ondelete="CASCADE"), primary_key=True)


class AnswerRow(Base):
    """`Answer` with its `Times` (seconds), `Usage` (tokens) and `IndexInfo`."""

    __tablename__ = "answers"

    question_id: Mapped[str] = _question_key()
    answered_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[AnswerOutcome] = mapped_column(_WORD, index=True)
    note: Mapped[str]
    text: Mapped[str]
    query: Mapped[str]
    held_back: Mapped[list[str]]
    retrieved_seconds: Mapped[float | None]
    first_token_seconds: Mapped[float | None]
    first_shown_seconds: Mapped[float | None]
    total_seconds: Mapped[float]
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    model: Mapped[str]
    generation_id: Mapped[str | None]
    index_version: Mapped[str | None]
    index_refreshed_at: Mapped[datetime | None]


class PassageRow(Base):
    """`Passage`, as the answer could rely on it."""

    __tablename__ = "answer_passages"

    question_id: Mapped[str] = _answer_key()
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunk_ids: Mapped[list[str]]
    page_id: Mapped[str]
    page_key: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    anchor: Mapped[str]
    title: Mapped[str]
    path: Mapped[list[str]]
    version: Mapped[str]
    language: Mapped[str]
    score: Mapped[float]
    dense: Mapped[float | None]
    lexical_rank: Mapped[int | None]
    text: Mapped[str]


class CitationRow(Base):
    """`Citation`; `position` is its place in the list below the answer, from 0."""

    __tablename__ = "answer_citations"

    question_id: Mapped[str] = _answer_key()
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    page_id: Mapped[str] = mapped_column(index=True)
    link: Mapped[str]
    heading: Mapped[str]


class ReplyRow(Base):
    """`Reply`: the messages that carry the answer."""

    __tablename__ = "replies"

    question_id: Mapped[str] = _question_key()
    channel_id: Mapped[int]
    message_id: Mapped[int] = mapped_column(index=True)
    below: Mapped[list[int]] = mapped_column(server_default="[]")


class FeedbackRow(Base):
    """`Feedback`: one rating a person and answer."""

    __tablename__ = "feedback"

    question_id: Mapped[str] = _question_key()
    user_id: Mapped[int] = mapped_column(PersonId, primary_key=True, autoincrement=False, index=True)
    rating: Mapped[Rating] = mapped_column(_WORD)
    at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[Reason | None] = mapped_column(_WORD)
    comment: Mapped[str] = mapped_column(server_default="")


class FollowUpRow(Base):
    """What became of a question after its answer: it is solved once, and handed over once."""

    __tablename__ = "follow_ups"

    question_id: Mapped[str] = _question_key()
    solved_at: Mapped[datetime | None]
    solved_by: Mapped[int | None] = mapped_column(PersonId, index=True)
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[int | None] = mapped_column(PersonId, index=True)


class CorrectionRow(Base):
    """An answer's text that a moderator replaced."""

    __tablename__ = "corrections"
    __table_args__ = (Index(None, "question_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    corrected_by: Mapped[int] = mapped_column(PersonId)
    before: Mapped[str]
    after: Mapped[str]


class PageRow(Base):
    """`PageState` of one generation of the index."""

    __tablename__ = "pages"

    generation_id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    page_key: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    etag: Mapped[str]
    last_modified: Mapped[str]
    misses: Mapped[int]
    chunks: Mapped[int]


class RunRow(Base):
    """`IndexRun`."""

    __tablename__ = "index_runs"
    __table_args__ = (Index(None, "generation_id", "status", "finished_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    generation_id: Mapped[str]
    source: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[RunStatus] = mapped_column(_WORD)
    finished_at: Mapped[datetime | None]
    new: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    gone: Mapped[int]
    failed: Mapped[int]
    chunks_total: Mapped[int]
    chunks_embedded: Mapped[int]
    chunks_deleted: Mapped[int]
    seconds: Mapped[float]
    note: Mapped[str]
    failures: Mapped[list[str]]
    gate_score: Mapped[float | None]
    gate_live_score: Mapped[float | None]
    gate_scores: Mapped[dict[str, float]] = mapped_column(server_default="{}")


def _snowflake_key() -> Mapped[int]:
    return mapped_column(primary_key=True, autoincrement=False)


class ServerRow(Base):
    """`ServerSettings`."""

    __tablename__ = "servers"

    guild_id: Mapped[int] = _snowflake_key()
    language: Mapped[str | None]
    instructions: Mapped[str]
    helper_role_id: Mapped[int | None]
    moderator_role_ids: Mapped[list[int]]
    digest_channel_id: Mapped[int | None]


class ChannelRow(Base):
    """`ChannelSettings`."""

    __tablename__ = "channels"

    guild_id: Mapped[int] = _snowflake_key()
    channel_id: Mapped[int] = _snowflake_key()
    mode: Mapped[Mode] = mapped_column(_WORD)
    threads: Mapped[bool]
    may_set_tags: Mapped[bool]


class LimitRow(Base):
    """`Limit`."""

    __tablename__ = "limits"

    guild_id: Mapped[int] = _snowflake_key()
    scope: Mapped[LimitScope] = mapped_column(_WORD, primary_key=True)
    target_id: Mapped[int] = _snowflake_key()
    questions: Mapped[int]
    seconds: Mapped[int]


class AuditRow(Base):
    """`AuditEntry`."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "guild_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    guild_id: Mapped[int | None]
    actor_id: Mapped[int] = mapped_column(PersonId, index=True)
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


class BlockRow(Base):
    """`Block`."""

    __tablename__ = "blocks"

    guild_id: Mapped[int] = _snowflake_key()
    user_id: Mapped[int] = mapped_column(PersonId, primary_key=True, autoincrement=False, index=True)
    blocked_by: Mapped[int] = mapped_column(PersonId)
    reason: Mapped[str]
    at: Mapped[datetime]


class ChoiceRow(Base):
    """What a person chose about their own data; who chose nothing has no row. Nobody is named here."""

    __tablename__ = "choices"

    user_id: Mapped[int] = mapped_column(PersonId, primary_key=True, autoincrement=False)
    opted_out: Mapped[bool]
    at: Mapped[datetime]


class CuratedRow(Base):
    """`CuratedAnswer`."""

    __tablename__ = "curated_answers"
    __table_args__ = (Index(None, "guild_id", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    guild_id: Mapped[int]
    question: Mapped[str]
    answer: Mapped[str]
    author_id: Mapped[int] = mapped_column(PersonId, index=True)
    added_by: Mapped[int] = mapped_column(PersonId)
    consent: Mapped[Consent] = mapped_column(_WORD)
    channel_id: Mapped[int | None]
    message_id: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class AddedSourceRow(Base):
    """A source of documentation that an operator added to the configured one."""

    __tablename__ = "added_sources"

    name: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    added_by: Mapped[int] = mapped_column(PersonId)
    at: Mapped[datetime]


class BotStateRow(Base):
    """What operators set for all servers, in one row whose id is 1."""

    __tablename__ = "bot_state"

    id: Mapped[int] = _snowflake_key()
    paused: Mapped[bool]
    recrawl_cron: Mapped[str | None]


class DigestRow(Base):
    """When a server last got its digest, or chose to get one."""

    __tablename__ = "digests"

    guild_id: Mapped[int] = _snowflake_key()
    posted_at: Mapped[datetime]
