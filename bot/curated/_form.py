"""The form for a question and its answer."""

from collections.abc import Awaitable, Callable
from typing import Final

from discord import ui

from bot.forms import Form, Interaction, text_field
from bot.texts import Texts

_QUESTION: Final = 300
_ANSWER: Final = 3500
"""Characters: an answer fits into one message, with its title and sources."""


class AnswerForm(Form):
    """Filled with `question` and `answer`; `keep` takes what comes back, neither of them empty."""

    def __init__(
        self, question: str, answer: str, texts: Texts, keep: Callable[[Interaction, str, str], Awaitable[None]]
    ) -> None:
        own = texts.curated
        super().__init__(own.form_title)
        self._empty = own.empty
        self._keep = keep
        self._question = text_field("question", question, longest=_QUESTION, hint=own.question_hint)
        self._answer = text_field("answer", answer, longest=_ANSWER)
        self.add_item(ui.Label(text=own.question, component=self._question))
        self.add_item(ui.Label(text=own.answer, description=own.answer_hint, component=self._answer))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Hand it on."""
        question, answer = self._question.value.strip(), self._answer.value.strip()
        if question and answer:
            await self._keep(interaction, question, answer)
        else:
            await interaction.response.send_message(self._empty, ephemeral=True)
