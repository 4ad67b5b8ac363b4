"""The buttons that turn over what a search found. They carry the search, so that they work after a restart too."""

import re
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.panels import panel_view
from bot.reporting import reported
from bot.searching._rendering import pages_of, render_found
from bot.texts import Texts
from rag_core.answering.finder import Found

Interaction = discord.Interaction[Any]


class Turns(Protocol):
    """What happens when a button is pressed; the searching cog."""

    async def turn(self, interaction: Interaction, query: str, version: str | None, page: int) -> None:
        """Somebody wants another page of a search."""


class SearchingClient(Protocol):
    """The part of the client that buttons use."""

    @property
    def searching(self) -> Turns:
        """Who handles presses."""


class TurnButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"find:(?P<page>\d{1,2}):(?P<version>[^:]{0,20}):(?P<query>.{1,70})",
):
    """Shows another page of a search, made anew."""

    def __init__(self, query: str, version: str | None, page: int, label: str | None, *, disabled: bool) -> None:
        super().__init__(
            ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"find:{page}:{version or ''}:{query}",
                disabled=disabled,
            )
        )
        self.query = query
        self.version = version
        self.page = page

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        label = item.label if isinstance(item, ui.Button) else None
        return cls(match["query"], match["version"] or None, int(match["page"]), label, disabled=False)

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("SearchingClient", interaction.client)
        async with reported(interaction):
            await client.searching.turn(interaction, self.query, self.version, self.page)


BUTTONS = (TurnButton,)
"""To be registered with the client, once."""


def found_view(found: Found, version: str | None, page: int, texts: Texts) -> ui.LayoutView:
    """One page of what a search brought, from 0, with its buttons where there are several."""
    pages = pages_of(found)
    page = min(page, pages - 1)
    panel = render_found(found, page, texts)
    if pages == 1:
        return panel_view(panel)
    back: ui.Item[Any] = TurnButton(found.query, version, max(page - 1, 0), "◀", disabled=page == 0)
    here: ui.Item[Any] = ui.Button(label=texts.searching.position.format(page=page + 1, pages=pages), disabled=True)
    on: ui.Item[Any] = TurnButton(found.query, version, page + 1, "▶", disabled=page == pages - 1)
    return panel_view(panel, [ui.ActionRow(back, here, on)])
