"""`/admin correct`: a wrong answer is put right where it stands."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

import discord
import structlog
from discord import app_commands

from bot.asking import TRANSPORT_ERRORS, question_named, render_corrected, rows_of, view_of
from bot.moderation import Interaction, ModeratorGroup, server_of
from bot.panels import Panel, panel_view
from bot.support._forms import CorrectionForm
from bot.support._rendering import corrected
from bot.texts import Texts
from bot.texts import support as words
from rag_core.errors import RecordsUnavailable
from rag_core.records.follow_ups import Case, FollowUpBook
from rag_core.records.model import Reply

_log = structlog.get_logger(__name__)

_LONGEST: Final = 200
_PATIENCE: Final = 2.0
"""Seconds in which the answer has to be found: a form must open within 3."""


class CorrectCommands(ModeratorGroup):
    """The command; its group is never shown."""

    @app_commands.command(name=words.CORRECT, description=words.CORRECT_DESCRIPTION)
    @app_commands.rename(answer=words.CORRECT_ID)
    @app_commands.describe(answer=words.CORRECT_OPTION)
    async def correct(self, interaction: Interaction, answer: app_commands.Range[str, 1, _LONGEST]) -> None:
        """Open a form with what the answer says now."""
        texts = self.tools.speaking.to(interaction)
        case = await self._in_time(interaction, answer)
        if case is None or case.exchange.outcome is None:
            await interaction.response.send_message(texts.support.correct_unknown, ephemeral=True)
            return
        await interaction.response.send_modal(CorrectionForm(case.exchange.text, texts, partial(self._keep, case)))

    async def _in_time(self, interaction: Interaction, typed: str) -> Case | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                question_id = await question_named(typed, interaction.client, self.tools.books.questions)
                return await self._cases.case(server_of(interaction), question_id) if question_id else None
        except TimeoutError as error:
            raise RecordsUnavailable("The answer was not found in time for a form to open.") from error

    async def _keep(self, before: Case, interaction: Interaction, text: str) -> None:
        self.tools.rights.require_moderator(interaction)
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        panel = Panel(texts.support.corrected_title, (texts.support.unchanged,))
        if text and text != before.exchange.text:
            question_id, by = before.exchange.question.id, interaction.user.id
            now = await self._cases.correct(server_of(interaction), question_id, text, by)
            seen = now is not None and await self._show(interaction.client, now, texts)
            panel = corrected(before, texts, seen=seen)
        await interaction.edit_original_response(view=panel_view(panel))

    async def _show(self, client: discord.Client, case: Case, texts: Texts) -> bool:
        """Write the messages of an answer anew; False where they are out of reach."""
        reply = case.exchange.reply
        if reply is None:
            return False
        try:
            below = await _rewrite(client, reply, case, texts)
        except TRANSPORT_ERRORS as error:
            _log.warning("a corrected answer could not be shown", reason=str(error))
            return False
        await self.tools.books.questions.save_reply(case.exchange.question.id, replace(reply, below=below))
        return True

    @property
    def _cases(self) -> FollowUpBook:
        return self.tools.books.follow_ups


async def _rewrite(client: discord.Client, reply: Reply, case: Case, texts: Texts) -> tuple[int, ...]:
    """Write what an answer says now into its messages, with the buttons it had; the ids of those below the first."""
    channel = client.get_partial_messageable(reply.channel_id)
    buttons = rows_of(await channel.fetch_message(reply.message_ids[-1]))
    *pages, last = render_corrected(case.exchange.question.text, case.exchange.text, case.passages, texts)
    views = [*map(view_of, pages), view_of(last, *buttons)]
    there = reply.message_ids[: len(views)]
    for message_id, view in zip(there, views, strict=False):
        await channel.get_partial_message(message_id).edit(view=view)
    for message_id in reply.message_ids[len(views) :]:
        await channel.get_partial_message(message_id).delete()
    added = [(await channel.send(view=view)).id for view in views[len(there) :]]
    return (*there[1:], *added)
