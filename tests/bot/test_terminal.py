"""The chat in the terminal."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from blockbuster import BlockBuster
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.terminal import HELP, Chat
from bot.texts import ENGLISH
from rag_core.answering.model import Finished, Searching, Shown, Turn
from tests.bot.asking.answers import ANSWERED, PAGE, QUESTION, QUOTED
from tests.fakes.book import FakeBook
from tests.fakes.desk import FakeDesk, Step, Wait


class Screen:
    """A chat, and what it printed."""

    def __init__(self, *script: Step) -> None:
        self.book = FakeBook()
        self.desk = FakeDesk(self.book, script or (Shown(ANSWERED.text), Finished(ANSWERED)))
        self._output = io.StringIO()
        console = Console(file=self._output, markup=False, emoji=False, highlight=False, soft_wrap=True)
        self.chat = Chat(self.desk, self.book, console)

    @property
    def text(self) -> str:
        return self._output.getvalue()

    async def take(self, *lines: str) -> bool:
        return [await self.chat.take(line) for line in lines][-1]


async def test_follow_ups_carry_what_was_said_before() -> None:
    screen = Screen()
    await screen.take(QUESTION, "/ask And for IVF_FLAT?", "And SCANN?")
    asked = [question for question, _ in screen.desk.asked]
    assert [question.text for question in asked] == [QUESTION, "And for IVF_FLAT?", "And SCANN?"]
    assert asked[0].history == ()
    assert asked[2].history == (Turn(QUESTION, ANSWERED.text), Turn("And for IVF_FLAT?", ANSWERED.text))
    assert {origin.platform for _, origin in screen.desk.asked} == {"terminal"}
    assert len({question.id for question in asked}) == 3


async def test_a_long_conversation_is_not_carried_whole() -> None:
    screen = Screen()
    words = "and which metric? " * 60
    await screen.take(*(f"{words}{number}" for number in range(9)))
    turns = screen.desk.asked[-1][0].history
    assert 0 < len(turns) < 5
    assert [turn.question[-1] for turn in turns] == [str(8 - back) for back in range(len(turns), 0, -1)]


async def test_new_forgets_the_conversation() -> None:
    screen = Screen()
    assert await screen.take(QUESTION, "/new", "And for IVF_FLAT?")
    assert screen.desk.asked[-1][0].history == ()


async def test_sources_are_those_of_the_last_answer() -> None:
    screen = Screen(Finished(QUOTED))
    await screen.take("/sources")
    assert screen.text == "There are no sources yet.\n"
    await screen.take(QUESTION)
    before = len(screen.text)
    await screen.take("/sources")
    assert f"[3] HNSW > Build index\n    {PAGE}#Build-index\n" in screen.text[before:]


@pytest.mark.parametrize(("command", "rating"), [("/good", "up"), ("/bad", "down")])
async def test_ratings_are_kept_with_the_question(command: str, rating: str) -> None:
    screen = Screen()
    await screen.take(command)
    assert screen.text == "Ask something first.\n"
    assert screen.book.feedback == {}
    await screen.take(QUESTION, command)
    (question, _), (feedback,) = screen.desk.asked[0], screen.book.feedback.values()
    assert (feedback.question_id, feedback.rating) == (question.id, rating)


@pytest.mark.parametrize("line", ["/help", "/what", "/", "/ASK x"])
async def test_an_unknown_command_shows_those_there_are(line: str) -> None:
    screen = Screen()
    assert await screen.take(line)
    assert screen.text == f"{HELP}\n"
    assert screen.desk.asked == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/ask", "Please write a question after /ask."),
        ("/ask   ", "Please write a question after /ask."),
        ("x" * 6001, "That is longer than 6,000 characters: please shorten it to the lines that matter."),
        ("", ""),
    ],
)
async def test_what_is_no_question_is_not_asked(line: str, said: str) -> None:
    screen = Screen()
    assert await screen.take(line)
    assert screen.text.strip() == said
    assert screen.desk.asked == []


@pytest.mark.parametrize("line", ["/quit", "/exit"])
async def test_quit_ends_the_chat(line: str) -> None:
    assert not await Screen().take(line)


async def test_a_pipe_is_answered_line_by_line_without_control_characters() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in (QUESTION, "/good", "/quit", "never asked"):
            yield line

    screen = Screen(Searching("?"), Shown("\x1b[31mred\x1b[0m."), Finished(replace(ANSWERED, text="red.")))
    await screen.chat.read(lines())
    assert [question.text for question, _ in screen.desk.asked] == [QUESTION]
    assert not any(ord(char) < 32 and char != "\n" for char in screen.text)


@pytest.fixture
def keyboard(blocking_calls_fail: BlockBuster) -> Iterator[PipeInput]:
    """What is typed. At the chat's end prompt_toolkit waits for its thread that prints, for a moment."""
    blocking_calls_fail.functions["threading.Lock.acquire"].can_block_in("prompt_toolkit/patch_stdout.py", "close")
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


async def asked(screen: Screen, times: int) -> None:
    while len(screen.desk.asked) < times:  # noqa: ASYNC110 - the fake has no event to wait for
        await asyncio.sleep(0.01)


async def test_at_the_prompt_lines_are_asked_until_ctrl_c(keyboard: PipeInput) -> None:
    screen = Screen()
    async with asyncio.timeout(20):
        chatting = asyncio.create_task(screen.chat.converse())
        keyboard.send_text(f"{QUESTION}\r")
        await asked(screen, 1)
        keyboard.send_text("\x03")
        await chatting
    assert f"[1] HNSW > Index params\n    {PAGE}#Index-params" in screen.text


async def test_the_end_of_input_ends_the_chat(keyboard: PipeInput) -> None:
    screen = Screen()
    keyboard.send_text("\x04")
    async with asyncio.timeout(20):
        await screen.chat.converse()


async def test_ctrl_c_stops_an_answer_and_not_the_chat(keyboard: PipeInput) -> None:
    screen = Screen(Shown("One. "), *[Wait(0.01)] * 6000, Finished(ANSWERED))
    before = signal.getsignal(signal.SIGINT)
    async with asyncio.timeout(20):
        chatting = asyncio.create_task(screen.chat.converse())
        keyboard.send_text(f"{QUESTION}\r")
        await asked(screen, 1)
        os.kill(os.getpid(), signal.SIGINT)
        keyboard.send_text("And SCANN?\r")
        await asked(screen, 2)
        os.kill(os.getpid(), signal.SIGINT)
        keyboard.send_text("/quit\r")
        await chatting
    assert screen.desk.stopped == [question.id for question, _ in screen.desk.asked]
    assert screen.text.count(ENGLISH.asking.cancelled) == 2
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_second_ctrl_c_ends_a_chat_whose_answer_does_not_stop(keyboard: PipeInput) -> None:
    class Stubborn(FakeDesk):
        def stop(self, question_id: str) -> bool:
            self.stopped.append(question_id)
            return len(self.stopped) == 1

    screen = Screen()
    desk = Stubborn(screen.book, (Shown("One. "), Wait(3600)))
    screen.desk = desk
    screen.chat = Chat(desk, screen.book, Console(file=io.StringIO()))
    async with asyncio.timeout(20):
        chatting = asyncio.create_task(screen.chat.converse())
        keyboard.send_text(f"{QUESTION}\r")
        await asked(screen, 1)
        os.kill(os.getpid(), signal.SIGINT)
        while not desk.stopped:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(asyncio.CancelledError):
            await chatting
