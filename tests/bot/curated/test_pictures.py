"""Pictures of a server's own answers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.curated.test_commands import ASKED, add, answer_for_real, faq
from tests.bot.scene import scene

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.real
@pytest.mark.usefixtures("chromium")
async def test_draws_what_moderators_and_members_see(
    picture_path: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene() as it:
        await answer_for_real(it, monkeypatch)
        await add(it, question="Where is the nightly image?", answer="On the hub.")
        seen = {"admin-faq-add": await add(it), "admin-faq-list": await faq(it, "list")}
        seen["admin-faq-search"] = await faq(it, "search", question=ASKED)
        for name, result in seen.items():
            await it.draw(picture_path(name), result, it.here.moderator)
        asked = await it.here.member.slash(it.here.channel, "ask", question=ASKED)
        await it.draw(picture_path("curated"), asked, it.here.member)
        opened = await faq(it, "add")
        async with it.env.preview(it.here.channel, viewers=[it.here.moderator], width=820, height=1000) as preview:
            await preview.show(opened)
            await preview.screenshot(picture_path("faq-form"))
        for name in (*seen, "curated", "faq-form"):
            assert picture_path(name).read_bytes().startswith(PNG)
