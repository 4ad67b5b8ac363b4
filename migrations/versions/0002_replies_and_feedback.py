"""The message that carries an answer, and what people think of it."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    _create_replies()
    _create_feedback()


def _create_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_replies_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", name="pk_replies"),
    )
    op.create_index("ix_replies_message_id", "replies", ["message_id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rating", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_feedback_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "user_id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_index("ix_feedback_user_id", "feedback", ["user_id"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("replies")
