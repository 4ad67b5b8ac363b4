"""Forms on the page: every kind of field that the bot's forms may have."""

from typing import Any

import discord
import pytest
from discord import app_commands, ui
from playwright.async_api import Browser, expect

from tests.bot.playground.stage import stage

pytestmark = pytest.mark.real


class Order(ui.Modal, title="An order"):
    """Says what it was sent."""

    said: ui.TextDisplay[Any] = ui.TextDisplay("Fill this in.")
    name: ui.Label[Any] = ui.Label(text="Name", component=ui.TextInput(max_length=20))
    text: ui.Label[Any] = ui.Label(
        text="Text", component=ui.TextInput(style=discord.TextStyle.paragraph, required=False, default="As ever")
    )
    kind: ui.Label[Any] = ui.Label(
        text="Kind",
        description="One of two",
        component=ui.Select(
            options=[discord.SelectOption(label=each, value=each[0].lower()) for each in ("Big", "Small")]
        ),
    )
    place: ui.Label[Any] = ui.Label(text="Place", component=ui.ChannelSelect(required=False))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        parts = (self.name.component, self.text.component, self.kind.component, self.place.component)
        values = [getattr(part, "value", None) or getattr(part, "values", None) for part in parts]
        await interaction.response.send_message(str([str(value) for value in values]))


@app_commands.command(description="Opens a form")
async def order(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_modal(Order())


async def test_a_form_is_filled_and_sent(browser: Browser) -> None:
    async with stage(browser, order) as it:
        await it.command("order")
        await it.page.keyboard.press("Enter")
        form = it.page.get_by_role("form", name="An order")
        await expect(form).to_contain_text("Fill this in.")
        await form.get_by_label("Name").fill("Ada")
        await form.get_by_label("Kind").select_option("Big")
        await form.get_by_label("Place").select_option("# general")
        await form.get_by_role("button", name="Submit").click()
        await expect(it.last).to_contain_text("['Ada', 'As ever', \"['b']\", ")
        await expect(it.page.get_by_role("dialog")).to_be_hidden()
        await expect(it.page.locator("#problem")).to_be_hidden()


async def test_a_form_that_is_not_full_is_not_sent_and_one_that_is_cancelled_neither(browser: Browser) -> None:
    async with stage(browser, order) as it:
        await it.command("order")
        await it.page.keyboard.press("Enter")
        form = it.page.get_by_role("form", name="An order")
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_visible()
        await form.get_by_role("button", name="Cancel").click()
        await expect(it.page.get_by_role("dialog")).to_be_hidden()
        await expect(it.page.locator("#messages > li")).to_have_count(0)
