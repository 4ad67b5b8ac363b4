"""Forms that open over Discord: a title, labelled fields, and one way to say that something went wrong."""

from typing import Any, Final

import discord
from discord import ui

from bot.reporting import report

Interaction = discord.Interaction[Any]

_SECONDS: Final = 60 * 60
"""How long somebody may take to fill one in; Discord itself sets no time."""

LONGEST_TEXT: Final = 4000
"""Characters that a field takes."""


class Form(ui.Modal):
    """One form; what it says is done in `on_submit`."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=_SECONDS)

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Tell the person, as for every other failure."""
        await report(interaction, error)


def text_field(
    custom_id: str, text: str = "", *, longest: int = LONGEST_TEXT, hint: str = "", needed: bool = True
) -> ui.TextInput[Any]:
    """A field for text: one line where it is short, a box otherwise."""
    short = longest <= 300
    style = discord.TextStyle.short if short else discord.TextStyle.paragraph
    return ui.TextInput(
        custom_id=custom_id,
        style=style,
        default=text[:longest] or None,
        placeholder=hint or None,
        max_length=longest,
        required=needed,
    )
