"""`/admin sources`: documentation besides the configured one."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, cast

from discord import app_commands

from bot.choices import choices_with
from bot.moderation import Interaction, OperatorGroup, Tools
from bot.operating._ports import Operations
from bot.operating._rendering import changed, code, sources
from bot.operating._tools import say, show
from bot.panels import Pager
from bot.texts import Texts
from bot.texts import operating as words
from rag_core.crawling.source import Failed, Source
from rag_core.errors import AddressRefused, CrawlError, IndexingError

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PATIENCE: Final = 30
"""Seconds until the first page, as the doctor has it."""
_REASON: Final = 300


class SourceCommands(OperatorGroup, name=words.SOURCES, description=words.SOURCES_DESCRIPTION):
    """The group."""

    def __init__(self, tools: Tools, operations: Operations) -> None:
        super().__init__(tools)
        self.operations = operations

    @app_commands.command(name=words.ADD, description=words.ADD_DESCRIPTION)
    @app_commands.rename(name=words.NAME, address=words.ADDRESS)
    @app_commands.describe(name=words.NAME_OPTION, address=words.ADDRESS_OPTION)
    async def add(self, interaction: Interaction, name: str, address: str) -> None:
        """Add a website that is public and has pages; they come with the next run."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        problem = await self._problem(name, address, texts)
        if problem is not None:
            await say(interaction, problem)
        elif await self.tools.books.operating.add_source(name, address, interaction.user.id):
            own = texts.operating
            await show(interaction, changed(own.sources, own.source_added.format(name=code(name)), own.source_next))
        else:
            await say(interaction, texts.operating.name_taken.format(name=code(name)))

    @app_commands.command(name=words.REMOVE, description=words.REMOVE_DESCRIPTION)
    @app_commands.rename(name=words.NAME)
    @app_commands.describe(name=words.NAME_OPTION)
    async def remove(self, interaction: Interaction, name: str) -> None:
        """Remove one that was added; its pages go with the next run."""
        own = self.tools.speaking.to(interaction).operating
        await interaction.response.defer(ephemeral=True, thinking=True)
        if await self.tools.books.operating.remove_source(name, interaction.user.id):
            sentence = own.source_removed.format(name=code(name))
            await show(interaction, changed(own.sources, sentence, own.source_removed_next))
        else:
            await say(interaction, own.unknown_source.format(name=code(name[:32])))

    @remove.autocomplete("name")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not self.tools.rights.is_operator(interaction.user):
            return []
        return choices_with(typed, [source.name for source in await self.tools.books.operating.sources()])

    @app_commands.command(name=words.LIST, description=words.LIST_DESCRIPTION)
    async def list_sources(self, interaction: Interaction) -> None:
        """Show the configured one and those that were added."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        added = await self.tools.books.operating.sources()
        panels = sources(self.operations.sources.name, added, await self._pages(), texts)
        await interaction.edit_original_response(view=Pager(panels, texts))

    async def _pages(self) -> Counter[str]:
        """How many pages of each source are live, by name; the configured one has the empty name."""
        try:
            live = await self.operations.store.live()
        except IndexingError:
            return Counter()
        states = await self.operations.ledger.pages(live.id) if live else {}
        # A page's key is "en/v3.0.x/hnsw.md", or "en/v1.0.x/blog/post.md" where it is of an added source.
        parts = (state.page_key.split("/") for state in states.values())
        return Counter(part[2] if len(part) > 3 else "" for part in parts)

    async def _problem(self, name: str, address: str, texts: Texts) -> str | None:
        """Why a source can't be added, as a sentence; None where it can."""
        own = texts.operating
        if not _NAME.fullmatch(name):
            return own.bad_name.format(name=name.replace("`", "")[:40])
        try:
            source = self.operations.open_source(address)
        except CrawlError:
            return own.bad_address
        overlapping = await self._overlapping(source)
        if overlapping is not None:
            return own.overlaps.format(name=code(overlapping))
        return await _tried(source, texts)

    async def _overlapping(self, new: Source) -> str | None:
        """The source that shares pages with a new one."""
        others: dict[str, Source] = {self.operations.sources.name: self.operations.sources}
        for each in await self.tools.books.operating.sources():
            others[each.name] = self.operations.open_source(each.address)
        for name, other in others.items():
            if other.holds(f"{new.name.rstrip('/')}/page.md") or new.holds(f"{other.name.rstrip('/')}/page.md"):
                return name
        return None


async def _tried(source: Source, texts: Texts) -> str | None:
    """Read a page as a crawl would; what is wrong, or None."""
    own = texts.operating
    try:
        async with asyncio.timeout(_PATIENCE), aclosing(cast("AsyncGenerator[Any]", source.crawl({}))) as outcomes:
            first = await anext(outcomes, None)
    except TimeoutError:
        return own.too_slow.format(seconds=_PATIENCE)
    except AddressRefused:
        return own.private_address
    except CrawlError as error:
        return own.unreadable.format(reason=str(error)[:_REASON])
    if first is None:
        return own.no_page
    return own.unreadable.format(reason=first.reason[:_REASON]) if isinstance(first, Failed) else None
