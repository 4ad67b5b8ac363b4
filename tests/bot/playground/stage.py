"""The playground with a real browser before it: the bot, its desk and its answerer are real, the engine is scripted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from discord import app_commands
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.client import SupportBot
from bot.playground._place import OPERATOR_ID, Place
from bot.playground._server import listen
from bot.playground.running import playing
from rag_core.answering.answerer import Answerer
from rag_core.answering.desk import Desk
from rag_core.answering.finder import Outline
from rag_core.answering.model import IndexInfo
from rag_core.answering.retriever import Retriever
from tests.fakes.books import FakeBooks
from tests.fakes.curates import curates
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import ScriptedEngine
from tests.fakes.finder import FakeFinder
from tests.fakes.groups import FakeGroups
from tests.fakes.operations import FakeOperations
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

expect.set_options(timeout=60_000)  # the usual five seconds are few where other work takes the cores

QUESTION = "Where does the graph index keep its edges?"
FIRST = "The graph index keeps its edges in memory [1]. It "
SECOND = "examines 16 of them at once [1]."
_PAGE = "https://docs.example/graph.md"
_PASSAGE = "The graph index keeps its edges in memory. It examines 16 of them at once."
_SIZE: ViewportSize = {"width": 1360, "height": 860}


@dataclass(slots=True)
class Stage:
    """A page, and what the bot behind it has on record."""

    place: Place
    engine: ScriptedEngine
    records: FakeBooks
    page: Page
    address: str

    @property
    def last(self) -> Locator:
        """The last message."""
        return self.page.locator("#messages > li").last

    async def go(self, channel: str) -> None:
        """Open a channel from the list, by its name."""
        await self.page.locator("#channels").get_by_role("button", name=channel, exact=False).click()
        await self.page.locator("#header b", has_text=channel).wait_for()

    async def look(self, kind: str) -> None:
        """Open the one channel of this kind; what is typed before it is there goes to the one before."""
        channel = self.page.locator(f"#channels .{kind} button")
        await channel.click()
        await expect(channel).to_have_attribute("aria-current", "true")

    async def be(self, name: str) -> None:
        """Switch to a person."""
        person = self.page.get_by_role("radio", name=name)
        await person.click()
        await self.page.locator("#people [aria-checked=true]", has_text=name).wait_for()

    async def type(self, text: str) -> None:
        """Into the box for messages."""
        await self.page.locator("#composer textarea").press_sequentially(text)

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        await self.type(text)
        await self.page.keyboard.press("Enter")

    async def command(self, name: str) -> Locator:
        """Pick a slash command by typing it; its box, with the options."""
        await self.type(f"/{name}")
        await self.page.get_by_role("option").first.wait_for()
        await self.page.keyboard.press("Enter")
        box = self.page.get_by_role("form", name=f"/{name}")
        await box.wait_for()
        return box

    async def ask(self, question: str = QUESTION) -> None:
        """Use /ask."""
        await (await self.command("ask")).get_by_label("question").fill(question)
        await self.page.keyboard.press("Enter")


@asynccontextmanager
async def stage(browser: Browser, *commands: app_commands.Command[Any, ..., Any]) -> AsyncIterator[Stage]:
    """The page as Ada sees it, in the first channel; the bot has `commands` besides its own."""
    engine, records, store = ScriptedEngine(FIRST, SECOND), FakeBooks(), FakeStore()
    await fill(store, FakeEmbedder(), chunk("graph", 0, _PASSAGE, title="Graph"))
    desk = Desk(Answerer(Retriever(store, FakeEmbedder()), engine, _info), records.questions)
    finder = FakeFinder(outlines={"en/v3.0.x/graph.md": Outline("Graph", _PAGE, "v3.0.x", "How edges are kept.", ())})
    bot = SupportBot(
        desk=desk,
        books=records.books,
        finder=finder,
        operations=FakeOperations(records.operating).operations,
        likeness=FakeGroups(),
        curated=curates(),
        operator_ids=(OPERATOR_ID,),
        message_content=True,
        shard_count=1,
    )
    for command in commands:
        bot.tree.add_command(command)
    listening = listen(0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    async with playing(bot, listening) as place, _open(browser, address) as page:
        yield Stage(place, engine, records, page, address)


async def _info() -> IndexInfo:
    return IndexInfo("one", "https://docs.example", "v3.0.x", None)


@asynccontextmanager
async def _open(browser: Browser, address: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport=_SIZE, locale="en-US", timezone_id="UTC")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    try:
        await page.goto(address)
        await page.locator("#composer textarea").wait_for()
        yield page
    finally:
        await page.context.close()
    assert not problems
