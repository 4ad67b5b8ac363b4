"""What moderators and operators do under `/admin`."""

from bot.moderation._groups import Interaction, ModeratorGroup, OperatorGroup, StaffGroup, Tools, server_of
from bot.moderation._options import Channel, PostableChannel
from bot.moderation.admin import SEEN_WITH, admin_group

__all__ = [
    "SEEN_WITH",
    "Channel",
    "Interaction",
    "ModeratorGroup",
    "OperatorGroup",
    "PostableChannel",
    "StaffGroup",
    "Tools",
    "admin_group",
    "server_of",
]
