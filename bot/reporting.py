"""The way to the client's one error handler, from buttons, forms and messages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

import discord

Interaction = discord.Interaction[Any]


class _Client(Protocol):
    async def report(self, interaction: Interaction, error: Exception) -> None:
        """The one error handler."""


async def report(interaction: Interaction, error: Exception) -> None:
    """Tell the person that something went wrong, as for every other failure."""
    await cast("_Client", interaction.client).report(interaction, error)


@asynccontextmanager
async def reported(interaction: Interaction) -> AsyncIterator[None]:
    """Report what goes wrong within; for buttons that discord.py makes anew, which have no handler of their own."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the presser without a word
        await report(interaction, error)
