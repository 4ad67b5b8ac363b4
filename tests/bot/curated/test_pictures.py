"""Pictures of a server's own answers."""

import pytest

from tests.bot.curated.test_commands import ASKED, add, answer_for_real, faq
from tests.bot.scene import scene
from tests.fixtures.pictures import Draw

LISTED = ("This server's own answers", f"{ASKED} · by a moderator", "Where is the nightly image? · by a moderator")
FOUND = (f"1.00 {ASKED} · shown for this question", "Where is the nightly image? · too far to be shown")


@pytest.mark.real
async def test_draws_what_moderators_and_members_see(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as it:
        await answer_for_real(it, monkeypatch)
        await add(it, question="Where is the nightly image?", answer="On the hub.")
        moderator, member = it.here.moderator, it.here.member
        await draw("admin-faq-add", it.preview(await add(it), moderator), "Added", ASKED, "On Tuesdays at 15:00 UTC.")
        await draw("admin-faq-list", it.preview(await faq(it, "list"), moderator), *LISTED)
        await draw("admin-faq-search", it.preview(await faq(it, "search", question=ASKED), moderator), *FOUND)
        asked = await member.slash(it.here.channel, "ask", question=ASKED)
        await draw("curated", it.preview(asked, member), ASKED, "Answered by the moderators", "Closest sections")
        await draw("faq-form", it.preview(await faq(it, "add"), moderator), "An answer of this server", "Submit")
