"""The buttons with which an author decides. They work at any later time, in a direct message and in a server."""

import re
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.reporting import reported
from rag_core.records.curated import Consent

Interaction = discord.Interaction[Any]


class _Client(Protocol):
    @property
    def saving(self) -> "Decides":
        """Who handles presses."""


class Decides(Protocol):
    """What happens when an author presses."""

    async def decide(self, interaction: Interaction, consent: Consent, guild_id: int, answer_id: str) -> None:
        """Somebody decides."""


class ConsentButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"consent:(?P<consent>given|refused):(?P<guild>\d{1,20}):(?P<answer>[0-9a-f]{32})",
):
    """Yes or no; only for the author."""

    def __init__(self, consent: Consent, guild_id: int, answer_id: str, label: str | None) -> None:
        style = discord.ButtonStyle.success if consent == "given" else discord.ButtonStyle.secondary
        super().__init__(ui.Button(label=label, style=style, custom_id=f"consent:{consent}:{guild_id}:{answer_id}"))
        self.consent: Consent = consent
        self.guild_id = guild_id
        self.answer_id = answer_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        consent: Consent = "given" if match["consent"] == "given" else "refused"
        return cls(consent, int(match["guild"]), match["answer"], item.label if isinstance(item, ui.Button) else None)

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("_Client", interaction.client)
        async with reported(interaction):
            await client.saving.decide(interaction, self.consent, self.guild_id, self.answer_id)
