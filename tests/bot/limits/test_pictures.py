"""Pictures of limits: what moderators set, and what a member sees of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import Place, scene
from tests.fixtures.pictures import Draw

Options = Callable[[Place], dict[str, Any]]
SET = "admin limits set"
SEEN: dict[str, tuple[str, Options, tuple[str, ...]]] = {
    "admin-limits-set": (
        SET,
        lambda it: {"scope": "role", "questions": 30, "minutes": 10, "role": it.helpers},
        ("Each with @helpers", "Now 30 questions in 10 minutes", "Before no limit"),
    ),
    "admin-limits-list": (
        "admin limits list",
        lambda _: {},
        (
            "Each person 5 questions in 10 minutes",
            "All in #support 60 questions in 1 hour",
            "Moderators have none of their own.",
        ),
    ),
    "admin-limits-clear": (
        "admin limits clear",
        lambda _: {"scope": "person"},
        ("Each person", "Now 10 questions in 10 minutes", "Before 5 questions in 10 minutes"),
    ),
}
REACHED = ("You have asked as much as one person may for now.", "You can ask again in 10 minutes.")


@pytest.mark.real
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, options, texts = SEEN[name]
    async with scene() as it:
        place = it.here
        await place.moderator.slash(place.channel, SET, scope="person", questions=5, minutes=10)
        await place.moderator.slash(
            place.channel, SET, scope="channel", questions=60, minutes=60, channel=place.channel
        )
        seen = await place.moderator.slash(place.channel, command, **options(place))
        await draw(name, it.preview(seen, place.moderator), *texts)


@pytest.mark.real
async def test_draws_what_a_member_sees(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.limits.gate._now", lambda: datetime(2026, 1, 1, tzinfo=UTC))  # as simcord's own clock
    async with scene((Finished(ANSWERED),)) as it:
        await it.here.moderator.slash(it.here.channel, SET, scope="person", questions=1, minutes=10)
        await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        seen = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        await draw("limit-reached", it.preview(seen, it.here.member), *REACHED)
