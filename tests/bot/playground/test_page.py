"""The page in headless Chromium, driven as people use it; the bot behind it is real, and so is what is on record."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.bot.playground.stage import FIRST, QUESTION, SECOND, Stage, stage
from tests.fakes.engine import Gate

pytestmark = pytest.mark.real


@pytest_asyncio.fixture(loop_scope="session")
async def it(browser: Browser) -> AsyncIterator[Stage]:
    async with stage(browser) as made:
        yield made


async def test_an_answer_is_seen_to_grow_and_ends_with_its_sources(it: Stage) -> None:
    gate = Gate()
    it.engine.reply(FIRST, SECOND, gates={1: gate})
    await it.ask()
    await expect(it.last).to_contain_text("keeps its edges in memory")
    await expect(it.last).not_to_contain_text("examines 16")
    await expect(it.last).not_to_contain_text("Sources")
    gate.opened.set()
    await expect(it.last).to_contain_text("examines 16 of them at once")
    await expect(it.last).to_contain_text("Sources")
    await expect(it.last.get_by_role("link", name="Graph")).to_have_attribute("href", "https://docs.example/graph.md")
    (question,) = it.records.questions.questions.values()
    assert question.text == QUESTION


async def test_a_button_of_an_answer_works_and_only_who_pressed_it_sees_why(it: Stage) -> None:
    await it.ask()
    await it.page.get_by_role("button", name="👍").click()
    await expect(it.last).to_contain_text("Only you can see this")
    (feedback,) = it.records.questions.feedback.values()
    assert (feedback.user_id, feedback.rating) == (it.place.people[0].id, "up")
    await it.be("Mona")
    await expect(it.page.locator("#messages > li")).to_have_count(1)


async def test_stop_ends_an_answer_that_is_being_written(it: Stage) -> None:
    gate = Gate()
    it.engine.reply(FIRST, SECOND, gates={1: gate})
    await it.ask()
    await it.page.get_by_role("button", name="Stop").click()
    await expect(it.page.locator("#messages > li").first).not_to_contain_text("Writing")
    assert it.engine.aborted


async def test_a_moderator_has_commands_that_a_member_has_not(it: Stage) -> None:
    await it.type("/admin")
    await expect(it.page.get_by_role("option")).to_have_count(0)
    await it.page.keyboard.press("Escape")
    await it.be("Mona")
    box = await it.command("admin channel set")
    await box.get_by_label("channel").select_option("# general")
    await box.get_by_label("mode").select_option(index=1)
    await box.get_by_role("button", name="➤").click()
    await expect(it.last).to_contain_text("general")
    await expect(it.last).to_contain_text("Only you can see this")
    (entry,) = it.records.audit.kept
    assert entry.actor_id == it.place.people[1].id
    await it.be("Ada")
    await expect(it.page.locator("#messages > li")).to_have_count(0)


async def test_direct_messages_have_commands_too(it: Stage) -> None:
    await it.look("direct")
    await it.ask()
    await expect(it.last).to_contain_text("Sources")
    (origin,) = it.records.questions.origins.values()
    assert origin.guild_id is None


async def test_mentions_and_replies_are_answered(it: Stage) -> None:
    await it.say(f"@Milvus {QUESTION}")
    await expect(it.last).to_contain_text("Sources")
    await expect(it.last.locator(".above")).to_contain_text("Ada")
    await it.last.hover()
    await it.last.get_by_role("button", name="Reply").click()
    await it.say("Where is that kept in memory?")
    await expect(it.page.get_by_role("listitem").filter(has_text="APP").last).to_contain_text("Where is that kept")
    await expect(it.page.locator("#messages > li")).to_have_count(4)


async def test_the_menu_of_a_message_has_the_bots_commands(it: Stage) -> None:
    await it.say(QUESTION)
    await it.last.hover()
    await it.last.locator("summary").click()
    await it.last.get_by_role("button", name="Answer from the docs").click()
    await expect(it.last).to_contain_text("Sources")


async def test_an_answer_moves_to_a_thread(it: Stage) -> None:
    await it.ask()
    await it.page.get_by_role("button", name="Continue in a thread").click()
    await it.look("thread")
    await it.say("And where are its edges in memory?")
    await expect(it.last).to_contain_text("Sources")


async def test_suggestions_come_while_a_page_is_typed(it: Stage) -> None:
    box = await it.command("page")
    await box.locator("input").first.press_sequentially("gra")
    await it.page.get_by_role("option", name="Graph").click()
    await it.page.keyboard.press("Enter")
    await expect(it.last).to_contain_text("Graph")


async def test_people_write_edit_and_delete_messages(it: Stage) -> None:
    await it.say("Hello <b>there</b> @Mona")
    await expect(it.last.locator(".text")).to_have_text("Hello <b>there</b> @Mona")
    await expect(it.last.locator(".mention")).to_have_text("@Mona")
    await it.last.hover()
    await it.last.get_by_role("button", name="Reply").click()
    await it.say("And again")
    await expect(it.last.locator(".above")).to_contain_text("Hello")
    await it.last.hover()
    await it.last.locator("summary").click()
    await it.last.get_by_role("button", name="Edit").click()
    await it.say(" and again")
    await expect(it.last).to_contain_text("And again and again")
    await it.last.hover()
    await it.last.locator("summary").click()
    await it.last.get_by_role("button", name="Delete").click()
    await expect(it.page.locator("#messages > li")).to_have_count(1)


async def test_what_may_not_be_done_is_said(it: Stage) -> None:
    await it.say("Mine")
    await it.be("Mona")
    await it.say("Hers")
    await it.be("Ada")
    await it.last.hover()
    await it.last.locator("summary").click()
    await it.last.get_by_role("button", name="Delete").click()
    await expect(it.page.get_by_role("alert")).to_be_visible()
    await expect(it.page.locator("#messages > li")).to_have_count(2)


async def test_a_post_in_the_forum_has_a_thread_of_its_own(it: Stage) -> None:
    await it.go("questions")
    await it.page.get_by_label("Title").fill("Edges")
    await it.page.get_by_label("What do you want to know?").fill(QUESTION)
    await it.page.get_by_label("question", exact=True).check()
    await it.page.get_by_role("button", name="Post").click()
    await expect(it.page.locator("#header")).to_contain_text("Edges")
    await expect(it.page.locator("#messages")).to_contain_text(QUESTION)
    await it.go("questions")
    await expect(it.page.locator(".posts")).to_contain_text("Edges")
    await expect(it.page.locator(".posts .tag")).to_have_text("question")


async def test_two_pages_show_the_same_server(it: Stage, browser: Browser) -> None:
    other = await browser.new_page()
    await other.goto(it.address)
    await it.say("Hello")
    await expect(other.locator("#messages")).to_contain_text("Hello")
