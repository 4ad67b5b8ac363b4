"""When each server last got its digest."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0015"


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_digests"),
    )


def downgrade() -> None:
    op.drop_table("digests")
