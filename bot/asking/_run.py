"""One answer on its way from the desk to its message."""

from contextlib import aclosing

import structlog
from discord import ui

from bot.asking import _rendering
from bot.asking._call import AsksDesk, Call
from bot.asking._live_message import LiveMessage
from bot.asking._reply import MessageSlot
from bot.asking._views import StopButton, rating_buttons, view_of
from rag_core.answering.model import (
    Answer,
    AnswerEvent,
    Finished,
    Passage,
    Question,
    Queued,
    Retrieved,
    Shown,
)
from rag_core.records.book import QuestionBook

_log = structlog.get_logger(__name__)

_RATEABLE = {"answered", "refused", "quoted"}


class Run:
    """Shows one answer while it comes, and keeps which message carries it.

    With `when_sure` nothing is shown before there is checked text: what ends without any was never seen.
    """

    def __init__(self, call: Call, slot: MessageSlot, message: LiveMessage, book: QuestionBook) -> None:
        self._call = call
        self._slot = slot
        self._message = message
        self._book = book
        self._text = ""
        self._passages: tuple[Passage, ...] = ()
        self._whole: list[ui.LayoutView] = []
        self._noted = False

    async def follow(self, desk: AsksDesk, question: Question) -> Answer:
        """Show the answer while it comes; returns the whole."""
        async with aclosing(desk.ask(question, self._call.origin)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
                page = self._page(event)
                # Only now is the question on record; and now, since a restart may want to find the message.
                await self._note()
                if self._visible:
                    self._message.show(view_of(page, [self._stop_button]))
        raise RuntimeError("The desk's stream ended without Finished.")

    async def finish(self, answer: Answer) -> None:
        """Show the whole answer."""
        if not self._visible:
            _log.info("kept quiet, being unsure", outcome=answer.outcome, note=answer.note)
            return
        *pages, last = _rendering.render_answer(self._call.text, answer, self._call.texts)
        buttons = rating_buttons(answer.question_id) if answer.outcome in _RATEABLE else []
        self._whole = [*map(view_of, pages), view_of(last, buttons)]
        await self._show_last(self._whole)
        _log.info("answer delivered", outcome=answer.outcome, note=answer.note, messages=len(pages) + 1)

    async def end(self, sentence: str) -> None:
        """Leave what was shown, and say why it stops there; an answer that is whole already is shown as such."""
        if not self._visible:
            return
        pages = _rendering.render_end(self._call.text, self._text, self._passages, sentence)
        await self._show_last(self._whole or [view_of(page) for page in pages])

    @property
    def _visible(self) -> bool:
        return bool(self._text) or not self._call.when_sure

    @property
    def _stop_button(self) -> StopButton:
        return StopButton(self._call.id, self._call.asker.user_id, self._call.texts.asking.stop_label)

    async def _show_last(self, views: list[ui.LayoutView]) -> None:
        await self._message.finish(views)
        await self._note()

    async def _note(self) -> None:
        """Put on record where the answer stands, once it does."""
        place = self._slot.place
        if place is not None and not self._noted:
            self._noted = True
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
