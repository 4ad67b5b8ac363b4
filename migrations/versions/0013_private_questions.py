"""Questions whose answer only the asker may see; questions by the message that asked."""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"


def upgrade() -> None:
    op.add_column("questions", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_questions_message_id", "questions", ["message_id"])


def downgrade() -> None:
    op.drop_index("ix_questions_message_id", "questions")
    op.drop_column("questions", "private")
