"""Pictures of what people see about their own data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.privacy import Policy
from tests.bot.scene import scene

PNG = b"\x89PNG\r\n\x1a\n"
SEEN = {
    "privacy-show": "privacy show",
    "privacy-opt-out": "privacy opt-out",
    "my-data-export": "my-data export",
    "my-data-delete": "my-data delete",
}


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, picture_path: Callable[[str], Path]) -> None:
    async with scene(policy=Policy(730)) as it:
        seen = await it.here.member.slash(it.here.channel, SEEN[name])
        path = picture_path(name)
        await it.draw(path, seen, it.here.member)
    assert path.read_bytes().startswith(PNG)
