"""One answer on its way from the desk to its message."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import structlog
from discord import ui

from bot.asking import _rendering
from bot.asking._call import AsksDesk, Call
from bot.asking._live_message import LiveMessage
from bot.asking._reply import MessageSlot
from bot.asking._views import RetryButton, StopButton, place_buttons, rating_buttons, support_buttons, view_of
from rag_core.answering.model import Answer, AnswerEvent, Finished, Passage, Question, Queued, Retrieved, Shown
from rag_core.records.book import QuestionBook
from rag_core.records.model import Reply

_log = structlog.get_logger(__name__)

_RATEABLE = {"answered", "refused", "quoted"}


class Run:
    """Shows one answer while it comes, and keeps which message carries it.

    Of a question that is answered only `when_sure`, nothing is shown before there is checked text: what ends without
    any was never seen.
    """

    def __init__(self, call: Call, slot: MessageSlot, message: LiveMessage, book: QuestionBook) -> None:
        self._call = call
        self._slot = slot
        self._message = message
        self._book = book
        self._text = ""
        self._passages: tuple[Passage, ...] = ()
        self._whole: list[ui.LayoutView] = []
        self._noted: Reply | None = None
        self._withdrawn = False

    @property
    def place(self) -> Reply | None:
        """Where the answer stands, once it does."""
        return self._slot.place

    @property
    def seen(self) -> bool:
        """Whether people are to see anything of it."""
        return not self._withdrawn and (bool(self._text) or not self._call.when_sure)

    def withdraw(self) -> None:
        """From now on show nothing of it."""
        self._withdrawn = True

    async def follow(self, desk: AsksDesk, question: Question) -> Answer:
        """Show the answer while it comes; returns the whole."""
        async with aclosing(desk.ask(question, self._call.origin)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
                page = self._page(event)
                # Only now is the question on record; and now, since a restart may want to find the message.
                await self._note()
                if self.seen:
                    self._message.show(view_of(page, [self._stop_button]))
        raise RuntimeError("The desk's stream ended without Finished.")

    async def finish(self, answer: Answer) -> None:
        """Show the whole answer."""
        *pages, last = _rendering.render_answer(self._call.text, answer, self._call.texts)
        self._whole = [*map(view_of, pages), view_of(last, *self._rows(answer))]
        if await self._show_last(self._whole):
            _log.info("answer delivered", outcome=answer.outcome, note=answer.note, messages=len(pages) + 1)

    async def end(self, sentence: str) -> None:
        """Leave what was shown, say why it stops there, and offer to try again; what is whole already stays whole."""
        *pages, last = _rendering.render_end(self._call.text, self._text, self._passages, sentence)
        await self._show_last(self._whole or [*map(view_of, pages), view_of(last, [self._retry_button])])

    def _rows(self, answer: Answer) -> list[list[ui.Item[Any]]]:
        call = self._call
        whole = answer.outcome in _RATEABLE
        # A rating hangs on its question: where that is not kept, by its asker's will, it could not be either.
        ratings = rating_buttons(call.id) if whole and self._book.is_kept(call.id) else []
        # Help comes from people of the server, who must not learn of a private question.
        if ratings and call.origin.guild_id is not None and not call.origin.private:
            ratings += support_buttons(call.id, call.asker.user_id, call.texts)
        retry: list[ui.Item[Any]] = [self._retry_button] if answer.outcome == "failed" else []
        can_thread = call.can_thread and whole
        place = place_buttons(call.id, call.asker.user_id, call.texts, can_thread=can_thread)
        return [ratings, [*retry, *place] if not call.origin.private else retry]

    @property
    def _stop_button(self) -> StopButton:
        return StopButton(self._call.id, self._call.asker.user_id, self._call.texts.asking.stop_label)

    @property
    def _retry_button(self) -> RetryButton:
        return RetryButton(self._call.id, self._call.asker.user_id, self._call.texts.asking.retry_label)

    async def _show_last(self, views: Sequence[ui.LayoutView]) -> bool:
        """False where nobody is to see it."""
        await (self._message.finish(views) if self.seen else self._message.close())
        await self._note()
        return self.seen

    async def _note(self) -> None:
        """Put on record where the answer stands, once it does."""
        place = self._slot.place
        if place is not None and place != self._noted:
            self._noted = place
            await self._book.save_reply(self._call.id, place)

    def _page(self, event: AnswerEvent) -> _rendering.Page:
        question, texts = self._call.text, self._call.texts
        match event:
            case Retrieved(passages):
                self._passages = passages
                return _rendering.render_status(question, texts.asking.read(len(passages)))
            case Queued(ahead):
                return _rendering.render_status(question, texts.asking.queue(ahead))
            case Shown(text):
                self._text += text
                return _rendering.render_running(question, self._text, self._passages, texts)
            case _:
                return _rendering.render_status(question, texts.asking.searching)
