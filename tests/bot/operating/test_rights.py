"""Who may do what for all servers: operators wherever they are, moderators nowhere."""

from typing import Any

import pytest

from bot.texts import ENGLISH
from tests.bot.operating.operated import operated
from tests.bot.scene import said

COMMANDS: dict[str, dict[str, Any]] = {
    "admin pause": {},
    "admin resume": {},
    "admin reindex": {"full": True},
    "admin schedule": {"cron": "0 5 * * *"},
    "admin history": {},
    "admin rollback": {},
    "admin sources add": {"name": "blog", "address": "https://blog.example.org/posts"},
    "admin sources remove": {"name": "blog"},
    "admin sources list": {},
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_moderator_who_is_no_operator_gets_a_plain_sentence(command: str) -> None:
    async with operated() as it:
        seen = await it.here.moderator.slash(it.here.channel, command, **COMMANDS[command])
        assert seen.ephemeral
        assert said(seen) == ENGLISH.general.not_operator
        assert it.shared_changes() == []
        assert it.operations.librarian.wanted == []


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_operator_who_is_no_moderator_uses_it_wherever_it_is_shown(command: str) -> None:
    async with operated() as it:
        it.there.show_admin_to(guest := it.there.guild.add_member(it.operator_user))
        seen = await guest.slash(it.there.channel, command, **COMMANDS[command])
        assert seen.ephemeral
        assert said(seen) != ENGLISH.general.not_operator


@pytest.mark.parametrize("command", ["admin status", "admin doctor"])
async def test_how_the_bot_is_concerns_moderators_and_operators(command: str) -> None:
    async with operated() as it:
        assert said(await it.here.member.slash(it.here.channel, command)) == ENGLISH.general.not_moderator
        for who in (it.here.moderator, it.operator):
            assert "###" in said(await who.slash(it.here.channel, command))
