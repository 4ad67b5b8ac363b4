"""The message menu "Save as FAQ", and the consent of whoever wrote the message."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast
from uuid import uuid4

import discord
import structlog
from discord import app_commands, ui

from bot.asking import TRANSPORT_ERRORS
from bot.curated._buttons import ConsentButton, Interaction
from bot.curated._form import AnswerForm
from bot.curated._rendering import asking, changed
from bot.curated.port import Curates
from bot.moderation import SEEN_WITH, Tools
from bot.panels import Panel, panel_view
from bot.texts import Texts
from bot.texts.curated import SAVE_AS_FAQ
from rag_core.records.curated import Consent, CuratedAnswer

_log = structlog.get_logger(__name__)

_IN_SERVERS: Final = app_commands.AppCommandContext(guild=True, dm_channel=False)


class Saving:
    """Turns what a person wrote into a curated answer, which is used only once that person consents."""

    def __init__(self, tools: Tools, curated: Curates) -> None:
        self._tools = tools
        self._curated = curated
        self._book = tools.books.curated
        self._people = tools.books.people
        self.menu = app_commands.ContextMenu(name=SAVE_AS_FAQ, callback=self.save, allowed_contexts=_IN_SERVERS)
        self.menu.default_permissions = SEEN_WITH

    async def save(self, interaction: Interaction, message: discord.Message) -> None:
        """Open a form with what the message says."""
        self._tools.rights.require_moderator(interaction)
        texts = self._tools.speaking.to(interaction)
        if message.author.bot or message.webhook_id is not None:
            await interaction.response.send_message(texts.curated.only_people, ephemeral=True)
        elif not message.content.strip():
            await interaction.response.send_message(texts.curated.no_text, ephemeral=True)
        else:
            form = AnswerForm(_asked(message), message.content, texts, partial(self._keep, message))
            await interaction.response.send_modal(form)

    async def decide(self, interaction: Interaction, consent: Consent, guild_id: int, answer_id: str) -> None:
        """Keep what the author says; nobody else's press counts."""
        own = self._tools.speaking.to(interaction).curated
        answer = await self._book.get(guild_id, answer_id)
        theirs = answer is not None and self._people.stands_for(answer.author_id, interaction.user.id)
        if answer is None or not theirs:
            sentence = own.gone if answer is None else own.only_author
            await interaction.response.send_message(sentence, ephemeral=True)
            return
        await interaction.response.defer()
        decided = await self._book.decide(guild_id, answer_id, consent, interaction.user.id)
        if decided is not None:
            await self._curated.keep_up(decided)
        said = own.given if consent == "given" else own.refused
        await interaction.edit_original_response(view=panel_view(Panel(own.ask_title, (said,))))

    async def _keep(self, message: discord.Message, interaction: Interaction, question: str, text: str) -> None:
        self._tools.rights.require_moderator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild = cast("discord.Guild", interaction.guild)
        answer = _made(message, guild.id, interaction.user.id, question, text)
        await self._book.add(answer)
        own = self._tools.speaking.to(interaction).curated
        title, note = own.added, own.added_text
        if answer.consent == "asked":
            asked = await self._ask(message, answer, guild.name, self._tools.speaking.within(guild))
            title, note = own.asked, own.asked_text.format(author=message.author.mention) if asked else own.not_asked
        elif not await self._curated.keep_up(answer):
            note = own.waits
        await interaction.edit_original_response(view=panel_view(changed(title, note, answer)))

    async def _ask(self, message: discord.Message, answer: CuratedAnswer, server: str, texts: Texts) -> bool:
        """Ask the author directly, else below the message, where only they can press; whether they were asked."""
        own = texts.curated
        row: ui.ActionRow[Any] = ui.ActionRow(
            ConsentButton("given", answer.guild_id, answer.id, own.yes),
            ConsentButton("refused", answer.guild_id, answer.id, own.no),
        )
        view = panel_view(asking(answer, server, message.jump_url, texts), [row])
        for send in (message.author.send, partial(message.reply, mention_author=False)):
            try:
                await send(view=view)
            except TRANSPORT_ERRORS as error:
                _log.info("an author could not be asked this way", reason=str(error))
            else:
                return True
        return False


def _made(message: discord.Message, guild_id: int, by: int, question: str, text: str) -> CuratedAnswer:
    """The answer, which waits for the author's consent unless they save it themselves."""
    now = datetime.now(UTC)
    return CuratedAnswer(
        id=uuid4().hex,
        guild_id=guild_id,
        question=question,
        answer=text,
        author_id=message.author.id,
        added_by=by,
        consent="own" if message.author.id == by else "asked",
        created_at=now,
        changed_at=now,
        channel_id=message.channel.id,
        message_id=message.id,
    )


def _asked(message: discord.Message) -> str:
    """The question that a message most likely answers: what it replies to, else its thread's name."""
    about = message.reference.resolved if message.reference else None
    if isinstance(about, discord.Message) and about.content:
        return " ".join(about.content.split())
    return message.channel.name if isinstance(message.channel, discord.Thread) else ""
