"""`/admin language`, and what it changes for everybody."""

import json

from bot.texts import CHINESE, ENGLISH
from tests.bot.scene import said, scene


async def test_a_server_can_have_another_language_than_its_locale_and_go_back() -> None:
    async with scene() as it:
        place = it.here
        seen = await place.moderator.slash(place.channel, "admin language", language="zh")
        assert seen.ephemeral
        assert "**现在**  中文" in said(seen)
        assert said(await place.member.slash(place.channel, "help")) == CHINESE.asking.help
        assert said(await it.there.member.slash(it.there.channel, "help")) == ENGLISH.asking.help
        await place.moderator.slash(place.channel, "admin language", language="server")
        assert said(await place.member.slash(place.channel, "help")) == ENGLISH.asking.help
        made = [(actor, action, json.loads(after)["language"]) for actor, action, _, _, after in it.changes()]
        assert made == [(place.moderator.id, "server set", "zh"), (place.moderator.id, "server set", None)]


async def test_the_same_language_again_changes_nothing() -> None:
    async with scene() as it:
        seen = await it.here.moderator.slash(it.here.channel, "admin language", language="server")
        assert ENGLISH.moderation.unchanged in said(seen)
        assert it.changes() == []
