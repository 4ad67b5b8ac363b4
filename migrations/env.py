"""Alembic's command line runs this. The bot does not: it migrates at start, in `rag_core.records.migrate`."""

import asyncio

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from rag_core.records.address import parse_address
from rag_core.records.engine import single_engine
from rag_core.records.tables import Base


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def _main() -> None:
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise CommandError("Name the database: alembic -x url=sqlite:///data/records.db upgrade head")
    engine = single_engine(parse_address(url))
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
