"""Pictures of what moderators see of their server's questions, and of the weekly digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.insight import DigestPoster
from rag_core.answering.model import Answer, Question, Times
from tests.bot.asking.answers import ANSWERED
from tests.bot.insight.asked import Asked, here
from tests.bot.insight.test_digests import MONDAY, Lock
from tests.bot.scene import Scene, scene
from tests.fakes.groups import FakeGroups

PNG = b"\x89PNG\r\n\x1a\n"
REFUSED = (
    ("Is there a PHP SDK?", (1, 4, 9, 12, 20)),
    ("Which port does the GraphQL endpoint listen on?", (2, 8, 15)),
    ("How do I register a webhook that is called after every insert?", (3, 11)),
    ("What would a cluster with 8 CU cost us per month?", (6,)),
)
BUSY = (("What does M do?", "hnsw", 3), ("Which consistency?", "consistency", 4), ("How to run?", "milvus_lite", 5))
SEEN: dict[str, tuple[str, Callable[[Question], dict[str, Any]]]] = {
    "admin-stats": ("stats", lambda _: {}),
    "admin-unanswered": ("unanswered", lambda _: {}),
    "admin-feedback": ("feedback", lambda _: {}),
    "admin-export": ("export", lambda _: {}),
    "admin-log": ("log", lambda question: {"id": question.id}),
    "admin-digest": ("digest", lambda _: {}),
}


async def _month(it: Scene) -> Question:
    """A month of a busy server; the question that is shown alone."""
    asked = here(it)
    await _answered(asked)
    for text, ages in REFUSED:
        for ago in ages:
            await asked.ask(text, "refused", days_ago=ago, seconds=0.6)
    for ago in (5, 14, 23):
        await asked.ask("How do I upgrade?", "quoted", days_ago=ago)
    question = await asked.ask("What do the parameters for HNSW mean?", answer=_shown(), user_id=it.here.member.id)
    await asked.rate(question, "down", 8, "incomplete", "What is a good value for ef to begin with?")
    await asked.rate(await asked.ask("How do I delete by an expression?", days_ago=1), "up", 9, days_ago=0.5)
    old = await asked.ask("How do I run it in a notebook?", days_ago=6, pages=("milvus_lite",))
    await asked.rate(old, "down", 7, "outdated", "The package has another name since 2.4.2.", days_ago=5)
    return question


async def _answered(asked: Asked) -> None:
    for ago in range(30):
        for number in range(4 + (ago * 7) % 5):
            text, page, every = BUSY[number % 3]
            question = await asked.ask(text, days_ago=ago, seconds=2.0 + number / 2, pages=(page,))
            if (ago + number) % every == 0:
                await asked.rate(question, "up", 5, days_ago=ago + 0.1)


def _shown() -> Answer:
    return replace(ANSWERED, times=Times(0.1, 0.9, 1.3, 4.2), held_back=("HNSW makes coffee.",))


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, picture_path: Callable[[str], Path]) -> None:
    command, options = SEEN[name]
    async with scene() as it:
        place = it.here
        question = await _month(it)
        await place.moderator.slash(place.channel, "admin digest", channel=place.channel)
        seen = await place.moderator.slash(place.channel, f"admin {command}", **options(question))
        path = picture_path(name)
        await it.draw(path, seen, place.moderator)
    assert path.read_bytes().startswith(PNG)


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_a_digest(picture_path: Callable[[str], Path]) -> None:
    async with scene() as it:
        place = it.here
        await _month(it)
        await place.moderator.slash(place.channel, "admin digest", channel=place.channel)
        monday = MONDAY - timedelta(days=7)
        it.records.digests.last.clear()
        await DigestPoster(it.bot, it.bot.books, FakeGroups(), Lock().take, clock=lambda: monday).post_due()
        [message] = place.channel.history()
        path = picture_path("digest")
        await it.draw(path, message, place.member)
    assert path.read_bytes().startswith(PNG)
