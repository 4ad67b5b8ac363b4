"""Pictures of limits: what moderators set, and what a member sees of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rag_core.answering.model import Finished
from tests.bot.asking.answers import ANSWERED, QUESTION
from tests.bot.scene import Place, scene

PNG = b"\x89PNG\r\n\x1a\n"
Options = Callable[[Place], dict[str, Any]]
SET = "admin limits set"
SEEN: dict[str, tuple[str, Options]] = {
    "admin-limits-set": (SET, lambda it: {"scope": "role", "questions": 30, "minutes": 10, "role": it.helpers}),
    "admin-limits-list": ("admin limits list", lambda _: {}),
    "admin-limits-clear": ("admin limits clear", lambda _: {"scope": "person"}),
}


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, picture_path: Callable[[str], Path]) -> None:
    command, options = SEEN[name]
    async with scene() as it:
        place = it.here
        await place.moderator.slash(place.channel, SET, scope="person", questions=5, minutes=10)
        await place.moderator.slash(
            place.channel, SET, scope="channel", questions=60, minutes=60, channel=place.channel
        )
        seen = await place.moderator.slash(place.channel, command, **options(place))
        path = picture_path(name)
        await it.draw(path, seen, place.moderator)
    assert path.read_bytes().startswith(PNG)


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_what_a_member_sees(picture_path: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.limits.gate._now", lambda: datetime(2026, 1, 1, tzinfo=UTC))  # as simcord's own clock
    async with scene((Finished(ANSWERED),)) as it:
        await it.here.moderator.slash(it.here.channel, SET, scope="person", questions=1, minutes=10)
        await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        seen = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        path = picture_path("limit-reached")
        await it.draw(path, seen, it.here.member)
    assert path.read_bytes().startswith(PNG)
