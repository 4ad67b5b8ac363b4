"""What golden questions scored on the generation that a run built, and on the one that was live then."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("index_runs", sa.Column("gate_score", sa.Float(53), nullable=True))
    op.add_column("index_runs", sa.Column("gate_live_score", sa.Float(53), nullable=True))
    # Runs from before the gate have none.
    op.add_column("index_runs", sa.Column("gate_scores", _json(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("index_runs", "gate_scores")
    op.drop_column("index_runs", "gate_live_score")
    op.drop_column("index_runs", "gate_score")
