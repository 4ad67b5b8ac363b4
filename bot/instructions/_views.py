"""The form for instructions, and the buttons below their preview."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.forms import Form, Interaction, text_field
from bot.reporting import reported
from bot.texts import Texts
from bot.texts.instructions import MAX_INSTRUCTIONS, MAX_QUESTION

Submitted = Callable[[Interaction, str, str], Awaitable[None]]
"""Takes the instructions and the question to try them on."""


class Decisions(Protocol):
    """What happens when a button is pressed."""

    async def decide(self, interaction: Interaction, decision: str, draft: str) -> None:
        """A moderator saves or discards what was tried."""


class DecidingClient(Protocol):
    """The part of the client that buttons use."""

    @property
    def drafts(self) -> Decisions:
        """Who handles presses."""


class InstructionForm(Form):
    """Instructions, and a question to try them on."""

    def __init__(self, now: str, texts: Texts, submitted: Submitted) -> None:
        own = texts.instructions
        super().__init__(own.title)
        self._submitted = submitted
        self._instructions = text_field("instructions", now, longest=MAX_INSTRUCTIONS, needed=False)
        self._question = text_field("question", longest=MAX_QUESTION)
        self.add_item(ui.Label(text=own.instructions, description=own.about, component=self._instructions))
        self.add_item(ui.Label(text=own.question, description=own.question_about, component=self._question))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Try them."""
        await self._submitted(interaction, self._instructions.value.strip(), self._question.value.strip())


class DecisionButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"instructions:(?P<decision>save|discard):(?P<draft>[0-9a-f]{32})",
):
    """Saves or discards what was tried."""

    def __init__(self, decision: str, draft: str, label: str | None, style: discord.ButtonStyle) -> None:
        custom_id = f"instructions:{decision}:{draft}"
        super().__init__(ui.Button(label=label, style=style, custom_id=custom_id))
        self.decision = decision
        self.draft = draft

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        label, style = (
            (item.label, item.style) if isinstance(item, ui.Button) else (None, discord.ButtonStyle.secondary)
        )
        return cls(match["decision"], match["draft"], label, style)

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("DecidingClient", interaction.client)
        async with reported(interaction):
            await client.drafts.decide(interaction, self.decision, self.draft)


BUTTONS = (DecisionButton,)
"""To be registered with the client, once."""
