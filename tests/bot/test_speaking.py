"""Which language people are spoken to in, and what Discord shows of the commands."""

from typing import Any

import discord
import pytest

from bot.speaking import language_of
from bot.texts import CHINESE, ENGLISH
from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, TEXT
from tests.bot.scene import buttons, said, scene, speak
from tests.fakes.desk import Wait

WHOLE = (Searching(QUESTION), Retrieved(PASSAGES), Shown(TEXT), Wait(5), Finished(ANSWERED))


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (discord.Locale.chinese, "zh"),
        (discord.Locale.taiwan_chinese, "zh"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.german, "en"),
        ("zh", "zh"),
        (None, "en"),
    ],
)
def test_the_closest_language_that_is_shipped(locale: discord.Locale | str | None, language: str) -> None:
    assert language_of(locale) == language


async def test_a_server_is_spoken_to_by_its_locale_and_not_by_the_askers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(WHOLE, locale="zh-CN") as it:
        speak(monkeypatch, "en-US")
        seen = await it.here.member.slash(it.here.channel, "ask", question=QUESTION)
        assert list(buttons(seen)) == [CHINESE.asking.stop_label]
        await it.env.advance_time(5)
        assert CHINESE.asking.sources in said(seen)
        assert CHINESE.asking.generated in said(seen)
        assert seen.response is not None
        pressed = await it.here.member.click(seen.response, custom_id=buttons(seen)["👍"]["custom_id"])
        assert said(pressed) == CHINESE.asking.thanks
        assert "up" in {each.rating for each in it.records.questions.feedback.values()}


async def test_in_direct_messages_the_askers_own_language_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as it:
        assert said(await it.operator_user.slash("help")) == ENGLISH.asking.help
        speak(monkeypatch, "zh-TW")
        assert said(await it.operator_user.slash("help")) == CHINESE.asking.help
        assert said(await it.here.member.slash(it.here.channel, "help")) == ENGLISH.asking.help


async def test_a_server_that_changes_its_locale_is_spoken_to_in_the_new_one() -> None:
    async with scene() as it:
        guild = it.bot.get_guild(it.here.guild.id)
        assert guild is not None
        assert it.bot.speaking.within(guild) is ENGLISH
        guild.preferred_locale = discord.Locale.chinese
        assert it.bot.speaking.within(guild) is CHINESE


def _untranslated(command: dict[str, Any]) -> list[str]:
    """Everything under a command that Discord would show in English to a Chinese reader."""
    lacking = [
        f"{command['name']}: {field}"
        for field in ("name", "description")
        if command.get(field) and not command.get(f"{field}_localizations", {}).get("zh-CN")
    ]
    parts = [*(command.get("options") or []), *(command.get("choices") or [])]
    return lacking + [each for part in parts for each in _untranslated(part)]


async def test_every_command_option_and_choice_is_translated() -> None:
    async with scene() as it:
        commands = list(it.env.backend.commands[None].values())
        assert {command["name"] for command in commands} >= {"ask", "help", "admin"}
        assert [each for command in commands for each in _untranslated(command)] == []


async def test_translations_do_not_make_commands_register_again() -> None:
    async with scene() as it:
        await it.restart()
        registrations = [
            each for each in it.env.http_requests if each.method == "PUT" and each.path.endswith("/commands")
        ]
        assert len(registrations) == 1
