"""The message's components, and its buttons.

Buttons carry all they need in their `custom_id`, so that they work after a restart too: discord.py makes the item anew
from the id at every press.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, Self, cast

import discord
from discord import ui

from bot.asking._rendering import Page
from bot.reporting import reported
from bot.texts import Texts
from rag_core.records.model import Rating

_EMOJI: dict[Rating, str] = {"up": "👍", "down": "👎"}
_QUESTION_ID = re.compile(r"\b[0-9a-f]{32}\b")
_IDS = r"(?P<question>[0-9a-f]{32}):(?P<asker>-?\d{1,20})"

Interaction = discord.Interaction[Any]


class Presses(Protocol):
    """What happens when a button is pressed; the asking cog."""

    async def stop(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody presses Stop."""

    async def retry(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody wants an answer that broke off to be tried again."""

    async def continue_in_thread(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody wants to go on in a thread."""

    async def dismiss(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody wants an answer to go away."""


class SupportPresses(Protocol):
    """What happens when a button of the first row is pressed; support."""

    async def rate(self, interaction: Interaction, question_id: str, rating: Rating) -> None:
        """Somebody rates an answer."""

    async def solve(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody says that the question is solved."""

    async def call_person(self, interaction: Interaction, question_id: str, asker_id: int) -> None:
        """Somebody asks for a person."""


class AskingClient(Protocol):
    """The part of the client that buttons use."""

    @property
    def asking(self) -> Presses:
        """Who handles presses."""

    @property
    def support(self) -> SupportPresses:
        """Who handles those of the first row under an answer."""


class _AskersButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=rf"asker:{_IDS}"):
    """A button that knows the question and who asked it."""

    area: ClassVar[str] = "asking"
    action: ClassVar[str]
    """The name of the method of the client's area."""

    def __init__(self, question_id: str, asker_id: int, label: str | None) -> None:
        custom_id = f"{self.action}:{question_id}:{asker_id}"
        super().__init__(ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=custom_id))
        self.question_id = question_id
        self.asker_id = asker_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        label = item.label if isinstance(item, ui.Button) else None
        return cls(match["question"], int(match["asker"]), label)

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("AskingClient", interaction.client)
        async with reported(interaction):
            await getattr(getattr(client, self.area), self.action)(interaction, self.question_id, self.asker_id)


class StopButton(_AskersButton, template=rf"stop:{_IDS}"):
    """Stops a running answer; only for the one who asked."""

    action = "stop"


class RetryButton(_AskersButton, template=rf"retry:{_IDS}"):
    """Asks again what broke off; only for the one who asked."""

    action = "retry"


class ThreadButton(_AskersButton, template=rf"continue_in_thread:{_IDS}"):
    """Opens a thread under an answer; for the one who asked and for moderators."""

    action = "continue_in_thread"


class DismissButton(_AskersButton, template=rf"dismiss:{_IDS}"):
    """Takes an answer away; for the one who asked and for moderators."""

    action = "dismiss"


class SolveButton(_AskersButton, template=rf"solve:{_IDS}"):
    """Marks the question as solved; for the one who asked and for moderators."""

    area = "support"
    action = "solve"


class PersonButton(_AskersButton, template=rf"call_person:{_IDS}"):
    """Calls a person; for the one who asked, those who take part, and moderators."""

    area = "support"
    action = "call_person"


class RatingButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"rate:(?P<rating>up|down):(?P<question>[0-9a-f]{32})"
):
    """👍 or 👎 under an answer."""

    def __init__(self, question_id: str, rating: Rating) -> None:
        super().__init__(
            ui.Button(
                emoji=_EMOJI[rating], style=discord.ButtonStyle.secondary, custom_id=f"rate:{rating}:{question_id}"
            )
        )
        self.question_id = question_id
        self.rating: Rating = rating

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the pressed button anew."""
        return cls(match["question"], "up" if match["rating"] == "up" else "down")

    async def callback(self, interaction: Interaction) -> None:
        """Handle a press."""
        client = cast("AskingClient", interaction.client)
        async with reported(interaction):
            await client.support.rate(interaction, self.question_id, self.rating)


BUTTONS = (StopButton, RetryButton, ThreadButton, DismissButton, RatingButton, SolveButton, PersonButton)
"""To be registered with the client, once."""


def question_of(message: discord.Message) -> str | None:
    """The id of the question that a message answers, from its buttons."""
    ids = (getattr(each, "custom_id", None) or "" for each in _walk(message.components))
    return next(filter(None, map(question_id_in, ids)), None)


def question_id_in(text: str) -> str | None:
    """The first id of a question that stands in a text."""
    found = _QUESTION_ID.search(text)
    return found[0] if found else None


def sections_of(message: discord.Message) -> list[str]:
    """What a message says, section by section."""
    return [each.content for each in _walk(message.components) if isinstance(each, discord.TextDisplay)]


def _walk(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    for each in components:
        yield each
        yield from _walk(getattr(each, "children", ()))


def view_of(page: Page, *rows: Sequence[ui.Item[Any]]) -> ui.LayoutView:
    """The message that shows `page`, with rows of buttons below it; empty rows are left out."""
    children: list[ui.Item[Any]] = []
    for number, section in enumerate(page.sections):
        if number > 1 and not section.startswith("-# "):
            children.append(ui.Separator(spacing=discord.SeparatorSpacing.small))
        children.append(ui.TextDisplay(section))
    children += [ui.ActionRow(*row) for row in rows if row]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*children, accent_colour=page.colour))
    return view


def rating_buttons(question_id: str) -> list[ui.Item[Any]]:
    """👍 and 👎."""
    return [RatingButton(question_id, "up"), RatingButton(question_id, "down")]


def support_buttons(question_id: str, asker_id: int, texts: Texts) -> list[ui.Item[Any]]:
    """That it is solved, or that a person is wanted."""
    own = texts.support
    return [
        SolveButton(question_id, asker_id, own.solve_label),
        PersonButton(question_id, asker_id, own.call_label),
    ]


def solved_view(message: discord.Message, texts: Texts) -> ui.LayoutView:
    """An answer's message as it is, marked as solved."""
    return _settled(message, SolveButton, texts.support.solved_label, discord.ButtonStyle.success)


def called_view(message: discord.Message, texts: Texts) -> ui.LayoutView:
    """An answer's message as it is; a person was called."""
    return _settled(message, PersonButton, texts.support.called_label, discord.ButtonStyle.secondary)


def rows_of(message: discord.Message) -> list[list[ui.Item[Any]]]:
    """The buttons of a message, as they are."""
    rows = [each for each in _drawn(message).walk_children() if isinstance(each, ui.ActionRow)]
    return [list(row.children) for row in rows]


def _settled(
    message: discord.Message, kind: type[_AskersButton], label: str, style: discord.ButtonStyle
) -> ui.LayoutView:
    view = _drawn(message)
    for each in view.walk_children():
        if isinstance(each, ui.Button) and (each.custom_id or "").startswith(f"{kind.action}:"):
            each.label, each.style, each.disabled = label, style, True
    return view


def _drawn(message: discord.Message) -> ui.LayoutView:
    """A message's view. It listens to no press: that is left to the buttons' own classes."""
    view = ui.LayoutView.from_message(message, timeout=None)
    view.stop()
    return view


def place_buttons(question_id: str, asker_id: int, texts: Texts, *, can_thread: bool) -> list[ui.Item[Any]]:
    """Where the answer goes on, or that it goes away."""
    dismiss = DismissButton(question_id, asker_id, texts.asking.dismiss_label)
    if not can_thread:
        return [dismiss]
    return [ThreadButton(question_id, asker_id, texts.asking.thread_label), dismiss]
