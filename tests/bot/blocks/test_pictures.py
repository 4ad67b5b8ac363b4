"""Pictures of what moderators see of blocks."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.scene import Place, scene
from tests.fixtures.pictures import Draw

Options = Callable[[Place], dict[str, Any]]
SEEN: dict[str, tuple[str, Options, tuple[str, ...]]] = {
    "admin-block": (
        "admin block",
        lambda it: {"user": it.member, "reason": "Advertises in every question"},
        ("@ada-Milvus is not answered in this server any more.", "Advertises in every question"),
    ),
    "admin-blocked": (
        "admin blocked",
        lambda _: {},
        ("@ada-Milvus since 01/01/2026, by @mona-Milvus", "Advertises in every question"),
    ),
    "admin-unblock": ("admin unblock", lambda it: {"user": it.member}, ("Blocked", "@ada-Milvus is answered again.")),
}


@pytest.mark.real
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, options, texts = SEEN[name]
    async with scene() as it:
        place = it.here
        if name != "admin-block":
            reason = "Advertises in every question"
            await place.moderator.slash(place.channel, "admin block", user=place.member, reason=reason)
        seen = await place.moderator.slash(place.channel, command, **options(place))
        await draw(name, it.preview(seen, place.moderator), *texts)
