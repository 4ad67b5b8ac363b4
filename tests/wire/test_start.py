"""How the bot starts, ends, and comes back, as its own process."""

from pathlib import Path

import pytest

from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import DiscordServer, Message

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


def is_whole(message: Message) -> bool:
    return any(button.emoji == "👍" for button in message.buttons)


async def test_a_wrong_token_costs_one_sentence(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        bot = BotProcess(server, tmp_path, {"DISCORD_TOKEN": "wrong", "ENGINE": "none"})
        await bot.start()
        code = await bot.ended()
    assert code in {1, 2}
    assert any("DISCORD_TOKEN" in line for line in bot.lines)
    assert not any("Traceback" in line for line in bot.lines), bot.tail()


async def test_killed_without_warning_it_starts_again_at_once_and_old_buttons_work(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guild = server.add_guild()
        channel, ada = server.add_text_channel(guild), server.add_member(guild, "ada")
        bot = BotProcess(server, tmp_path, {"ENGINE": "none"})
        await bot.start()
        await bot.online()
        asked = await server.slash("ask", {"question": "What is HNSW?"}, user=ada, channel=channel)
        message = await asked.finished(is_whole)
        registrations = server.hub.commands.registrations
        await bot.kill()
        await server.disconnected()
        async with BotProcess(server, tmp_path, {"ENGINE": "none"}) as again:
            pressed = await server.press(message, "👍", ada)
            assert (await pressed.finished(lambda answer: answer.text.startswith("Thanks"))).ephemeral
            asked = await server.slash("ask", {"question": "What is HNSW?"}, user=ada, channel=channel)
            await asked.finished(is_whole)
            assert await again.stop() == 0
        assert server.hub.commands.registrations == registrations, "unchanged commands are not registered again"
        assert server.violations == []
