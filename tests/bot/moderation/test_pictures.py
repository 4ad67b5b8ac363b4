"""Pictures of what moderators see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.scene import Place, scene

PNG = b"\x89PNG\r\n\x1a\n"
Options = Callable[[Place], dict[str, Any]]
SEEN: dict[str, tuple[str, Options]] = {
    "admin-channel-set": ("admin channel set", lambda it: {"channel": it.forum, "mode": "when_sure", "threads": True}),
    "admin-channel-list": ("admin channel list", lambda _: {}),
    "admin-channel-clear": ("admin channel clear", lambda it: {"channel": it.channel}),
    "admin-language": ("admin language", lambda _: {"language": "zh"}),
    "admin-roles-show": ("admin roles show", lambda _: {}),
    "admin-roles-moderator": ("admin roles moderator", lambda it: {"role": it.helpers}),
    "admin-roles-helper": ("admin roles helper", lambda it: {"role": it.helpers}),
}


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, picture_path: Callable[[str], Path]) -> None:
    command, options = SEEN[name]
    async with scene() as it:
        place = it.here
        setting = {"mode": "always", "threads": True}
        await place.moderator.slash(place.channel, "admin channel set", channel=place.channel, **setting)
        seen = await place.moderator.slash(place.channel, command, **options(place))
        path = picture_path(name)
        await it.draw(path, seen, place.moderator)
    assert path.read_bytes().startswith(PNG)
