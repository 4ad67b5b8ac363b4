"""Pictures of what moderators see."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.scene import Place, scene
from tests.fixtures.pictures import Draw

Options = Callable[[Place], dict[str, Any]]
SEEN: dict[str, tuple[str, Options, tuple[str, ...]]] = {
    "admin-channel-set": (
        "admin channel set",
        lambda it: {"channel": it.forum, "mode": "when_sure", "threads": True},
        (
            "#questions Now when sure · in threads",
            "Before not set, so on mention",
            "Without the message content intent I read mentions",
        ),
    ),
    "admin-channel-list": (
        "admin channel list",
        lambda _: {},
        ("#support always · in threads", "Everywhere else the bot answers on mention."),
    ),
    "admin-channel-clear": (
        "admin channel clear",
        lambda it: {"channel": it.channel},
        ("#support Now not set, so on mention", "Before always · in threads"),
    ),
    "admin-language": ("admin language", lambda _: {"language": "zh"}, ("现在 中文", "之前 服务器自身的语言")),
    "admin-roles-show": (
        "admin roles show",
        lambda _: {},
        (
            "Moderators steer it in this server: members with Manage Server or Manage Messages",
            "Called when somebody asks for a person: nobody",
        ),
    ),
    "admin-roles-moderator": (
        "admin roles moderator",
        lambda it: {"role": it.helpers},
        ("Who may do what", "Members of @helpers are moderators of the bot now."),
    ),
    "admin-roles-helper": (
        "admin roles helper",
        lambda it: {"role": it.helpers},
        ("Who may do what", "@helpers is called when somebody asks for a person."),
    ),
}


@pytest.mark.real
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, options, texts = SEEN[name]
    async with scene() as it:
        place = it.here
        setting = {"mode": "always", "threads": True}
        await place.moderator.slash(place.channel, "admin channel set", channel=place.channel, **setting)
        seen = await place.moderator.slash(place.channel, command, **options(place))
        await draw(name, it.preview(seen, place.moderator), *texts)
