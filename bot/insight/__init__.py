"""What moderators see of their server's questions: figures, lists, files, and a weekly digest."""

from collections.abc import Sequence

from bot.insight.digests import DigestCommands
from bot.insight.files import FileCommands
from bot.insight.lists import ListCommands
from bot.insight.posting import DIGEST_LOCK, DigestPoster
from bot.moderation import ModeratorGroup, Tools
from rag_core.answering.grouping import Groups


def insight_commands(tools: Tools, groups: Groups) -> Sequence[ModeratorGroup]:
    """Groups whose commands stand right under `/admin`."""
    return [ListCommands(tools, groups), FileCommands(tools), DigestCommands(tools)]


__all__ = ["DIGEST_LOCK", "DigestPoster", "insight_commands"]
