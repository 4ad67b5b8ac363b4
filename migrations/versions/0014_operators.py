"""What the bot's operators set for all servers together."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    _create_added_sources()
    _create_bot_state()


def _create_added_sources() -> None:
    op.create_table(
        "added_sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_added_sources"),
    )


def _create_bot_state() -> None:
    op.create_table(
        "bot_state",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("recrawl_cron", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bot_state"),
    )


def downgrade() -> None:
    op.drop_table("bot_state")
    op.drop_table("added_sources")
