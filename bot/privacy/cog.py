"""The commands `/privacy` and `/my-data`."""

import asyncio
import gzip
import io
import mimetypes
from typing import Any, Final, Protocol

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.panels import ConfirmButton, panel_view
from bot.privacy import _rendering
from bot.privacy.policy import Policy
from bot.speaking import Speaking
from bot.texts import privacy as words
from rag_core.records.books import Books

Interaction = discord.Interaction[Any]

_MOST_BYTES: Final = 8 << 20
"""Discord takes files of 10 MiB everywhere."""


class Forgets(Protocol):
    """Has people's conversations in memory."""

    def forget(self, user_id: int) -> None:
        """End all conversations of a person."""


class ForgetsAnswers(Protocol):
    """Has vectors of curated answers."""

    async def forget(self, answer_id: str) -> None:
        """An answer was removed."""


class Privacy(commands.Cog):
    """What people can see and decide about their own data; every answer is seen by them alone.

    Args:
        policy: what holds for everybody.
        memory: forgets a person's conversations when they have their data deleted.
        curated: forgets the answers that were made of their messages.
    """

    privacy = app_commands.Group(name=words.PRIVACY, description=words.PRIVACY_DESCRIPTION)
    my_data = app_commands.Group(name=words.MY_DATA, description=words.MY_DATA_DESCRIPTION)

    def __init__(
        self, books: Books, speaking: Speaking, policy: Policy, memory: Forgets, curated: ForgetsAnswers
    ) -> None:
        self._people = books.people
        self._personal = books.personal
        self._speaking = speaking
        self._policy = policy
        self._memory = memory
        self._curated = curated

    @privacy.command(name=words.SHOW, description=words.SHOW_DESCRIPTION)
    async def show(self, interaction: Interaction) -> None:
        """Say what is kept and why, as things are for this person."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        opted_out = await self._people.opted_out(interaction.user.id)
        panel = _rendering.kept(self._policy, self._speaking.to(interaction), opted_out=opted_out)
        await interaction.edit_original_response(view=panel_view(panel))

    @privacy.command(name=words.OPT_OUT, description=words.OPT_OUT_DESCRIPTION)
    async def opt_out(self, interaction: Interaction) -> None:
        """Keep nothing of what this person asks from now on."""
        await self._choose(interaction, out=True)

    @privacy.command(name=words.OPT_IN, description=words.OPT_IN_DESCRIPTION)
    async def opt_in(self, interaction: Interaction) -> None:
        """Keep what this person asks from now on."""
        await self._choose(interaction, out=False)

    @my_data.command(name=words.EXPORT, description=words.EXPORT_DESCRIPTION)
    async def export(self, interaction: Interaction) -> None:
        """Give a person all that is on record about them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        content = await self._personal.export(interaction.user.id)
        file = await asyncio.to_thread(_as_file, content)
        texts = self._speaking.to(interaction).privacy
        await interaction.edit_original_response(content=texts.exported, attachments=[file])

    @my_data.command(name=words.DELETE, description=words.DELETE_DESCRIPTION)
    async def delete(self, interaction: Interaction) -> None:
        """Ask whether everything about this person is to be deleted."""
        texts = self._speaking.to(interaction)
        button = ConfirmButton(texts.privacy.delete_label, self._delete)
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(button)
        view = panel_view(_rendering.question(texts), [row])
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _delete(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        self._memory.forget(interaction.user.id)
        what = await self._personal.delete(interaction.user.id)
        for _, answer_id in what.curated:
            await self._curated.forget(answer_id)
        panel = _rendering.deleted(what, self._speaking.to(interaction))
        await interaction.edit_original_response(view=panel_view(panel))

    async def _choose(self, interaction: Interaction, *, out: bool) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        user_id = interaction.user.id
        before = await self._people.opted_out(user_id)
        if out != before:
            await self._people.opt_out(user_id, out=out)
        panel = _rendering.chosen(self._speaking.to(interaction), out=out, changed=out != before)
        await interaction.edit_original_response(view=panel_view(panel))


def _as_file(content: bytes) -> discord.File:
    mimetypes.init()  # here in its thread, since sending a file would read the system's tables in the event loop
    if len(content) <= _MOST_BYTES:
        return discord.File(io.BytesIO(content), "my-data.json")
    return discord.File(io.BytesIO(gzip.compress(content)), "my-data.json.gz")
