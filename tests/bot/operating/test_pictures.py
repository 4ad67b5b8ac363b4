"""Pictures of what operators and moderators see of the bot as a whole."""

from datetime import timedelta
from typing import Any

import pytest

from bot.findings import Finding
from rag_core.answering.desk import Load
from rag_core.indexing.ledger import PageState
from rag_core.progress import Progress
from tests.bot.operating.operated import operated
from tests.bot.operating.test_status import INFO, answered
from tests.bot.scene import Scene
from tests.fakes.desk import Wait
from tests.fakes.operations import DOCS, NOON, a_generation, a_run
from tests.fakes.source import FakeSource, make_page
from tests.fixtures.pictures import Draw

BLOG = "https://blog.example.org/posts"
FOUND = [
    Finding("data", "ok", "DATA_DIR=/data can be written."),
    Finding("database", "ok", "postgresql://bot@db/bot answers, and its tables are those of this version."),
    Finding("milvus", "ok", "http://milvus:19530 answers, version 2.6.4."),
    Finding("index", "warning", "The index is 9 days old: see why re-crawls fail (RECRAWL_CRON=0 4 * * *, the log)."),
    Finding("engine", "wrong", "http://gpu-1:8000/v1 does not answer. Check ENGINE, ENGINE_MODEL and ENGINE_URL."),
]
SEEN: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "admin-status": (
        "admin status",
        {},
        ("Schedule next crawl in 13 hours", "Milvus v3.0.x, refreshed", "3 being answered, 1 of them waiting"),
    ),
    "admin-doctor": ("admin doctor", {}, ("DATA_DIR=/data can be written.", "http://gpu-1:8000/v1 does not answer.")),
    "admin-pause": ("admin pause", {}, ("No questions are taken any more, in no server.", "/admin resume ends it.")),
    "admin-resume": ("admin resume", {}, ("Questions", "Questions are taken again.")),
    "admin-schedule": (
        "admin schedule",
        {"cron": "0 5 * * *"},
        ("0 5 * * * (UTC), next Mar 2, 2026, 5:00 AM", "Saved, and in force."),
    ),
    "admin-history": (
        "admin history",
        {},
        (
            "Mar 1, 2026, 12:00 PM finished · live",
            "turned away",
            "The start page https://docs.example.org/docs answered 503.",
        ),
    ),
    "admin-rollback": (
        "admin rollback",
        {},
        (
            "Live https://docs.example.org/docs, built Mar 1, 2026",
            "Back to https://docs.example.org/docs, built Feb 27, 2026",
            "Leave it",
        ),
    ),
    "admin-sources-add": (
        "admin sources add",
        {"name": "wiki", "address": "https://wiki.example.org/w"},
        ("wiki is added.", "Its pages come with the next run: /admin reindex."),
    ),
    "admin-sources-remove": (
        "admin sources remove",
        {"name": "blog"},
        ("blog is removed.", "Its pages go with the next run: /admin reindex."),
    ),
    "admin-sources-list": (
        "admin sources list",
        {},
        ("set by DOCS_SOURCE · 483 pages", "https://blog.example.org/posts"),
    ),
}
OPERATORS_ONLY = "How to mend the bot's own parts is told to its operators only."


async def _furnish(it: Scene) -> None:
    """A bot that has lived for a while."""
    it.env.backend.clock._epoch = NOON + timedelta(hours=3)  # simcord's begins before the runs that are on record
    home = it.operations
    home.info, home.load, home.found = INFO, Load(3, 1), FOUND
    home.librarian.generations = (a_generation("g2", NOON), a_generation("g1", NOON - timedelta(days=2)))
    for tokens in (161, 201):
        await answered(it, it.here.guild.id, 0.8, tokens)
    for address in (BLOG, "https://wiki.example.org/w"):
        home.websites[address] = FakeSource([make_page("post.md", base_url=address)], name=address)
    await it.records.operating.add_source("blog", BLOG, it.operator.id)
    for generation in home.librarian.generations:
        await home.store.create(generation)
    await home.store.activate("g2")
    keys = [*(f"en/v3.0.x/page{number}.md" for number in range(483)), "en/latest/blog/post.md"]
    await home.ledger.save_pages("g2", [PageState(key, key, "", "") for key in keys])
    note = "97 of 483 known pages were missing, so the site seems broken: none of them was deleted."
    for days, values in enumerate(
        (
            {"gate_score": 0.858, "generation_id": "g1", "new": 483, "unchanged": 0},
            {"status": "failed", "note": f"The start page {DOCS} answered 503.", "new": 0, "unchanged": 0},
            {"status": "rejected", "note": note, "new": 0},
            {"gate_score": 0.861, "gate_live_score": 0.858, "new": 484, "unchanged": 0, "chunks_embedded": 5120},
        )
    ):
        run = a_run(id=f"r{days}", started_at=NOON - timedelta(days=3 - days), **values)  # type: ignore[arg-type]
        await home.ledger.save_run(run)


@pytest.mark.real
@pytest.mark.parametrize("name", SEEN)
async def test_draws_what_a_command_shows(name: str, draw: Draw) -> None:
    command, options, texts = SEEN[name]
    async with operated() as it:
        await _furnish(it)
        if name == "admin-resume":
            await it.operator.slash(it.here.channel, "admin pause")
        seen = await it.operator.slash(it.here.channel, command, **options)
        await draw(name, it.preview(seen, it.operator), *texts)


@pytest.mark.real
async def test_draws_a_run_and_its_end(draw: Draw) -> None:
    async with operated() as it:
        it.operations.librarian.script = (Wait(1), Progress("Crawling pages", 120, 483), Wait(9), a_run())
        seen = await it.operator.slash(it.here.channel, "admin reindex")
        await it.env.advance_time(3)
        await draw("admin-reindex", it.preview(seen, it.operator), "Index run", "Crawling pages 120 of 483")
        await it.env.advance_time(7)
        await draw("admin-reindex-end", it.preview(seen, it.operator), "Index run finished", "12 new, 3 changed")


@pytest.mark.real
async def test_draws_what_a_moderator_sees_of_the_doctor(draw: Draw) -> None:
    async with operated() as it:
        it.operations.down = {"engine"}
        seen = await it.here.moderator.slash(it.here.channel, "admin doctor")
        await draw("admin-doctor-moderator", it.preview(seen, it.here.moderator), "Engine away", OPERATORS_ONLY)
