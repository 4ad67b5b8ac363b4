"""People's own data: what is kept of them and why, all of it as a file, its deletion, and its end after some time."""

from bot.privacy.cog import Privacy
from bot.privacy.policy import Policy
from bot.privacy.retention import Retention

__all__ = ["Policy", "Privacy", "Retention"]
