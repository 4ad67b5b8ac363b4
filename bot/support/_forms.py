"""The forms: why an answer did not help, and what it should say instead."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

import discord
from discord import ui

from bot.forms import Form, Interaction, text_field
from bot.texts import Texts
from rag_core.records.book import QuestionBook
from rag_core.records.model import Feedback, Reason

_COMMENT: Final = 1000
"""Characters."""


class ReasonForm(Form):
    """What was wrong with an answer: one reason, and words of one's own; each may be left out."""

    def __init__(self, question_id: str, book: QuestionBook, texts: Texts) -> None:
        own = texts.support
        super().__init__(own.form_title)
        self._question_id = question_id
        self._book = book
        self._thanks = own.form_thanks
        options = [discord.RadioGroupOption(label=label, value=reason) for reason, label in own.reasons.items()]
        self._reason: ui.RadioGroup[Any] = ui.RadioGroup(custom_id="reason", options=options, required=False)
        self._comment = text_field("comment", longest=_COMMENT, hint=own.form_comment_hint, needed=False)
        self.add_item(ui.Label(text=own.form_reason, component=self._reason))
        self.add_item(ui.Label(text=own.form_comment, component=self._comment))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Keep it with the rating, which counts already."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        reason, comment = cast("Reason | None", self._reason.value or None), self._comment.value.strip()
        await self._book.save_feedback(
            Feedback(self._question_id, interaction.user.id, "down", datetime.now(UTC), reason, comment)
        )
        await interaction.edit_original_response(content=self._thanks)


class CorrectionForm(Form):
    """What an answer says, to be put right; `keep` takes what it should say."""

    def __init__(self, text: str, texts: Texts, keep: Callable[[Interaction, str], Awaitable[None]]) -> None:
        own = texts.support
        super().__init__(own.correct_title)
        self._text = text_field("text", text)
        self._keep = keep
        self.add_item(ui.Label(text=own.correct_text, description=own.correct_hint, component=self._text))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Hand it on."""
        await self._keep(interaction, self._text.value.strip())
