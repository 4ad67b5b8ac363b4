"""How blocks are shown: one short line each."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.asking import escape
from bot.panels import DONE, Panel, in_pages, mention
from bot.texts import Texts
from rag_core.records.people import Block

_LISTED: Final = 10
"""On one page of the list."""


def blocked(user: discord.abc.User, reason: str, texts: Texts) -> Panel:
    """That somebody is shut out now."""
    own = texts.blocks
    lines = [own.is_blocked.format(user=user.mention), *([f"> {escape(reason)}"] if reason else [])]
    return Panel(own.title, ("\n".join(lines),), own.told, DONE)


def unblocked(user: discord.abc.User, texts: Texts, *, changed: bool) -> Panel:
    """That somebody may ask again, or always could."""
    own = texts.blocks
    sentence = own.is_unblocked if changed else own.was_not_blocked
    return Panel(own.title, (sentence.format(user=user.mention),), colour=DONE if changed else None)


def block_list(blocks: Sequence[Block], texts: Texts) -> list[Panel]:
    """Everybody who is shut out, a line each, with since when, by whom and why."""
    own = texts.blocks
    if not blocks:
        return [Panel(own.title, (own.nobody,))]
    pages = in_pages(blocks, _LISTED)
    return [Panel(own.title, ("\n".join(_line(block, texts) for block in page),), own.how_to_unblock) for page in pages]


def _line(block: Block, texts: Texts) -> str:
    since = discord.utils.format_dt(block.at, "d")
    line = texts.blocks.line.format(
        user=mention(block.user_id, texts), since=since, by=mention(block.blocked_by, texts)
    )
    return f"{line}\n> {escape(block.reason)}" if block.reason else line
