"""`/search` and `/page`: what people see; nothing of it is on record."""

import discord
import pytest

from bot.searching._rendering import render_found, render_outline
from bot.texts import ENGLISH
from rag_core.answering.finder import Found, FoundSection, Heading, Outline
from rag_core.answering.model import Notice
from rag_core.errors import IndexingError, NoIndex, StoreUnavailable
from tests.bot.scene import Scene, buttons, said, scene

TEXTS = ENGLISH.searching
DOCS = "https://milvus.io/docs/"
SECTIONS = [FoundSection(f"HNSW > Part {n}", f"{DOCS}hnsw.md#p{n}", f"Line {n} of it.") for n in range(12)]
HNSW = Outline(
    "HNSW",
    f"{DOCS}hnsw.md",
    "v3.0.x",
    "A graph-based index.",
    (
        Heading("Index params", f"{DOCS}hnsw.md#Index-params", 1),
        Heading("M", f"{DOCS}hnsw.md#M", 2),
        Heading("Deeper still", f"{DOCS}hnsw.md#deep", 3),
    ),
)
KEY = "en/v3.0.x/hnsw.md"


def _nothing_kept(it: Scene) -> bool:
    return not it.desk.asked and not it.records.questions.questions and not it.records.questions.answers


async def test_sections_are_linked_with_a_line_each_for_the_one_who_searches() -> None:
    async with scene() as it:
        it.finder.sections = SECTIONS[:2]
        seen = await it.here.member.slash(it.here.channel, "search", query="  HNSW   params ")
        assert seen.ephemeral
        assert said(seen).split("\n") == [
            "### Search: HNSW params",
            f"**[HNSW \\> Part 0](<{DOCS}hnsw.md#p0>)**",
            "Line 0 of it.",
            "",
            f"**[HNSW \\> Part 1](<{DOCS}hnsw.md#p1>)**",
            "Line 1 of it.",
            f"-# {TEXTS.version.format(version='v3.0.x')}",
        ]
        assert buttons(seen) == {}
        assert it.finder.searched == [("HNSW params", None)]
        assert _nothing_kept(it)


async def test_pages_are_turned_over_and_that_survives_a_restart() -> None:
    async with scene() as it:
        it.finder.sections = SECTIONS
        seen = await it.here.member.slash(it.here.channel, "search", query="hnsw: é中", version="v2.6.x")
        assert list(buttons(seen)) == ["◀", "1 of 3", "▶"]
        assert buttons(seen)["◀"]["disabled"]
        assert seen.response is not None
        await it.here.member.click(seen.response, label="▶")
        assert "Part 5]" in said(seen)
        assert "Part 4]" not in said(seen)
        await it.restart()
        await it.here.member.click(seen.response, label="▶")
        assert "Part 11]" in said(seen)
        assert list(buttons(seen)) == ["◀", "3 of 3", "▶"]
        assert buttons(seen)["▶"]["disabled"]
        await it.here.member.click(seen.response, label="◀")
        assert "2 of 3" in buttons(seen)
        assert set(it.finder.searched) == {("hnsw: é中", "v2.6.x")}


async def test_a_page_that_is_there_no_more_is_the_last_one() -> None:
    async with scene() as it:
        it.finder.sections = SECTIONS
        seen = await it.here.member.slash(it.here.channel, "search", query="hnsw")
        it.finder.sections = SECTIONS[:1]
        assert seen.response is not None
        await it.here.member.click(seen.response, label="▶")
        assert "Part 0]" in said(seen)
        assert buttons(seen) == {}


async def test_the_longest_search_fits_into_its_buttons() -> None:
    async with scene() as it:
        it.finder.sections = SECTIONS
        options = {"query": "x" * 70, "version": "v" * 20}
        seen = await it.here.member.slash(it.here.channel, "search", **options)
        assert max(len(button["custom_id"]) for button in buttons(seen).values()) <= 100
        assert seen.response is not None
        await it.here.member.click(seen.response, label="▶")
        assert it.finder.searched == [("x" * 70, "v" * 20)] * 2


async def test_what_is_not_found_is_said() -> None:
    async with scene() as it:
        seen = await it.here.member.slash(it.here.channel, "search", query="zebra")
        assert seen.ephemeral
        assert TEXTS.nothing in said(seen)
        blank = await it.here.member.slash(it.here.channel, "search", query=" ")
        assert said(blank) == TEXTS.empty
        assert blank.ephemeral


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(NoIndex("nothing"), TEXTS.no_index), (StoreUnavailable("away"), TEXTS.unavailable)],
)
async def test_an_index_that_is_away_is_a_plain_sentence(error: IndexingError, sentence: str) -> None:
    async with scene() as it:
        it.finder.error = error
        found = await it.here.member.slash(it.here.channel, "search", query="hnsw")
        assert said(found) == sentence
        page = await it.here.member.slash(it.here.channel, "page", title="HNSW")
        assert (said(page), page.ephemeral) == (sentence, True)
        assert await it.here.member.autocomplete(it.here.channel, "page", "title", "H") == []


async def test_versions_are_offered() -> None:
    async with scene() as it:
        offered = await it.here.member.autocomplete(it.here.channel, "search", "version", "2.")
        assert [choice["value"] for choice in offered] == ["v2.6.x"]


async def test_a_page_is_chosen_by_its_title_and_shown_with_its_sections() -> None:
    async with scene() as it:
        it.finder.outlines = {KEY: HNSW, "en/v3.0.x/ivf.md": HNSW.__class__("IVF", DOCS, "v3.0.x", "", ())}
        offered = await it.here.member.autocomplete(it.here.channel, "page", "title", "hn")
        assert [(choice["name"], choice["value"]) for choice in offered] == [("HNSW", KEY)]
        seen = await it.here.member.slash(it.here.channel, "page", title=KEY)
        assert not seen.ephemeral
        assert said(seen).split("\n") == [
            f"### [HNSW](<{DOCS}hnsw.md>)",
            "A graph-based index.",
            f"- [Index params](<{DOCS}hnsw.md#Index-params>)",
            f"  - [M](<{DOCS}hnsw.md#M>)",
            "-# Milvus v3.0.x docs.",
        ]
        assert _nothing_kept(it)


async def test_a_page_that_is_not_there_is_said_privately() -> None:
    async with scene() as it:
        seen = await it.here.member.slash(it.here.channel, "page", title="@everyone")
        assert seen.ephemeral
        assert said(seen) == TEXTS.no_page.format(title="@\u200beveryone")


async def test_a_slow_page_is_acknowledged_before_it_is_there() -> None:
    async with scene() as it:
        it.finder.outlines, it.finder.seconds = {KEY: HNSW}, 60.0
        for title, text in ((KEY, HNSW.summary), ("none", TEXTS.no_page.format(title="none"))):
            seen = await it.here.member.slash(it.here.channel, "page", title=title)
            await it.env.advance_time(2)
            assert seen.deferred
            await it.env.advance_time(60)
            assert text in said(seen)


async def test_nothing_is_found_where_the_bot_is_off() -> None:
    async with scene() as it:
        it.finder.outlines = {KEY: HNSW}
        await it.here.moderator.slash(it.here.channel, "admin channel set", channel=it.here.channel, mode="off")
        seen = await it.here.member.slash(it.here.channel, "search", query="hnsw")
        assert seen.ephemeral
        assert said(seen) == ENGLISH.asking.turned_off
        page = await it.here.member.slash(it.here.channel, "page", title=KEY)
        assert (said(page), page.ephemeral) == (ENGLISH.asking.turned_off, True)
        assert it.finder.searched == []


def test_a_version_that_is_not_indexed_is_said() -> None:
    found = Found("hnsw", tuple(SECTIONS[:1]), "v3.0.x", (Notice("version_absent", "1.9"),))
    assert "1.9" in render_found(found, 0, ENGLISH).sections[0]


def test_a_long_page_fits_into_a_message_and_says_how_much_is_left_out() -> None:
    headings = tuple(Heading(f"Section {n}", f"{DOCS}long.md#{'x' * 60}{n}", 1) for n in range(90))
    panel = render_outline(Outline("Long " * 30, f"{DOCS}long.md", "v3.0.x", "about " * 90, headings), ENGLISH)
    assert len(panel.title) + sum(map(len, panel.sections)) + len(panel.note) < 4000
    left_out = 90 - panel.sections[1].count("\n") - 1
    assert panel.note.startswith(f"{left_out} more sections")


def test_nothing_found_can_ping_or_pose_as_something_else() -> None:
    nasty = FoundSection("<@1> @everyone [x](y)", f"{DOCS}a.md", "# @here [click](https://evil.example) discord.gg/x")
    (section,) = render_found(Found("`<@&2>", (nasty,)), 0, ENGLISH).sections
    assert "@everyone" not in section
    assert "@here" not in section
    assert "[click](" not in section
    assert "discord.gg" not in section
    assert discord.utils.remove_markdown(section)
