"""A crowd in one channel, with the bot as its own process and limits set."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import DiscordServer, Interaction, Message
from tests.wire.engine_server import EngineServer

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

MANAGE_MESSAGES = 1 << 13
PEOPLE = 100
QUESTION = "What do the parameters for HNSW mean?"
SENTENCES = ("Your last question is still being answered", "You have asked as much as one person may for now")


def _is_told(message: Message) -> bool:
    """A sentence; where the rush delayed it beyond what Discord waits, in the message that was acknowledged."""
    return message.text.startswith(SENTENCES)


def _is_over(message: Message) -> bool:
    return not any(button.label == "Stop" for button in message.buttons)


async def _outcome(asked: Interaction) -> str:
    """How it ended for the one who asked; what they read, where that is neither of the two that are good."""
    message = await asked.finished(_is_over, within=600)
    if _is_told(message):
        return "told"
    return "answered" if any(button.emoji == "👍" for button in message.buttons) else message.text


async def test_of_a_hundred_who_ask_at_once_each_gets_an_answer_or_a_sentence(tmp_path: Path) -> None:
    async with DiscordServer() as server, EngineServer() as engine:
        guild = server.add_guild()
        channel = server.add_text_channel(guild)
        moderator = server.add_member(guild, "mona", permissions=MANAGE_MESSAGES)
        people = [server.add_member(guild, f"person {number}") for number in range(PEOPLE)]
        async with BotProcess(server, tmp_path, {"ENGINE": "server", "ENGINE_URL": engine.url}):
            limit = {"scope": "person", "questions": 1, "minutes": 60}
            set_ = await server.slash("admin limits set", limit, user=moderator, channel=channel)
            await set_.finished(lambda message: "1 question in 1 hour" in message.text)
            twice = [
                await server.slash("ask", {"question": QUESTION}, user=person, channel=channel)
                for person in (*people, *people)
            ]
            outcomes = await asyncio.gather(*map(_outcome, twice))
        assert sorted(outcomes) == ["answered"] * PEOPLE + ["told"] * PEOPLE
        assert server.violations == []
        answered = {asked.user.id for asked, outcome in zip(twice, outcomes, strict=True) if outcome == "answered"}
        assert answered == {person.id for person in people}
    with sqlite3.connect(tmp_path / "data" / "records.db") as records:
        kept = records.execute(
            "SELECT user_id, outcome FROM questions JOIN answers ON answers.question_id = questions.id"
        ).fetchall()
    assert sorted(kept) == sorted((person.id, "answered") for person in people)
