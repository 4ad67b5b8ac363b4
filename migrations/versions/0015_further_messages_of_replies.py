"""Which further messages carry the rest of a long answer, so that all of it can be taken back or written anew."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("replies", sa.Column("below", _JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("replies", "below")
