"""A server's own answers: moderators write them, or save what somebody wrote, once that person consents."""

from bot.curated._buttons import ConsentButton
from bot.curated.address import curated_address
from bot.curated.commands import FaqCommands
from bot.curated.port import Curates
from bot.curated.saving import Saving

__all__ = ["ConsentButton", "Curates", "FaqCommands", "Saving", "curated_address"]
