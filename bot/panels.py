"""Private messages that show settings, lists and results: a heading, short lines, one colour that means one thing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import discord
from discord import ui

from bot.reporting import report
from bot.texts import Texts

DONE: Final = 0x3BA55D
"""Something was changed, as was asked. What only shows something has no colour."""

_SECONDS: Final = 15 * 60
"""As long as Discord takes changes to a private message."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Panel:
    """One message: `sections` stand apart by a line, the `note` below them in small print.

    `picture` and `file` name files that are sent with it; `described` is the picture in words.
    """

    title: str
    sections: tuple[str, ...] = ()
    note: str = ""
    colour: int | None = None
    picture: str = ""
    described: str = ""
    file: str = ""


def in_pages(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """What fits on each page, `size` at most; no page where there is nothing."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def mention(user_id: int, texts: Texts) -> str:
    """How a text names somebody who is on record; a number that stands for them is nobody whom Discord knows."""
    return f"<@{user_id}>" if user_id > 0 else texts.general.hidden_person


def panel_view(panel: Panel, rows: Sequence[ui.ActionRow[ui.LayoutView]] = ()) -> ui.LayoutView:
    """The message that shows a panel, with buttons or menus below it."""
    view = _View(timeout=None)
    view.add_item(_container(panel, rows))
    return view


def _container(panel: Panel, rows: Sequence[ui.ActionRow[Any]]) -> ui.Container[Any]:
    children: list[ui.Item[Any]] = [ui.TextDisplay(f"### {panel.title}")]
    for number, section in enumerate(panel.sections):
        if number:
            children.append(ui.Separator(spacing=discord.SeparatorSpacing.small))
        children.append(ui.TextDisplay(section))
    if panel.picture:
        shown = discord.MediaGalleryItem(f"attachment://{panel.picture}", description=panel.described)
        children.append(ui.MediaGallery(shown))
    if panel.file:
        children.append(ui.File(f"attachment://{panel.file}"))
    if panel.note:
        children.append(ui.TextDisplay(f"-# {panel.note}"))
    return ui.Container(*children, *rows, accent_colour=panel.colour)


class _View(ui.LayoutView):
    """Tells whoever pressed something what went wrong, as commands do."""

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /) -> None:
        await report(interaction, error)


class ConfirmButton(ui.Button[ui.LayoutView]):
    """The red one below a panel that asks once more; what goes wrong in `press` is told by the panel's view.

    For private messages, which only the person sees whom it is about: it ends with this process.
    """

    def __init__(self, label: str, press: Callable[[discord.Interaction[Any]], Awaitable[None]]) -> None:
        super().__init__(label=label, style=discord.ButtonStyle.danger)
        self._press = press

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Handle a press."""
        await self._press(interaction)


class Pager(_View):
    """Panels one at a time, with buttons to turn over; without buttons where there is only one.

    For private messages: turning over needs this process, and the messages live no longer.
    """

    def __init__(self, panels: Sequence[Panel], texts: Texts) -> None:
        super().__init__(timeout=_SECONDS)
        self._panels = panels
        self._texts = texts.general
        self._at = 0
        self._draw()

    def _draw(self) -> None:
        self.clear_items()
        rows: list[ui.ActionRow[Any]] = []
        if len(self._panels) > 1:
            back = _Turn(self._texts.previous_page, -1, disabled=self._at == 0)
            position = self._texts.page_of.format(page=self._at + 1, pages=len(self._panels))
            here: ui.Button[Any] = ui.Button(label=position, disabled=True)
            rows = [ui.ActionRow(back, here, _Turn(self._texts.next_page, 1, disabled=self._at_end))]
        self.add_item(_container(self._panels[self._at], rows))

    @property
    def _at_end(self) -> bool:
        return self._at == len(self._panels) - 1

    async def turn(self, interaction: discord.Interaction[Any], pages: int) -> None:
        """Show another panel in the same message."""
        self._at = min(max(self._at + pages, 0), len(self._panels) - 1)
        self._draw()
        await interaction.response.edit_message(view=self)


class _Turn(ui.Button[Pager]):
    def __init__(self, label: str, pages: int, *, disabled: bool) -> None:
        super().__init__(label=label, disabled=disabled)
        self._pages = pages

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.view is not None:
            await self.view.turn(interaction, self._pages)
