"""The way from settings to a bot that can answer, shown while it lasts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from rich.console import Console

from bot.app import Parts, open_parts
from bot.librarian import open_index
from bot.progress import ProgressLine
from bot.settings import Settings


@asynccontextmanager
async def started(
    settings: Settings, console: Console, *, writes: bool = True, searches: bool = True, records: Path | None = None
) -> AsyncIterator[Parts]:
    """All parts, for as long as the block runs.

    Without `writes` no language model is started; with `searches` there is something to search, the sample pages if
    nothing else. `records` is a folder for what people ask, rate and set, apart from the database.

    Raises:
        RagError: see `open_parts`.
    """
    async with AsyncExitStack() as stack:
        with ProgressLine(console) as line:
            opened = open_parts(settings, line.show, writes=writes, searches=searches, records=records)
            parts = await stack.enter_async_context(opened)
            if searches:
                await open_index(parts.indexer, parts.store, parts.embedder, parts.database.try_lock, line.show)
        yield parts
