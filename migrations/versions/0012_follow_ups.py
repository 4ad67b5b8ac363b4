"""What became of a question after its answer: solved, handed over to a person, corrected."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    _create_follow_ups()
    _create_corrections()


def _create_follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("solved_by", sa.BigInteger(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_follow_ups_question_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name="pk_follow_ups"),
    )
    op.create_index("ix_follow_ups_handed_over_by", "follow_ups", ["handed_over_by"])
    op.create_index("ix_follow_ups_solved_by", "follow_ups", ["solved_by"])


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_corrections_question_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_question_id_at", "corrections", ["question_id", "at"])


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_table("follow_ups")
