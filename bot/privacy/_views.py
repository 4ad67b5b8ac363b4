"""The button that asks once more before everything is deleted."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import discord
from discord import ui

Interaction = discord.Interaction[Any]
Press = Callable[[Interaction], Awaitable[None]]


class _Reporting(Protocol):
    async def report(self, interaction: Interaction, error: Exception) -> None:
        """The one error handler."""


class ConfirmButton(ui.Button[ui.LayoutView]):
    """Below a private message, which only the person sees whom it is about, and which ends with this process."""

    def __init__(self, label: str, press: Press) -> None:
        super().__init__(label=label, style=discord.ButtonStyle.danger)
        self._press = press

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        try:
            await self._press(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the presser without a word
            await cast("_Reporting", interaction.client).report(interaction, error)
