"""The same bot as a chat in the terminal, for those who have no Discord token yet, and for pipes."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.asking import _texts as texts
from rag_core.answering.citing import quotes
from rag_core.answering.model import (
    Answer,
    AnswerEvent,
    Finished,
    IndexInfo,
    Question,
    Retrieved,
    Searching,
    Shown,
    Turn,
)
from rag_core.records.book import QuestionBook
from rag_core.records.model import Feedback, Origin, Rating

HELP = """\
  /ask QUESTION   ask (the same as typing the question)
  /sources        the passages behind the last answer
  /good, /bad     was the last answer right?
  /new            forget the conversation, so that the next question stands alone
  /quit           leave"""

_CLOSEST = 3
_NOBODY = 0
"""The user id under which ratings from a terminal are kept; Discord gives it to nobody."""


class Asks(Protocol):
    """The part of the desk that a chat needs."""

    def ask(self, question: Question, origin: Origin) -> AsyncIterator[AnswerEvent]:
        """Answer one question, as a stream that ends with `Finished`."""


class Chat:
    """One conversation in a terminal."""

    def __init__(self, desk: Asks, book: QuestionBook, console: Console, status: Callable[[], str]) -> None:
        self._desk = desk
        self._book = book
        self._console = console
        self._status = status
        self._turns: tuple[Turn, ...] = ()
        self._last: Answer | None = None

    async def converse(self) -> None:
        """Prompt, answer, and prompt again, until /quit or the end of input."""
        session: PromptSession[str] = PromptSession("ask> ", bottom_toolbar=self._status, refresh_interval=0.5)
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async()
                except (EOFError, KeyboardInterrupt):
                    return
                if not await self.take(line.strip()):
                    return

    async def read_lines(self) -> None:
        """Answer each line of standard input, for pipes."""
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip() and not await self.take(line.strip()):
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
                self._turns = ()
            case "/ask":
                await self._ask(rest.strip())
            case _ if command.startswith("/"):
                self._say(HELP)
            case _:
                await self._ask(line)
        return True

    async def _ask(self, text: str) -> None:
        if not text:
            self._say("Type a question after /ask.")
            return
        question = Question(id=uuid.uuid4().hex, text=text, history=self._turns)
        answer = await show_answer(self._desk.ask(question, Origin("terminal")), self._console)
        self._last = answer
        self._turns = (*self._turns, Turn(text, answer.text))

    async def _rate(self, rating: Rating) -> None:
        if self._last is None:
            self._say("Ask something first.")
            return
        await self._book.save_feedback(Feedback(self._last.question_id, _NOBODY, rating, datetime.now(UTC)))
        self._say("Thank you, noted.")

    def _print_sources(self) -> None:
        if self._last is None or not self._last.passages:
            self._say("There are no sources yet.")
            return
        for passage in self._last.passages:
            self._say(f"[{passage.number}] {passage.heading}\n    {passage.link}\n{_indented(passage.text)}\n")

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)


async def show_answer(events: AsyncIterator[AnswerEvent], console: Console) -> Answer:
    """Print an answer while it comes, and what belongs under it; returns the whole."""
    async with aclosing(events) as stream:  # type: ignore[type-var]
        async for event in stream:
            match event:
                case Searching():
                    _status(console, "Searching the documentation…")
                case Retrieved(passages):
                    _status(console, f"Reading {len(passages)} passages…")
                case Shown(text):
                    console.print(text, end="", markup=False, highlight=False, soft_wrap=True)
                case Finished(answer):
                    _print_end(answer, console)
                    return answer
    raise AssertionError("an answer's stream ends with Finished")


def _status(console: Console, text: str) -> None:
    """Only for people: a pipe gets the answer alone."""
    if console.is_terminal:
        console.print(text, style="dim")


def _print_end(answer: Answer, console: Console) -> None:
    if answer.text:
        console.print("\n")
    for line in _end_lines(answer):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _end_lines(answer: Answer) -> list[str]:
    lines = [sentence] if (sentence := _sentence(answer)) else []
    if answer.outcome == "quoted":
        for quote in quotes(answer):
            lines += ["", f"[{quote.number}] {quote.heading}", f"    {quote.link}", _indented(quote.text)]
    elif answer.outcome == "refused":
        lines += [f"  - {passage.heading}\n    {passage.link}" for passage in answer.passages[:_CLOSEST]]
    elif answer.citations:
        lines += ["Sources", *(f"[{each.number}] {each.heading}\n    {each.link}" for each in answer.citations)]
    return [*lines, "", _small_print(answer)]


def _sentence(answer: Answer) -> str:
    """What the outcome means, where the text does not say it."""
    match answer.outcome:
        case "answered":
            return ""
        case "refused":
            return f"{_plain(texts.REFUSED)} {_plain(texts.CLOSEST)}:"
        case "quoted":
            return f"{texts.REASONS.get(answer.note, '')} {_plain(texts.QUOTED)}".strip()
        case "cancelled":
            return texts.CANCELLED
        case "failed":
            return texts.REASONS.get(answer.note) or texts.FAILED.format(id=answer.question_id)


def _small_print(answer: Answer) -> str:
    generated = [texts.GENERATED] if answer.outcome == "answered" else []
    return " ".join([*_origin(answer.index), *generated])


def _origin(index: IndexInfo | None) -> list[str]:
    if index is None:
        return []
    if index.sample:
        return [texts.SAMPLE]
    if index.refreshed_at is None:
        return [f"{texts.DOCS.format(version=index.version)}."]
    age = f"{index.refreshed_at:%Y-%m-%d %H:%M} UTC"
    return [f"{texts.DOCS_AND_AGE.format(version=index.version, age=age)}."]


def _plain(markdown: str) -> str:
    return markdown.replace("**", "")


def _indented(text: str) -> str:
    return "\n".join(f"    | {line}" for line in text.splitlines())
