"""Where a curated answer can be read in its own place."""

from bot.message_address import message_address
from rag_core.records.curated import CuratedAnswer


def curated_address(answer: CuratedAnswer) -> str:
    """The message in which its author wrote it; empty for what moderators wrote into a form."""
    return message_address(answer.guild_id, answer.channel_id, answer.message_id)
