"""Pictures of what moderators see of blocks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.scene import Place, scene

PNG = b"\x89PNG\r\n\x1a\n"
Options = Callable[[Place], dict[str, Any]]
SEEN: dict[str, tuple[str, Options]] = {
    "admin-block": ("admin block", lambda it: {"user": it.member, "reason": "Advertises in every question"}),
    "admin-blocked": ("admin blocked", lambda _: {}),
    "admin-unblock": ("admin unblock", lambda it: {"user": it.member}),
}


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, picture_path: Callable[[str], Path]) -> None:
    command, options = SEEN[name]
    async with scene() as it:
        place = it.here
        if name != "admin-block":
            reason = "Advertises in every question"
            await place.moderator.slash(place.channel, "admin block", user=place.member, reason=reason)
        seen = await place.moderator.slash(place.channel, command, **options(place))
        path = picture_path(name)
        await it.draw(path, seen, place.moderator)
    assert path.read_bytes().startswith(PNG)
