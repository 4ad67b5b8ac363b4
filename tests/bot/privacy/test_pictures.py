"""Pictures of what people see about their own data."""

import pytest

from bot.privacy import Policy
from tests.bot.scene import scene
from tests.fixtures.pictures import Draw

SEEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "privacy-show": (
        "privacy show",
        (
            "Kept your questions, their answers and your ratings, with your Discord id.",
            "How long 730 days.",
            "/my-data delete deletes it.",
        ),
    ),
    "privacy-opt-out": ("privacy opt-out", ("You opted out.", "neither your questions nor your id are kept")),
    "my-data-export": ("my-data export", ("This is all that is kept of you.", "my-data.json")),
    "my-data-delete": ("my-data delete", ("This can't be undone.", "Delete all of it")),
}


@pytest.mark.real
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, texts = SEEN[name]
    async with scene(policy=Policy(730)) as it:
        seen = await it.here.member.slash(it.here.channel, command)
        await draw(name, it.preview(seen, it.here.member), *texts)
