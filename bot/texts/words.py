"""Names and descriptions of commands, which Discord shows in each reader's own language."""

from discord.app_commands import locale_str


def words(english: str, chinese: str) -> locale_str:
    """What a command, an option or a choice is called, or how it is described."""
    return locale_str(english, zh=chinese)
