"""What the doctor finds of each part, and how to mend it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import make_locator, make_store
from bot.doctor import Patient, examine_part, examine_running, index_age
from bot.findings import Finding
from bot.settings import Settings
from rag_core.indexing.ledger import IndexRun
from rag_core.records.database import Database
from rag_core.records.ledger import SqlLedger
from tests.fakes.chat_server import ChatServer
from tests.site.pages import ALL_PAGES
from tests.site.server import DocsSite
from tests.wire.discord_server import DiscordServer
from tests.wire.discord_server.model import FORUM
from tests.wire.discord_server.permissions import SEND_MESSAGES, VIEW_CHANNEL
from tests.wire.discord_server.session import MESSAGE_CONTENT

pytestmark = pytest.mark.usefixtures("discord_addresses")

NOWHERE = "127.0.0.1:9"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    return tmp_path


async def found(part: str, home: Path, **settings: Any) -> list[Finding]:
    all_settings = Settings(data_dir=home / "data", **settings)
    return await examine_part(part, Patient(all_settings, make_locator(all_settings)))


async def the_one(part: str, home: Path, **settings: Any) -> tuple[str, str]:
    (finding,) = await found(part, home, **settings)
    assert finding.part == part
    return finding.verdict, finding.text


async def test_a_data_folder_is_made_and_tried(home: Path) -> None:
    assert (await the_one("data", home))[0] == "ok"
    verdict, text = await the_one("data", Path("/dev/null"))
    assert (verdict, "DATA_DIR=/dev/null/data" in text) == ("wrong", True)


@pytest.mark.real
async def test_a_database_is_brought_up_to_date(home: Path) -> None:
    assert (await the_one("database", home))[0] == "ok"


@pytest.mark.parametrize("url", ["mysql://h/x", "nonsense"])
async def test_an_address_of_no_database_is_wrong(url: str, home: Path) -> None:
    verdict, text = await the_one("database", home, database_url=url)
    assert (verdict, "DATABASE_URL" in text) == ("wrong", True)


async def test_a_milvus_that_is_away_is_wrong(home: Path) -> None:
    verdict, text = await the_one("milvus", home, milvus_uri=f"http://{NOWHERE}")
    assert (verdict, "MILVUS_URI" in text) == ("wrong", True)


@pytest.mark.real
async def test_milvus_without_an_index_waits_for_the_first_run(home: Path) -> None:
    (home / "data").mkdir()
    milvus, index = await found("milvus", home)
    assert (milvus.part, milvus.verdict) == ("milvus", "ok")
    assert "milvus_lite" in milvus.text
    assert (index.part, index.verdict) == ("index", "warning")


async def test_a_site_that_can_be_read_is_well(home: Path) -> None:
    # More than are under way when the first one has come.
    many = [replace(ALL_PAGES[0], id=f"page-{number}.md") for number in range(200)]
    async with DocsSite([*ALL_PAGES, *many]) as site:
        verdict, text = await the_one("documentation", home, docs_source=site.url, crawl_rate=1000, recrawl_cron="off")
        asked = len([path for path in site.requests if path.endswith(".md")])
    assert (verdict, text) == ("ok", f"{site.url} can be read, and is never crawled again (RECRAWL_CRON=off).")
    assert asked < len(site.pages), "one page is enough"


@pytest.mark.parametrize("source", [f"http://{NOWHERE}/docs", "no/such/folder", "ht!tp://x"])
async def test_documentation_that_can_not_be_read_is_wrong(source: str, home: Path) -> None:
    verdict, text = await the_one("documentation", home, docs_source=source)
    assert (verdict, "DOCS_SOURCE" in text) == ("wrong", True)


async def test_a_folder_without_a_page_is_wrong(home: Path) -> None:
    (home / "pages").mkdir()
    verdict, text = await the_one("documentation", home, docs_source=str(home / "pages"))
    assert (verdict, "holds no Markdown" in text) == ("wrong", True)


@pytest.mark.real
async def test_the_packaged_model_is_at_hand(home: Path) -> None:
    verdict, text = await the_one("embeddings", home)
    assert (verdict, "all-MiniLM-L6-v2 is at hand" in text) == ("ok", True)


async def test_a_model_that_is_no_folder_is_wrong(home: Path) -> None:
    verdict, text = await the_one("embeddings", home, embedding_model="./no-such-folder")
    assert (verdict, "EMBEDDING_MODEL" in text) == ("wrong", True)


async def test_an_engine_of_nobody_is_well(home: Path) -> None:
    assert (await the_one("engine", home, engine="none"))[0] == "ok"


async def test_an_engines_server_is_asked(home: Path) -> None:
    async with ChatServer().running() as server:
        assert await the_one("engine", home, engine_url=server.url) == ("ok", f"{server.url} answers with small.")
    verdict, text = await the_one("engine", home, engine_url=f"http://{NOWHERE}/v1")
    assert (verdict, "ENGINE_URL" in text) == ("wrong", True)


@pytest.mark.parametrize(("days", "verdict"), [(0, "ok"), (6, "ok"), (9, "warning")])
@pytest.mark.real
async def test_an_old_index_is_told(days: int, verdict: str, home: Path) -> None:
    settings = Settings(data_dir=home / "data")
    database = Database(settings.database)
    await database.start(10)
    refreshed = datetime.now(UTC) - timedelta(days=days)
    await SqlLedger(database).save_run(IndexRun("r", "g1", "site", refreshed, "finished", refreshed))
    await database.close()
    finding = await index_age(settings, "g1", "site")
    assert finding.verdict == verdict
    unknown = await index_age(settings, "g2", "site")
    assert (unknown.verdict, "not on record" in unknown.text) == ("warning", True)


async def on_discord(server: DiscordServer, home: Path, token: str = "") -> list[Finding]:
    return await found("discord", home, discord_token=token or server.token, discord_api_url=server.api_url)


async def test_without_a_token_there_is_only_a_chat(home: Path) -> None:
    assert (await the_one("discord", home))[0] == "warning"


async def test_a_bot_that_may_answer_everywhere_is_well(home: Path) -> None:
    async with DiscordServer() as server:
        guild = server.add_guild("Milvus")
        server.add_text_channel(guild, "support")
        server.add_text_channel(guild, "forum", kind=FORUM)
        account, _, channels = await on_discord(server, home)
        assert server.violations == []
    assert (account.verdict, "in 1 servers" in account.text) == ("ok", True)
    assert channels == Finding("discord, server Milvus", "ok", "The bot may answer in all 2 channels.")


@pytest.mark.parametrize(
    ("wanted", "granted", "verdict", "words"),
    [
        (False, False, "ok", "mentions, replies to it"),
        (True, False, "wrong", "does not grant it"),
        (True, True, "ok", "reads all messages"),
    ],
)
async def test_says_which_messages_the_bot_can_read(
    home: Path, wanted: bool, granted: bool, verdict: str, words: str
) -> None:
    async with DiscordServer() as server:
        server.hub.gateway.privileged = MESSAGE_CONTENT if granted else 0
        options = {"discord_token": server.token, "discord_api_url": server.api_url}
        _, messages, *_ = await found("discord", home, message_content_intent=wanted, **options)
    assert (messages.verdict, words in messages.text) == (verdict, True)


async def test_permissions_that_are_missing_are_named_with_their_channels(home: Path) -> None:
    async with DiscordServer() as server:
        guild = server.add_guild("Milvus")
        server.add_text_channel(guild, "support")
        server.deny(server.add_text_channel(guild, "quiet"), SEND_MESSAGES)
        server.deny(server.add_text_channel(guild, "hidden"), VIEW_CHANNEL | SEND_MESSAGES)
        *_, channels = await on_discord(server, home)
    assert channels.verdict == "warning"
    assert "#quiet (Send Messages)" in channels.text
    assert "#hidden (" in channels.text
    assert "support" not in channels.text


async def test_a_long_list_of_channels_is_cut(home: Path) -> None:
    async with DiscordServer() as server:
        guild = server.add_guild("Milvus")
        for number in range(8):
            server.deny(server.add_text_channel(guild, f"quiet-{number}"), SEND_MESSAGES)
        *_, channels = await on_discord(server, home)
    assert channels.text.count("#quiet-") == 5
    assert "and 3 more" in channels.text


async def test_a_bot_without_a_server_is_to_be_invited(home: Path) -> None:
    async with DiscordServer() as server:
        *_, invitation = await on_discord(server, home)
    assert (invitation.verdict, "https://discord.com/oauth2/authorize" in invitation.text) == ("warning", True)


async def test_a_wrong_token_is_wrong(home: Path) -> None:
    async with DiscordServer() as server:
        (finding,) = await on_discord(server, home, "wrong")
    assert (finding.verdict, "DISCORD_TOKEN" in finding.text) == ("wrong", True)


async def test_a_discord_that_is_away_is_wrong(home: Path) -> None:
    verdict, text = await the_one("discord", home, discord_token="a.b", discord_api_url=f"http://{NOWHERE}/api/v10")
    assert (verdict, "DISCORD_API_URL" in text) == ("wrong", True)


async def test_a_running_bots_way_into_milvus_is_used_and_left_open(home: Path) -> None:
    settings = Settings(data_dir=home / "data", docs_source=str(home), engine="none", _env_file=None)
    (home / "page.md").write_text("---\nid: page.md\n---\n# A page\n\nWords.")
    store = make_store(settings)
    await store.start()
    try:
        found = await examine_running(settings, store)
        assert [(each.part, each.verdict) for each in found] == [
            ("data", "ok"),
            ("database", "ok"),
            ("milvus", "ok"),
            ("index", "warning"),
            ("documentation", "ok"),
            ("embeddings", "ok"),
            ("engine", "ok"),
            ("discord", "warning"),
        ]
        assert await store.server_version()
    finally:
        await store.close()
