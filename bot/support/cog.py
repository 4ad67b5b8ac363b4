"""What the first row of buttons under an answer does: ratings, "Solved", "Ask a person"."""

from datetime import UTC, datetime
from typing import Any, Final, cast

import discord
import structlog

from bot.asking import TRANSPORT_ERRORS, called_view, solved_view
from bot.listening import set_tag
from bot.panels import panel_view
from bot.rights import Rights
from bot.speaking import Speaking
from bot.support._forms import ReasonForm
from bot.support._rendering import call
from rag_core.records.books import Books
from rag_core.records.model import Feedback, Rating

_log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]

_LOOKED_BACK: Final = 100
"""Messages of a thread in which somebody has to have written to have taken part."""


class Support:
    """Handles presses. Each knows only the question's id and who asked it, so that it works at any later time."""

    def __init__(self, books: Books, speaking: Speaking, rights: Rights) -> None:
        self._book = books.questions
        self._cases = books.follow_ups
        self._people = books.people
        self._servers = books.servers
        self._speaking = speaking
        self._rights = rights

    async def rate(self, interaction: Interaction, question_id: str, rating: Rating) -> None:
        """Keep what somebody thinks of an answer; after a 👎 ask what was wrong."""
        texts = self._speaking.to(interaction)
        feedback = Feedback(question_id, interaction.user.id, rating, datetime.now(UTC))
        if rating == "down":
            try:
                # Discord takes a form only as the first response. The rating counts without it.
                await interaction.response.send_modal(ReasonForm(question_id, self._book, texts))
            finally:
                await self._book.save_feedback(feedback)
            return
        # A database that is slow must not make Discord call the press a failure.
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._book.save_feedback(feedback)
        await interaction.edit_original_response(content=texts.asking.thanks)

    async def solve(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Mark a question as solved, for the one who asked and for moderators."""
        texts = self._speaking.to(interaction)
        if not self._is_theirs(interaction, asker_id):
            await interaction.response.send_message(texts.support.only_asker_solves, ephemeral=True)
            return
        await interaction.response.defer()
        solved = await self._cases.solve(_guild_id(interaction), question_id, interaction.user.id)
        if solved is None:
            await interaction.followup.send(texts.support.gone, ephemeral=True)
            return
        if interaction.message is not None:
            await interaction.edit_original_response(view=solved_view(interaction.message, texts))
        await set_tag(interaction.channel, "solved", self._servers)
        if not solved:
            await interaction.followup.send(texts.support.already_solved, ephemeral=True)

    async def call_person(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Call those who help in this server, once, for the one who asked and for those who may speak for them."""
        await interaction.response.defer()
        texts = self._speaking.to(interaction)
        refusal = await self._no_call(interaction, question_id, asker_id)
        if refusal is not None:
            await interaction.followup.send(refusal, ephemeral=True)
            return
        if not await self._call(interaction, question_id):
            await self._cases.take_back_hand_over(_guild_id(interaction), question_id)
            await interaction.followup.send(texts.support.call_failed, ephemeral=True)
        elif interaction.message is not None:
            await interaction.edit_original_response(view=called_view(interaction.message, texts))

    async def _no_call(self, interaction: Interaction, question_id: str, asker_id: int) -> str | None:
        """Why nobody is called, as a sentence; None where the one call is ours."""
        own = self._speaking.to(interaction).support
        if not (self._is_theirs(interaction, asker_id) or await _took_part(interaction)):
            return own.only_asker_calls
        if self._role(interaction) is None:
            return own.nobody_to_call
        claimed = await self._cases.hand_over(_guild_id(interaction), question_id, interaction.user.id)
        if claimed is None:
            return own.gone
        return None if claimed else own.already_called

    async def _call(self, interaction: Interaction, question_id: str) -> bool:
        """Send the one message that may ping; whether it went out."""
        case = await self._cases.case(_guild_id(interaction), question_id)
        role = self._role(interaction)
        if case is None or role is None or interaction.message is None:
            return False
        texts = self._speaking.to(interaction)
        panel = call(case, role.mention, interaction.user.mention, interaction.message.jump_url, texts)
        just_them = discord.AllowedMentions(everyone=False, users=False, roles=[role], replied_user=False)
        try:
            await interaction.followup.send(view=panel_view(panel), allowed_mentions=just_them)
        except TRANSPORT_ERRORS as error:
            _log.warning("nobody could be called", question_id=question_id, reason=str(error))
            return False
        return True

    def _role(self, interaction: Interaction) -> discord.Role | None:
        role_id = self._servers.of(interaction.guild_id).settings.helper_role_id
        return interaction.guild.get_role(role_id) if interaction.guild and role_id else None

    def _is_theirs(self, interaction: Interaction, asker_id: int) -> bool:
        return self._people.stands_for(asker_id, interaction.user.id) or self._rights.is_moderator(interaction.user)


def _guild_id(interaction: Interaction) -> int:
    """These buttons stand under answers in servers alone."""
    return cast("int", interaction.guild_id)


async def _took_part(interaction: Interaction) -> bool:
    """Whether somebody opened the thread in which the answer stands, or wrote there lately."""
    thread, user = interaction.channel, interaction.user
    if not isinstance(thread, discord.Thread):
        return False
    if thread.owner_id == user.id:
        return True
    try:
        return any([message.author.id == user.id async for message in thread.history(limit=_LOOKED_BACK)])
    except TRANSPORT_ERRORS as error:
        _log.info("a thread could not be read", reason=str(error))
        return False
