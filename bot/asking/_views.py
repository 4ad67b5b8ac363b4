"""The message's components, and its buttons.

Buttons carry all they need in their `custom_id`, so that they work after a restart too: discord.py makes the item anew
from the id at every press.
"""

import re
from collections.abc import Sequence
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.asking._rendering import Page
from rag_core.records.model import Rating

_EMOJI: dict[Rating, str] = {"up": "👍", "down": "👎"}

Interaction = discord.Interaction[Any]


class Presses(Protocol):
    """What happens when a button is pressed; the asking cog."""

    async def stop(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody presses Stop."""

    async def rate(self, interaction: Interaction, question_id: str, rating: Rating) -> None:
        """Somebody rates an answer."""


class AskingClient(Protocol):
    """The part of the client that buttons use."""

    @property
    def asking(self) -> Presses:
        """Who handles presses."""

    async def report(self, interaction: Interaction, error: Exception) -> None:
        """The one error handler."""


class StopButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"stop:(?P<question>[0-9a-f]{32}):(?P<asker>\d{1,20})"
):
    """Stops a running answer; only for the one who asked."""

    def __init__(self, question_id: str, asker_id: int, label: str | None) -> None:
        super().__init__(
            ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=f"stop:{question_id}:{asker_id}")
        )
        self.question_id = question_id
        self.asker_id = asker_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        label = item.label if isinstance(item, ui.Button) else None
        return cls(match["question"], int(match["asker"]), label)

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("AskingClient", interaction.client)
        try:
            await client.asking.stop(interaction, self.question_id, self.asker_id)
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the presser without a word
            await client.report(interaction, error)


class RatingButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"rate:(?P<rating>up|down):(?P<question>[0-9a-f]{32})"
):
    """👍 or 👎 under an answer."""

    def __init__(self, question_id: str, rating: Rating) -> None:
        super().__init__(
            ui.Button(
                emoji=_EMOJI[rating], style=discord.ButtonStyle.secondary, custom_id=f"rate:{rating}:{question_id}"
            )
        )
        self.question_id = question_id
        self.rating: Rating = rating

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        return cls(match["question"], "up" if match["rating"] == "up" else "down")

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("AskingClient", interaction.client)
        try:
            await client.asking.rate(interaction, self.question_id, self.rating)
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the presser without a word
            await client.report(interaction, error)


BUTTONS = (StopButton, RatingButton)
"""To be registered with the client, once."""


def view_of(page: Page, buttons: Sequence[ui.Item[Any]] = ()) -> ui.LayoutView:
    """The message that shows `page`."""
    children: list[ui.Item[Any]] = []
    for number, section in enumerate(page.sections):
        if number > 1 and not section.startswith("-# "):
            children.append(ui.Separator(spacing=discord.SeparatorSpacing.small))
        children.append(ui.TextDisplay(section))
    if buttons:
        children.append(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*children, accent_colour=page.colour))
    return view


def rating_buttons(question_id: str) -> list[ui.Item[Any]]:
    """👍 and 👎."""
    return [RatingButton(question_id, "up"), RatingButton(question_id, "down")]
