"""What the moderators of a server set for a channel."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("threads", sa.Boolean(), nullable=False),
        sa.Column("may_set_tags", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "channel_id", name="pk_channels"),
    )


def downgrade() -> None:
    op.drop_table("channels")
