"""Everything real at once: website, Milvus Lite, MiniLM, vLLM on the CPU, Discord's protocol, and both databases."""

from pathlib import Path

import pytest
from sqlalchemy import select

from rag_core.records.database import Database
from rag_core.records.tables import AnswerRow, PassageRow, QuestionRow, RunRow
from tests.site.server import DocsSite
from tests.wire.bot_process import BotProcess
from tests.wire.discord_server import DiscordServer, Message

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

QUESTION = "What do the parameters for HNSW mean?"


def is_whole(message: Message) -> bool:
    return any(button.emoji == "👍" for button in message.buttons)


async def test_from_the_website_to_discord_and_into_the_records(
    empty_database_url: str, smollm_path: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(smollm_path.parent)
    async with DiscordServer() as server, DocsSite() as site:
        guild = server.add_guild()
        channel, ada = server.add_text_channel(guild), server.add_member(guild, "ada")
        settings = {"ENGINE": "vllm", "DOCS_SOURCE": site.url, "CRAWL_RATE": "1000", "DATABASE_URL": empty_database_url}
        async with BotProcess(server, tmp_path, settings) as bot:
            await bot.logged("Index run ended", times=2, within=300)
            asked = await server.slash("ask", {"question": QUESTION}, user=ada, channel=channel)
            message = await asked.finished(is_whole, within=300)
            assert await bot.stop() == 0
        assert f"{site.url}/hnsw.md#" in message.text
        assert server.violations == []
    database = Database(empty_database_url)
    async with database.reading() as session:
        question = (await session.scalars(select(QuestionRow))).one()
        answer = (await session.scalars(select(AnswerRow))).one()
        passages = (await session.scalars(select(PassageRow).order_by(PassageRow.number))).all()
        runs = (await session.scalars(select(RunRow).order_by(RunRow.started_at))).all()
    await database.close()
    assert (question.text, question.guild_id, question.user_id) == (QUESTION, guild.id, ada.id)
    assert answer.outcome in {"answered", "quoted"}
    assert "SmolLM2-135M-Instruct" in answer.model
    assert answer.completion_tokens > 0
    assert answer.first_token_seconds is not None
    assert passages[0].page_id == "hnsw.md"
    assert [run.status for run in runs] == ["finished", "finished"]
    assert answer.generation_id == runs[-1].generation_id
    assert runs[-1].source == site.url
