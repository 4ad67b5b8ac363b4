"""Questions, answers, and what they rest on."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _create_questions()
    _create_answers()
    _create_answer_passages()
    _create_answer_citations()


def _create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("interaction_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("history", _json(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_index("ix_questions_guild_id_asked_at", "questions", ["guild_id", "asked_at"])
    op.create_index("ix_questions_user_id", "questions", ["user_id"])


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("held_back", _json(), nullable=False),
        sa.Column("retrieved_seconds", sa.Float(53), nullable=True),
        sa.Column("first_token_seconds", sa.Float(53), nullable=True),
        sa.Column("first_shown_seconds", sa.Float(53), nullable=True),
        sa.Column("total_seconds", sa.Float(53), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.Text(), nullable=True),
        sa.Column("index_version", sa.Text(), nullable=True),
        sa.Column("index_refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_answers_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", name="pk_answers"),
    )
    op.create_index("ix_answers_answered_at", "answers", ["answered_at"])
    op.create_index("ix_answers_outcome", "answers", ["outcome"])


def _create_answer_passages() -> None:
    op.create_table(
        "answer_passages",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chunk_ids", _json(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("page_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", _json(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("dense", sa.Float(53), nullable=True),
        sa.Column("lexical_rank", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["answers.question_id"], name="fk_answer_passages_question_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "number", name="pk_answer_passages"),
    )
    op.create_index("ix_answer_passages_page_key", "answer_passages", ["page_key"])


def _create_answer_citations() -> None:
    op.create_table(
        "answer_citations",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["answers.question_id"], name="fk_answer_citations_question_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "position", name="pk_answer_citations"),
    )
    op.create_index("ix_answer_citations_page_id", "answer_citations", ["page_id"])


def downgrade() -> None:
    op.drop_table("answer_citations")
    op.drop_table("answer_passages")
    op.drop_table("answers")
    op.drop_table("questions")
