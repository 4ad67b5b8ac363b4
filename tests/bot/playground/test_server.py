"""The page's server: this machine's own pages, and nobody else's."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.client import SupportBot
from bot.playground._place import OPERATOR_ID, Place
from bot.playground._server import listen
from bot.playground.running import playing
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.desk import FakeDesk
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations

Served = tuple[Place, str, aiohttp.ClientSession]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    records = FakeBooks()
    bot = SupportBot(
        desk=FakeDesk(records.questions),
        books=records.books,
        finder=FakeFinder(),
        operations=FakeOperations(records.operating).operations,
        likeness=FakeGroups(),
        curated=curates(),
        operator_ids=(OPERATOR_ID,),
        shard_count=1,
    )
    listening = listen(0)
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    async with playing(bot, listening) as place, aiohttp.ClientSession() as session:
        yield place, address, session


@pytest.mark.parametrize("path", ["", "main.js", "page.css", "icon.svg"])
async def test_the_page_runs_its_own_scripts_only(served: Served, path: str) -> None:
    _, address, session = served
    async with session.get(f"http://{address}/{path}") as response:
        assert response.status == 200
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", ["nothing.js", "fonts/..%2F..%2Findex.html", "fonts/none.ttf", "files/1/2/none.txt"])
async def test_what_is_not_there_is_not_found(served: Served, path: str) -> None:
    _, address, session = served
    async with session.get(f"http://{address}/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:1"}, {"Host": ""}],
)
async def test_a_strange_page_is_turned_away(served: Served, headers: dict[str, str]) -> None:
    _, address, session = served
    for path in ("", "live"):
        async with session.get(f"http://{address}/{path}", headers=headers) as response:
            assert response.status == 403


async def test_only_this_machine_reaches_it(served: Served) -> None:
    with listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


async def test_files_that_were_sent_are_served_and_never_as_a_page(served: Served) -> None:
    place, address, session = served
    channel = place.guild.channels["support"]
    sent = [("a.html", b"<script>alert(1)</script>"), ("b.png", b"\x89PNG")]
    page, picture = place.env.backend.store_attachments(channel.id, sent)
    for attachment, disposition, kind in (
        (page, "attachment", "application/octet-stream"),
        (picture, None, "image/png"),
    ):
        path = attachment["url"].partition("/attachments/")[2]
        async with session.get(f"http://{address}/files/{path}") as response:
            assert (response.headers.get("Content-Disposition"), response.content_type) == (disposition, kind)
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_speaks_the_readers_language(served: Served) -> None:
    _, address, session = served
    for language, word in (("en-US", "Reply"), ("zh-CN", "回复"), ("fr", "Reply")):
        async with session.ws_connect(f"http://{address}/live?language={language}") as live:
            assert (await live.receive_json())["texts"]["reply"] == word


async def test_an_act_that_makes_no_sense_costs_a_sentence(served: Served) -> None:
    _, address, session = served
    async with session.ws_connect(f"http://{address}/live") as live:
        await live.receive_json()
        await live.receive_json()
        await live.send_json({"do": "press"})
        assert "problem" in await live.receive_json()
        await live.send_json({"do": "send", "text": "Still here"})
        assert (await live.receive_json())["view"]["messages"][0]["raw"] == "Still here"


async def test_a_bot_that_does_not_answer_is_told_to_the_one_who_waits(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, address, session = served
    monkeypatch.setattr("bot.playground._seat._ANSWER_SECONDS", 0.0)
    place.env.backend.subscribers.clear()
    async with session.ws_connect(f"http://{address}/live") as live:
        await live.receive_json()
        await live.receive_json()
        await live.send_json({"do": "slash", "name": "help", "options": {}})
        assert await live.receive_json() == {"problem": "The application did not respond."}


async def test_nobody_sees_anothers_direct_messages(served: Served) -> None:
    place, address, session = served
    backend = place.env.backend
    monas = backend.get_dm_channel(place.people[1].id)
    backend.create_message(monas.id, place.people[1].id, "A secret")
    async with session.ws_connect(f"http://{address}/live") as live:
        await live.receive_json()
        assert str(monas.id) not in [each["id"] for each in (await live.receive_json())["view"]["channels"]]
        await live.send_json({"do": "look", "channel": str(monas.id)})
        assert list(await live.receive_json()) == ["problem"]
