"""What a message asks, put together from all of its parts."""

import re
from dataclasses import dataclass

import discord

from bot.asking import refusal
from bot.listening._tags import tag_names
from bot.texts import Texts
from rag_core.answering.sdks import named_sdks
from rag_core.answering.versions import parse_version


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words and files that can be read; `hidden` says that Discord hides the message that it is about."""

    text: str
    files: tuple[discord.Attachment, ...] = ()
    hidden: bool = False


def read(message: discord.Message, me: discord.abc.User, texts: Texts) -> Asked:
    """The question of a message: its own words; of a forum's new post title and tags too; what it replies to first."""
    words, files, hidden = own_words(message.content, me), list(message.attachments), False
    about = replied_to(message)
    if about is not None and about.author.id != me.id:
        words = "\n\n".join(filter(None, (own_words(about.content, me), words)))
        files = [*about.attachments, *files]
        hidden = not (about.content or about.attachments)
    if is_new_post(message):
        words = _with_title(message.channel, words, texts)
    return Asked(words, tuple(file for file in files if refusal(file, texts) is None), hidden)


def own_words(text: str, me: discord.abc.User) -> str:
    """A text without the mention that called the bot."""
    return re.sub(rf"<@!?{me.id}>", "", text).strip()


def replied_to(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, as far as Discord shows it."""
    found = message.reference.resolved if message.reference else None
    return found if isinstance(found, discord.Message) else None


def is_new_post(message: discord.Message) -> bool:
    """Whether it opens a post of a forum: Discord gives both the same id."""
    return is_post(message.channel) and message.id == message.channel.id


def is_post(channel: object) -> bool:
    """Whether it is a post of a forum."""
    return isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel)


def _with_title(post: object, words: str, texts: Texts) -> str:
    if not isinstance(post, discord.Thread):
        return words
    tagged = (texts.listening.tagged.format(tag=tag) for tag in tag_names(post) if _narrows(tag))
    return "\n\n".join(filter(None, (post.name, words, *tagged)))


def _narrows(tag: str) -> bool:
    """Whether a tag says where to search; of other words the documentation would have to know something too."""
    return bool(parse_version(tag) or named_sdks(tag))
