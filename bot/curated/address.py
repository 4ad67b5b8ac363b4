"""Where a curated answer can be read in its own place."""

from rag_core.records.curated import CuratedAnswer


def curated_address(answer: CuratedAnswer) -> str:
    """The message in which its author wrote it; empty for what moderators wrote into a form."""
    if answer.channel_id is None or answer.message_id is None:
        return ""
    return f"https://discord.com/channels/{answer.guild_id}/{answer.channel_id}/{answer.message_id}"
