"""Pictures of what moderators see of their server's questions, and of the weekly digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from bot.insight import DigestPoster
from rag_core.answering.model import Answer, Question, Times
from tests.bot.asking.answers import ANSWERED
from tests.bot.insight.asked import Asked, here
from tests.bot.insight.test_digests import MONDAY, Lock
from tests.bot.scene import Scene, scene
from tests.fakes.groups import FakeGroups
from tests.fixtures.pictures import Draw

REFUSED = (
    ("Is there a PHP SDK?", (1, 4, 9, 12, 20)),
    ("Which port does the GraphQL endpoint listen on?", (2, 8, 15)),
    ("How do I register a webhook that is called after every insert?", (3, 11)),
    ("What would a cluster with 8 CU cost us per month?", (6,)),
)
BUSY = (("What does M do?", "hnsw", 3), ("Which consistency?", "consistency", 4), ("How to run?", "milvus_lite", 5))
SEEN: dict[str, tuple[str, Callable[[Question], dict[str, Any]], tuple[str, ...]]] = {
    "admin-stats": (
        "stats",
        lambda _: {},
        ("197 asked", "183 answered (93%)", "Busiest pages HNSW 73", "Last 30 days."),
    ),
    "admin-unanswered": (
        "unanswered",
        lambda _: {},
        ("5× Is there a PHP SDK?", "and 2 more", "Questions that are alike stand together"),
    ),
    "admin-feedback": (
        "feedback",
        lambda _: {},
        (
            "incomplete What do the parameters for HNSW mean?",
            "What is a good value for ef to begin with?",
            "Page 1 of 12",
        ),
    ),
    "admin-export": ("export", lambda _: {}, ("Last 30 days: 197 asked, newest first.", "questions-2026-01-01.csv")),
    "admin-log": (
        "log",
        lambda question: {"id": question.id},
        (
            "Asked by @ada-Milvus",
            "Sources 2 cited of 3 found",
            "Held back 1 of the model's sentences",
            "The file holds everything on record.",
        ),
    ),
    "admin-digest": ("digest", lambda _: {}, ("Weekly digest Goes to #support.", "Next: Jan 5, 2026, 9:00 AM")),
}
DIGEST = ("The week in questions", "47 asked · before: 48", "2× Is there a PHP SDK?", "2025-12-22 to 2025-12-28")


@pytest.fixture(autouse=True)
def ids_are_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count()
    monkeypatch.setattr("tests.bot.insight.asked.uuid4", lambda: uuid5(NAMESPACE_URL, str(next(numbers))))


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
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, options, texts = SEEN[name]
    async with scene() as it:
        place = it.here
        question = await _month(it)
        await place.moderator.slash(place.channel, "admin digest", channel=place.channel)
        seen = await place.moderator.slash(place.channel, f"admin {command}", **options(question))
        await draw(name, it.preview(seen, place.moderator), *texts)


@pytest.mark.real
async def test_draws_a_digest(draw: Draw) -> None:
    async with scene() as it:
        place = it.here
        await _month(it)
        await place.moderator.slash(place.channel, "admin digest", channel=place.channel)
        monday = MONDAY - timedelta(days=7)
        it.records.digests.last.clear()
        await DigestPoster(it.bot, it.bot.books, FakeGroups(), Lock().take, clock=lambda: monday).post_due()
        [message] = place.channel.history()
        await draw("digest", it.preview(message, place.member), *DIGEST)
