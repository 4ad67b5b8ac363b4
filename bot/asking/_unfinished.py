"""Answers that the last process was killed over: each gets its sentence, and a button to try again."""

from datetime import datetime

import discord
import structlog

from bot.asking._rendering import render_rest
from bot.asking._reply import TRANSPORT_ERRORS
from bot.asking._views import RetryButton, sections_of, view_of
from bot.speaking import Speaking
from bot.texts import ENGLISH, Texts
from rag_core.answering.model import Answer
from rag_core.errors import RecordsUnavailable
from rag_core.records.book import OpenQuestion, QuestionBook
from rag_core.records.model import Reply

_log = structlog.get_logger(__name__)

_NOTE = "interrupted"


async def end_unfinished(
    client: discord.AutoShardedClient, book: QuestionBook, speaking: Speaking, *, before: datetime
) -> None:
    """End what was asked before this moment in the servers that this process serves."""
    try:
        unfinished = [each for each in await book.open_questions() if each.asked_at < before]
    except RecordsUnavailable as error:
        _log.warning("unfinished answers are not known now", reason=str(error))
        return
    for each in unfinished:
        if each.origin.platform == "discord" and _is_ours(client, each.origin.guild_id):
            await _end(client, speaking, each)
            await book.save_answer(Answer(each.question.id, "cancelled", "", each.question.text, note=_NOTE))


def _is_ours(client: discord.AutoShardedClient, guild_id: int | None) -> bool:
    """Direct messages come to the first shard."""
    return 0 in client.shards if guild_id is None else client.get_guild(guild_id) is not None


async def _end(client: discord.Client, speaking: Speaking, unfinished: OpenQuestion) -> None:
    origin, question = unfinished.origin, unfinished.question
    guild = client.get_guild(origin.guild_id) if origin.guild_id else None
    texts = speaking.within(guild) if guild else ENGLISH
    try:
        if origin.private:
            # Nothing but its token reaches a private message, and that ended with the process.
            await _tell(client, unfinished, texts)
        elif unfinished.reply is not None:
            await _edit(client, unfinished, unfinished.reply, texts)
    except TRANSPORT_ERRORS as error:
        _log.info("an unfinished answer is out of reach", question_id=question.id, reason=str(error))


async def _tell(client: discord.Client, unfinished: OpenQuestion, texts: Texts) -> None:
    user_id = unfinished.origin.user_id or 0
    if user_id <= 0:  # a number that stands for somebody, whom nobody can find by it
        return
    user = await client.fetch_user(user_id)
    await user.send(view=_view([], unfinished, texts))


async def _edit(client: discord.Client, unfinished: OpenQuestion, reply: Reply, texts: Texts) -> None:
    message = client.get_partial_messageable(reply.channel_id).get_partial_message(reply.message_id)
    try:
        shown = sections_of(await message.fetch())
    except discord.Forbidden:  # the history may be closed to the bot, its own messages are not
        shown = []
    await message.edit(view=_view(shown, unfinished, texts))


def _view(shown: list[str], unfinished: OpenQuestion, texts: Texts) -> discord.ui.LayoutView:
    question, asker_id = unfinished.question, unfinished.origin.user_id or 0
    page = render_rest(shown, question.text, texts.asking.interrupted)[0]
    return view_of(page, [RetryButton(question.id, asker_id, texts.asking.retry_label)])
