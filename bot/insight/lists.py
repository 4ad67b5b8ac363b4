"""`/admin stats`, `/admin unanswered`, `/admin feedback`: what was asked, and what people think of the answers."""

import asyncio
import io
from datetime import timedelta
from typing import Final, cast

import discord
from discord import app_commands

from bot.insight import _rendering
from bot.insight._period import DAYS, Days, last_days
from bot.insight._picture import bars, draw
from bot.moderation import Interaction, ModeratorGroup, Tools, server_of
from bot.panels import Pager, panel_view
from bot.texts import insight as words
from rag_core.answering.grouping import Groups
from rag_core.records.insight import Asked, Figures, Period
from rag_core.records.model import Rating

_MOST_GROUPED: Final = 1000
"""Questions that are embedded for one list, since embedding takes a while on a processor."""
_MOST_RATINGS: Final = 500
_RATINGS: Final = [app_commands.Choice(name=name, value=rating) for rating, name in words.RATING_CHOICES.items()]


class ListCommands(ModeratorGroup):
    """The commands; their group is never shown."""

    def __init__(self, tools: Tools, groups: Groups) -> None:
        super().__init__(tools)
        self._groups = groups

    @app_commands.command(name=words.STATS, description=words.STATS_DESCRIPTION)
    @app_commands.rename(days=words.DAYS)
    @app_commands.describe(days=words.DAYS_OPTION)
    async def stats(self, interaction: Interaction, days: Days = DAYS) -> None:
        """Figures, and a picture of them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts, period = self.tools.speaking.to(interaction), last_days(interaction.created_at, days)
        figures = await self.tools.books.insight.figures(server_of(interaction), period)
        panel = _rendering.stats(figures, days, texts)
        files = [await _picture(figures, period)] if panel.picture else []
        await interaction.edit_original_response(view=panel_view(panel), attachments=files)

    @app_commands.command(name=words.UNANSWERED, description=words.UNANSWERED_DESCRIPTION)
    @app_commands.rename(days=words.DAYS)
    @app_commands.describe(days=words.DAYS_OPTION)
    async def unanswered(self, interaction: Interaction, days: Days = DAYS) -> None:
        """What the documentation lacks."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts, guild_id = self.tools.speaking.to(interaction), server_of(interaction)
        period = last_days(interaction.created_at, days)
        asked = await self.tools.books.insight.refused(guild_id, period, _MOST_GROUPED)
        newest = _MOST_GROUPED if len(asked) == _MOST_GROUPED else None
        panels = _rendering.unanswered(await most_asked(asked, self._groups), guild_id, days, texts, newest=newest)
        await interaction.edit_original_response(view=Pager(panels, texts))

    @app_commands.command(name=words.FEEDBACK, description=words.FEEDBACK_DESCRIPTION)
    @app_commands.rename(rating=words.RATING, days=words.DAYS)
    @app_commands.describe(rating=words.RATING_OPTION, days=words.DAYS_OPTION)
    @app_commands.choices(rating=_RATINGS)
    async def feedback(self, interaction: Interaction, rating: str | None = None, days: Days = DAYS) -> None:
        """Ratings with reasons and comments."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        texts, guild_id = self.tools.speaking.to(interaction), server_of(interaction)
        period, kind = last_days(interaction.created_at, days), cast("Rating | None", rating)
        rated = await self.tools.books.insight.ratings(guild_id, period, _MOST_RATINGS, kind)
        await interaction.edit_original_response(view=Pager(_rendering.feedback(rated, guild_id, days, texts), texts))


async def most_asked(newest_first: list[Asked], groups: Groups) -> list[list[Asked]]:
    """Questions that ask the same together, oldest first; what is asked most, and then what is asked again, first."""
    asked = newest_first[::-1]
    found = [[asked[index] for index in group] for group in await groups.of([each.text for each in asked])]
    return sorted(found, key=lambda group: (len(group), group[-1].asked_at), reverse=True)


async def _picture(figures: Figures, period: Period) -> discord.File:
    shown = bars(figures.days, period.since.date(), (period.until - timedelta(days=1)).date())
    return discord.File(io.BytesIO(await asyncio.to_thread(draw, shown)), _rendering.PICTURE)
