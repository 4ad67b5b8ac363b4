"""`/admin status`, `doctor`: how the bot is, and how to mend it. `pause`, `resume`: whether it answers at all."""

import asyncio
from collections.abc import Awaitable, Callable
from math import isnan
from typing import Final

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.moderation import Interaction, OperatorGroup, StaffGroup, Tools, server_of
from bot.operating._ports import Operations
from bot.operating._rendering import changed, findings, index, part_line, status, verdicts
from bot.operating._tools import show
from bot.panels import Pager, Panel
from bot.texts import Texts
from bot.texts import operating as words
from rag_core.errors import RagError, RecordsError
from rag_core.records.speeds import Speeds

_PATIENCE: Final = 5.0
"""Seconds that a part may take to answer."""


class StatusCommands(StaffGroup):
    """For moderators and operators; their group is never shown."""

    def __init__(self, tools: Tools, operations: Operations) -> None:
        super().__init__(tools)
        self.operations = operations

    @app_commands.command(name=words.STATUS, description=words.STATUS_DESCRIPTION)
    async def status(self, interaction: Interaction) -> None:
        """Look at every part, and say how it is in a word."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        checked, live, speeds = await asyncio.gather(self._checked(), self._index(texts), self._speeds(interaction))
        own = texts.operating
        lines = [_discord(interaction.client, texts)]
        lines += [part_line(name, own.fine if fine else own.away, texts, fine=fine) for name, fine in checked.items()]
        lines.append(self._scheduler(texts))
        operations, paused = self.operations, self.tools.books.operating.state.paused
        doing = operations.librarian.status
        await show(interaction, status(lines, live, doing, operations.load(), speeds, texts, paused=paused))

    @app_commands.command(name=words.DOCTOR, description=words.DOCTOR_DESCRIPTION)
    async def doctor(self, interaction: Interaction) -> None:
        """All findings for operators; for moderators those of their server, since the rest names others."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        if self.tools.rights.is_operator(interaction.user):
            panels = findings(await self.operations.examine(), texts)
            await interaction.edit_original_response(view=Pager(panels, texts))
        elif interaction.guild is not None:
            server = self.operations.examine_server(interaction.guild)
            await show(interaction, verdicts(await self._checked(), server, texts))

    async def _checked(self) -> dict[str, bool]:
        checks = self.operations.checks
        answers = await asyncio.gather(*(_answers(check) for check in checks.values()))
        return dict(zip(checks, answers, strict=True))

    async def _index(self, texts: Texts) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                return index(await self.operations.info(), texts)
        except (RagError, TimeoutError):
            return texts.operating.away

    async def _speeds(self, interaction: Interaction) -> Speeds | None:
        """Of all servers for operators, of their own for moderators: figures are a server's own."""
        everywhere = self.tools.rights.is_operator(interaction.user)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.tools.books.speeds.speeds(None if everywhere else server_of(interaction))
        except (RecordsError, TimeoutError):
            return None

    def _scheduler(self, texts: Texts) -> str:
        own, planned = texts.operating, self.operations.schedule
        if not planned.running:
            return part_line("scheduler", own.clock_stopped, texts, fine=False)
        due = planned.next_crawl
        word = own.next_crawl.format(when=format_dt(due, "R")) if due else own.never
        return part_line("scheduler", word, texts, fine=True)


class PauseCommands(OperatorGroup):
    """For operators; their group is never shown."""

    @app_commands.command(name=words.PAUSE, description=words.PAUSE_DESCRIPTION)
    async def pause(self, interaction: Interaction) -> None:
        """Take no questions any more."""
        texts = self.tools.speaking.to(interaction).operating
        await self._set(interaction, self.tools.books.operating.pause, texts.pause_done, texts.pause_again)

    @app_commands.command(name=words.RESUME, description=words.RESUME_DESCRIPTION)
    async def resume(self, interaction: Interaction) -> None:
        """Take questions again."""
        texts = self.tools.speaking.to(interaction).operating
        await self._set(interaction, self.tools.books.operating.resume, texts.resume_done, texts.resume_again)

    async def _set(
        self, interaction: Interaction, change: Callable[[int], Awaitable[bool]], done: str, again: str
    ) -> None:
        title = self.tools.speaking.to(interaction).operating.pause_title
        await interaction.response.defer(ephemeral=True, thinking=True)
        new = await change(interaction.user.id)
        await show(interaction, changed(title, done) if new else Panel(title, (again,)))


async def _answers(check: Callable[[], Awaitable[object]]) -> bool:
    try:
        await asyncio.wait_for(check(), _PATIENCE)
    except Exception:  # noqa: BLE001 - whatever is wrong with a part, it is not fine, and the others are looked at
        return False
    return True


def _discord(client: discord.Client, texts: Texts) -> str:
    """It is there, since it asked; how quickly it answers is worth telling."""
    seconds = client.latency
    word = texts.operating.fine if isnan(seconds) else f"{seconds * 1000:.0f} ms"
    return part_line("discord", word, texts, fine=True)
