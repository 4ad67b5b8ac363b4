"""The same bot as a chat in the terminal, for those who have no Discord token yet, and for pipes."""

import asyncio
import math
import signal
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.asking import AsksDesk
from bot.plain_answer import show_answer, sources_of
from bot.texts import ENGLISH, MAX_QUESTION
from rag_core.answering.conversations import ConversationKey, Conversations, turn_of
from rag_core.answering.model import Answer, Question
from rag_core.records.book import QuestionBook
from rag_core.records.model import Feedback, Origin, Rating

_TEXTS = ENGLISH.asking

HELP: Final = """\
  /ask QUESTION   ask (the same as typing the question)
  /sources        the passages behind the last answer
  /good, /bad     was the last answer right?
  /new            forget the conversation, so that the next question stands alone
  /quit           leave; Ctrl-C stops an answer that is being written"""

_NOBODY: Final = 0
"""The user id under which ratings from a terminal are kept; Discord gives it to nobody."""

_HERE: Final = ConversationKey(0, _NOBODY)


class Chat:
    """One conversation in a terminal.

    Args:
        desk: answers.
        book: keeps ratings.
        console: a plain one; see `bot.console`.
        status: what the line below the prompt says.
    """

    def __init__(
        self, desk: AsksDesk, book: QuestionBook, console: Console, status: Callable[[], str] = lambda: ""
    ) -> None:
        self._desk = desk
        self._book = book
        self._console = console
        self._status = status
        self._conversations = Conversations(longest_age=math.inf)
        self._last: Answer | None = None
        self._asking = ""

    async def converse(self) -> None:
        """Prompt, answer, and prompt again, until /quit, Ctrl-C at the prompt, or the end of input."""
        session: PromptSession[str] = PromptSession("ask> ", bottom_toolbar=self._status, refresh_interval=0.5)
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async()
                except (EOFError, KeyboardInterrupt):
                    return
                with _on_ctrl_c(self._stop):
                    if not await self.take(line.strip()):
                        return

    async def read(self, lines: AsyncIterator[str]) -> None:
        """Answer each line, for pipes."""
        async for line in lines:
            if not await self.take(line):
                return

    async def take(self, line: str) -> bool:
        """Do what one line says; False ends the chat."""
        command, _, rest = line.partition(" ")
        match command:
            case "":
                pass
            case "/quit" | "/exit":
                return False
            case "/sources":
                self._print_sources()
            case "/good" | "/bad":
                await self._rate("up" if command == "/good" else "down")
            case "/new":
                self._conversations.forget(_HERE)
                self._console.print("The next question stands alone.")
            case "/ask":
                await self._ask(rest.strip())
            case _ if command.startswith("/"):
                self._console.print(HELP)
            case _:
                await self._ask(line)
        return True

    async def _ask(self, text: str) -> None:
        if problem := _unaskable(text):
            self._console.print(problem)
            return
        question = Question(id=uuid.uuid4().hex, text=text, history=self._conversations.turns(_HERE))
        self._asking = question.id
        answer = await show_answer(self._desk.ask(question, Origin("terminal")), self._console)
        self._console.print()
        self._last = answer
        if turn := turn_of(question, answer):
            self._conversations.add(_HERE, turn)

    def _stop(self, chat: "asyncio.Task[object] | None") -> None:
        """End the answer that is being written, and the chat where that is not enough."""
        if not self._desk.stop(self._asking) and chat is not None:
            chat.cancel()

    async def _rate(self, rating: Rating) -> None:
        if self._last is None:
            self._console.print("Ask something first.")
            return
        await self._book.save_feedback(Feedback(self._last.question_id, _NOBODY, rating, datetime.now(UTC)))
        self._console.print("Thank you, noted.")

    def _print_sources(self) -> None:
        sources = sources_of(self._last) if self._last else ""
        self._console.print(sources or "There are no sources yet.")


def _unaskable(text: str) -> str:
    """What is wrong with a question, if anything."""
    if not text:
        return _TEXTS.empty_question.replace("`", "")
    if len(text) > MAX_QUESTION:
        return _TEXTS.long_question.format(limit=MAX_QUESTION)
    return ""


@contextmanager
def _on_ctrl_c(act: "Callable[[asyncio.Task[object] | None], None]") -> Iterator[None]:
    """Let Ctrl-C do this, with the task that is running now, instead of cancelling that."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    loop.add_signal_handler(signal.SIGINT, act, asyncio.current_task())
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
