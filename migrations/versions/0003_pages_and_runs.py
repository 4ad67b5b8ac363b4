"""Crawled pages and runs of the indexer."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _create_pages()
    _create_index_runs()


def _create_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("generation_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("page_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("misses", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("generation_id", "url", name="pk_pages"),
    )


def _create_index_runs() -> None:
    op.create_table(
        "index_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("chunks_total", sa.BigInteger(), nullable=False),
        sa.Column("chunks_embedded", sa.BigInteger(), nullable=False),
        sa.Column("chunks_deleted", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(53), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("failures", _json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_index_runs"),
    )
    op.create_index(
        "ix_index_runs_generation_id_status_finished_at", "index_runs", ["generation_id", "status", "finished_at"]
    )
    op.create_index("ix_index_runs_started_at", "index_runs", ["started_at"])


def downgrade() -> None:
    op.drop_table("index_runs")
    op.drop_table("pages")
