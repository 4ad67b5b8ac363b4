"""What moderators and operators do under `/admin`."""

from bot.moderation._groups import Tools
from bot.moderation.admin import admin_group

__all__ = ["Tools", "admin_group"]
