"""Why somebody rated an answer as not helpful."""

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    op.add_column("feedback", sa.Column("reason", sa.String(16), nullable=True))
    op.add_column("feedback", sa.Column("comment", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("feedback", "comment")
    op.drop_column("feedback", "reason")
