"""`/search` and `/page`."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import Asker, Gate, asker_in, escape, first_refusal
from bot.choices import LONGEST_CHOICE, choices, choices_with
from bot.panels import panel_view
from bot.rights import Rights
from bot.searching._rendering import render_outline
from bot.searching._views import found_view
from bot.speaking import Speaking, language_of
from bot.texts import MAX_VERSION, Texts
from bot.texts import asking as asking_words
from bot.texts import searching as words
from rag_core.answering.finder import Found, Outline
from rag_core.errors import IndexingError, NoIndex
from rag_core.indexing.card import PageCard

Interaction = discord.Interaction[Any]

_PATIENCE: Final = 1.5
"""Seconds that a page is looked for before the command is acknowledged; Discord waits 3."""


class Finds(Protocol):
    """The part of the finder that Discord needs. Any call may raise `IndexingError`."""

    async def search(self, query: str, version: str | None = None) -> Found:
        """Sections about the query, best first."""

    async def titles(self, typed: str, language: str = "en") -> list[PageCard]:
        """Pages whose titles have what was typed, the likeliest first."""

    async def outline(self, page: str) -> Outline | None:
        """A page by its key or title."""

    async def versions(self) -> tuple[str, ...]:
        """Those that are indexed, the newest first."""


class Searching(commands.Cog):
    """Sections and pages. What is looked for is not kept: nothing is generated, so there is nothing to answer for."""

    def __init__(self, finder: Finds, speaking: Speaking, rights: Rights, gates: Sequence[Gate]) -> None:
        self._finder = finder
        self._speaking = speaking
        self._rights = rights
        self._gates = gates

    @app_commands.command(name=words.SEARCH, description=words.SEARCH_DESCRIPTION)
    @app_commands.rename(query=words.QUERY, version=asking_words.VERSION)
    @app_commands.describe(query=words.QUERY_DESCRIPTION, version=asking_words.VERSION_DESCRIPTION)
    async def search(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, words.MAX_SEARCH],
        version: app_commands.Range[str, 1, MAX_VERSION] | None = None,
    ) -> None:
        """Show what is found to the one who searches alone."""
        texts = self._speaking.to(interaction)
        wanted = " ".join(query.split())
        if not wanted:
            await interaction.response.send_message(texts.searching.empty, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        if refused := await first_refusal(self._gates, self._asker(interaction), texts):
            await interaction.edit_original_response(content=refused)
            return
        await self._show(interaction, wanted, version, 0)

    @search.autocomplete("version")
    async def offer_versions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The versions that are indexed, the newest first."""
        return choices_with(typed, await self._finder.versions())

    async def turn(self, interaction: Interaction, query: str, version: str | None, page: int) -> None:
        """Show another page of a search in its message."""
        await interaction.response.defer()
        await self._show(interaction, query, version, page)

    @app_commands.command(name=words.PAGE, description=words.PAGE_DESCRIPTION)
    @app_commands.rename(title=words.TITLE)
    @app_commands.describe(title=words.TITLE_DESCRIPTION)
    async def page(self, interaction: Interaction, title: app_commands.Range[str, 1, words.MAX_PAGE]) -> None:
        """Show a page to everybody in the channel: one points others to it. What is amiss is told privately."""
        texts = self._speaking.to(interaction)
        looking = asyncio.create_task(self._page(interaction, title, texts))
        await asyncio.wait([looking], timeout=_PATIENCE)
        if not looking.done():
            await interaction.response.defer(thinking=True)
            outline, sentence = await looking
            # What was acknowledged in public can't become private any more.
            await interaction.edit_original_response(**_shown(outline, sentence, texts))
            return
        outline, sentence = looking.result()
        await interaction.response.send_message(**_shown(outline, sentence, texts), ephemeral=outline is None)

    @page.autocomplete("title")
    async def offer_titles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Pages with what was typed in their titles."""
        try:
            found = await self._finder.titles(typed, language_of(interaction.locale))
        except IndexingError:
            return []
        return choices((card.title, _value(card)) for card in found)

    async def _page(self, interaction: Interaction, title: str, texts: Texts) -> tuple[Outline | None, str]:
        """The page, or a sentence that says why there is none."""
        if refused := await first_refusal(self._gates, self._asker(interaction), texts):
            return None, refused
        try:
            outline = await self._finder.outline(title)
        except IndexingError as error:
            return None, _away(error, texts)
        return outline, "" if outline else texts.searching.no_page.format(title=escape(title))

    async def _show(self, interaction: Interaction, query: str, version: str | None, page: int) -> None:
        texts = self._speaking.to(interaction)
        try:
            found = await self._finder.search(query, version)
        except IndexingError as error:
            await interaction.followup.send(_away(error, texts), ephemeral=True)
            return
        await interaction.edit_original_response(view=found_view(found, version, page, texts))

    def _asker(self, interaction: Interaction) -> Asker:
        parent_id = getattr(interaction.channel, "parent_id", None)
        return asker_in(interaction.user, interaction.channel_id, parent_id, self._rights)


def _value(card: PageCard) -> str:
    """Its key, which no other page has, as long as Discord takes that."""
    return card.page_key if len(card.page_key) <= LONGEST_CHOICE else card.title[:LONGEST_CHOICE]


def _shown(outline: Outline | None, sentence: str, texts: Texts) -> dict[str, Any]:
    return {"view": panel_view(render_outline(outline, texts))} if outline else {"content": sentence}


def _away(error: IndexingError, texts: Texts) -> str:
    return texts.searching.no_index if isinstance(error, NoIndex) else texts.searching.unavailable
