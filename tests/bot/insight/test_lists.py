"""`/admin stats`, `unanswered`, `feedback`: what the moderator sees of what is on record."""

import io
from datetime import timedelta

from PIL import Image
from simcord import InteractionResult

from bot.insight._rendering import feedback, unanswered
from bot.texts import CHINESE, ENGLISH
from rag_core.records.insight import Asked, Rated
from rag_core.records.insight import Place as Where
from rag_core.records.model import Feedback
from tests.bot.insight.asked import DOCS, attachments, here, there
from tests.bot.scene import Place, Scene, buttons, said, scene
from tests.rag_core.records.samples import NOW

TEXTS = ENGLISH.insight
EVIL = "@everyone <@1> [free](https://evil.example) **bold** # big\n> discord.gg/abc `x`"


async def _seen(it: Scene, command: str, place: Place | None = None, **options: object) -> InteractionResult:
    place = place or it.here
    seen = await place.moderator.slash(place.channel, f"admin {command}", **options)
    assert seen.ephemeral
    return seen


async def test_stats_are_numbers_and_a_picture() -> None:
    async with scene() as it:
        asked = here(it)
        rated = [await asked.ask(seconds=seconds, pages=("hnsw", "ivf")) for seconds in (1.0, 2.0, 4.5)]
        await asked.ask("Who wrote the Iliad?", "refused", days_ago=3)
        await asked.ask(outcome="failed", days_ago=3)
        await asked.ask(outcome=None)
        await asked.ask(private=True, seconds=4.0, pages=("hnsw",))
        for number, question in enumerate(rated):
            await asked.rate(question, "down" if number == 0 else "up")
        seen = await _seen(it, "stats")
        assert said(seen).split("\n") == [
            "### Figures",
            "**7** asked",
            "🟦 **4** answered (57%)",
            "🟧 **1** refused (14%)",
            "⬜ **2** other (29%)",
            "👍 **67%** of 3 ratings",
            "⏱️ **3.0 s** to a whole answer, in the median",
            "**Busiest pages**",
            f"1. [HNSW](<{DOCS}/hnsw.md>)  **4**",
            f"2. [ivf](<{DOCS}/ivf.md>)  **3**",
            f"-# {TEXTS.stats_note.format(period='Last 30 days')}",
        ]
        [(name, picture)] = await attachments(seen)
        assert name == "stats.png"
        assert Image.open(io.BytesIO(picture)).size == (1100, 420)


async def test_stats_look_back_as_far_as_they_are_told_and_at_this_server_alone() -> None:
    async with scene() as it:
        await here(it).ask(days_ago=8)
        await there(it).ask("Who wrote the Iliad?", "refused")
        seen = await _seen(it, "stats", days=7)
        assert said(seen).split("\n") == ["### Figures", TEXTS.no_questions, "-# Last 7 days"]
        assert await attachments(seen) == []
        assert "**1** asked" in said(await _seen(it, "stats", days=10))
        elsewhere = said(await _seen(it, "stats", it.there, days=1))
        assert "**1** asked\n🟦 **0** answered (0%)\n🟧 **1** refused (100%)" in elsewhere
        assert TEXTS.no_ratings in elsewhere
        assert TEXTS.no_median in elsewhere


async def test_refused_questions_that_are_alike_stand_together_most_asked_first() -> None:
    async with scene() as it:
        asked, other = here(it), there(it)
        once = await asked.ask("Where is the GraphQL port?", "refused")
        first = await asked.ask("Is there a PHP SDK?", "refused", days_ago=5)
        again = await asked.ask("is there a php sdk", "refused", days_ago=2)
        await asked.ask("What is HNSW?", "answered")
        await asked.ask("My secret plan", "refused", private=True)
        await asked.ask("", "refused", user_id=None)
        await other.ask("Is there a PHP SDK?", "refused")
        day = [f"{asked.now - timedelta(days=ago):%Y-%m-%d}" for ago in (0, 2, 5)]
        channel = it.here.channel.mention
        assert said(await _seen(it, "unanswered")).split("\n") == [
            "### Not in the documentation",
            "**2×**  Is there a PHP SDK?",
            f"-# {channel} [{day[1]}]({asked.link(again)}) · {channel} [{day[2]}]({asked.link(first)})",
            "**1×**  Where is the GraphQL port?",
            f"-# {channel} [{day[0]}]({asked.link(once)})",
            f"-# {TEXTS.unanswered_note.format(period='Last 30 days')}",
        ]
        assert "**1×**  Is there a PHP SDK?" in said(await _seen(it, "unanswered", it.there))
        assert "PHP" not in said(await _seen(it, "unanswered", days=1))


async def test_many_groups_are_paged_and_many_places_are_counted() -> None:
    async with scene() as it:
        asked = here(it)
        for number in range(7):
            for _ in range(number + 1):
                await asked.ask(f"Question {number}", "refused")
        seen = await _seen(it, "unanswered")
        assert "**7×**  Question 6" in said(seen)
        assert TEXTS.more_places.format(count=4) in said(seen)
        assert "**3×**" not in said(seen)
        assert seen.response is not None
        more = await it.here.moderator.click(seen.response, label=ENGLISH.general.next_page)
        assert "**2×**  Question 1" in said(more)
        assert "**1×**  Question 0" in said(more)


async def test_where_nothing_was_refused_it_says_so() -> None:
    async with scene() as it:
        await here(it).ask()
        seen = await _seen(it, "unanswered")
        assert TEXTS.nothing_unanswered in said(seen)
        assert buttons(seen) == {}


async def test_ratings_come_with_reasons_and_comments_newest_first() -> None:
    async with scene() as it:
        asked, other = here(it), there(it)
        question, secret = await asked.ask("What is HNSW?"), await asked.ask("My secret plan", private=True)
        await asked.rate(question, "up", 5)
        asked.now += timedelta(seconds=1)
        await asked.rate(question, "down", 6, "outdated", "It speaks\nof 2.3")
        await asked.rate(secret, "down", 7, "wrong", "secret comment")
        await other.rate(await other.ask("Elsewhere?"), "down")
        where = f"-# {it.here.channel.mention} [{asked.now:%Y-%m-%d}]({asked.link(question)})"
        assert said(await _seen(it, "feedback")).split("\n") == [
            "### Ratings",
            "👎 **outdated**  What is HNSW?",
            where,
            "> It speaks of 2.3",
            "👍  What is HNSW?",
            where,
            f"-# {TEXTS.feedback_note.format(period='Last 30 days')}",
        ]
        assert "👎" not in said(await _seen(it, "feedback", rating="up"))
        assert "Elsewhere?" in said(await _seen(it, "feedback", it.there, rating="down"))
        assert TEXTS.no_feedback in said(await _seen(it, "feedback", it.there, rating="up"))


async def test_what_people_wrote_does_nothing() -> None:
    async with scene() as it:
        asked = here(it)
        await asked.rate(await asked.ask(EVIL, "refused"), "down", comment=EVIL)
        for command in ("unanswered", "feedback"):
            text = said(await _seen(it, command))
            assert "@everyone" not in text
            assert "<@1>" not in text
            assert r"\[free\](" in text
            assert "discord.gg" not in text
            assert "\n> discord" not in text


def test_the_longest_lists_fit_into_a_message() -> None:
    long = Asked("0" * 32, NOW, "*" * 4000, Where(2**63, 2**63))
    rated = Rated(long, Feedback(long.id, 1, "down", NOW, "incomplete", "_" * 4000))
    for own in (ENGLISH, CHINESE):
        for panel in (*unanswered([[long] * 9] * 7, 2**63, 365, own, newest=1000), *feedback([rated] * 7, 1, 9, own)):
            assert sum(map(len, (panel.title, *panel.sections, panel.note))) <= 4000


async def test_speaks_the_servers_language() -> None:
    async with scene(locale="zh-CN") as it:
        await here(it).ask()
        assert CHINESE.insight.questions.format(count=1) in said(await _seen(it, "stats"))


async def test_a_database_that_is_away_is_a_plain_sentence() -> None:
    async with scene() as it:
        it.records.questions.down = True
        for command in ("stats", "unanswered", "feedback", "export"):
            seen = await it.here.moderator.slash(it.here.channel, f"admin {command}")
            assert ENGLISH.general.records_unavailable in said(seen)
