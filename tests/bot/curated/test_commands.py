"""`/admin faq`: what moderators see, what is on record, and what members are then told."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.texts import ENGLISH
from rag_core.answering.answerer import Answerer
from rag_core.answering.desk import Desk
from rag_core.answering.model import IndexInfo
from rag_core.answering.retriever import Retriever
from tests.bot.scene import Place, Scene, buttons, said, scene
from tests.fakes.desk import FakeDesk
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import ScriptedEngine
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore

TEXTS = ENGLISH.curated
ASKED, TEXT = "When is the next office hour?", "On **Tuesdays** at 15:00 UTC."
PAGE = "When is the next office hour? The documentation says nothing of office hours."


async def answer_for_real(it: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on questions go through the real desk, with curated answers and one page of documentation."""
    store, embedder = FakeStore(), FakeEmbedder()
    await fill(store, embedder, chunk("hours", 0, PAGE, title="Community"))

    async def info() -> IndexInfo | None:
        return None

    retriever = Retriever(store, embedder, curated=it.curated)
    desk = Desk(Answerer(retriever, ScriptedEngine("The documentation says nothing of office hours [1]."), info),
                it.records.questions)  # fmt: skip
    monkeypatch.setattr(FakeDesk, "ask", lambda _, question, origin: desk.ask(question, origin))


async def faq(it: Scene, command: str, place: Place | None = None, **options: str) -> InteractionResult:
    place = place or it.here
    return await place.moderator.slash(place.channel, f"admin faq {command}", **options)


async def add(it: Scene, place: Place | None = None, question: str = ASKED, answer: str = TEXT) -> InteractionResult:
    place = place or it.here
    return await place.moderator.submit_modal(await faq(it, "add", place), {"question": question, "answer": answer})


def _id(it: Scene) -> str:
    return list(it.records.curated._kept)[-1]


async def test_an_added_answer_is_shown_first_labelled_and_cited(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as it:
        await answer_for_real(it, monkeypatch)
        seen = await add(it)
        assert seen.ephemeral
        assert said(seen).split("\n")[:3] == [f"### {TEXTS.added}", f"**{ASKED}**", TEXT]
        told = said(await it.here.member.slash(it.here.channel, "ask", question=ASKED))
        assert told.index(TEXTS.label) < told.index("On **Tuesdays** at 15:00 UTC.")
        assert f"1. {ASKED}" in told
        assert told.index("15:00 UTC.") < told.index(f"{ENGLISH.asking.closest}\n- [Community")
        assert f"-# {TEXTS.own_words}" in told
        assert ENGLISH.asking.generated not in told
        (answer,) = it.records.questions.answers.values()
        assert (answer.outcome, answer.citations[0].page_id) == ("answered", f"curated/{_id(it)}")


async def test_another_server_is_never_shown_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as it:
        await answer_for_real(it, monkeypatch)
        await add(it)
        told = said(await it.there.member.slash(it.there.channel, "ask", question=ASKED))
        assert TEXTS.label not in told
        assert "Tuesdays" not in told
        for command, options in (("list", {}), ("search", {"question": ASKED})):
            assert "Tuesdays" not in said(await faq(it, command, it.there, **options))
            assert f"- {ASKED}" not in said(await faq(it, command, it.there, **options))
        for command in ("edit", "remove"):
            seen = await faq(it, command, it.there, entry=_id(it))
            assert (seen.modal, said(seen)) == (None, TEXTS.unknown)
        assert await it.there.moderator.autocomplete(it.there.channel, "admin faq edit", "entry", "") == []
        assert it.changes(it.there) == []


async def test_each_change_is_on_record_with_who_and_what_was_before() -> None:
    async with scene() as it:
        await add(it)
        opened = await faq(it, "edit", entry=_id(it))
        seen = await it.here.moderator.submit_modal(opened, {"question": ASKED, "answer": "On Fridays."})
        assert "On Fridays." in said(seen)
        seen = await faq(it, "remove", entry=_id(it))
        assert "On Fridays." in said(seen)
        assert it.records.curated._kept == {}
        added, edited, removed = it.changes()
        assert [each[1] for each in (added, edited, removed)] == ["faq add", "faq edit", "faq remove"]
        assert {each[0] for each in (added, edited, removed)} == {it.here.moderator.id}
        assert (json.loads(edited[3])["answer"], json.loads(edited[4])["answer"]) == (TEXT, "On Fridays.")
        assert (json.loads(removed[3])["answer"], removed[4]) == ("On Fridays.", "")


async def test_the_form_for_editing_has_what_it_says_now() -> None:
    async with scene() as it:
        await add(it)
        opened = await faq(it, "edit", entry=_id(it))
        assert opened.modal is not None
        assert [label["component"]["value"] for label in opened.modal["components"]] == [ASKED, TEXT]


async def test_an_answer_is_chosen_by_a_word_of_its_question() -> None:
    async with scene() as it:
        await add(it)
        await add(it, question="Where is the nightly image?")
        offered = await it.here.moderator.autocomplete(it.here.channel, "admin faq edit", "entry", "OFFICE")
        assert [choice["name"] for choice in offered] == [ASKED]
        it.here.show_admin_to(it.here.member)
        assert await it.here.member.autocomplete(it.here.channel, "admin faq remove", "entry", "") == []


async def test_the_list_shows_all_and_is_turned_over() -> None:
    async with scene() as it:
        assert TEXTS.nothing in said(await faq(it, "list"))
        for number in range(11):
            await add(it, question=f"Question {number}?")
        seen = await faq(it, "list")
        assert seen.ephemeral
        assert said(seen).count("- Question") == 10
        assert seen.response is not None
        await it.here.moderator.click(seen.response, label="Next")
        assert said(seen).count("- Question") == 1
        assert "Page 2 of 2" in buttons(seen)


async def test_a_search_tells_which_answer_would_be_shown() -> None:
    async with scene() as it:
        await add(it)
        told = said(await faq(it, "search", question=ASKED))
        assert f"- **1.00** {ASKED} · {TEXTS.found_fits}" in told
        told = said(await faq(it, "search", question="next release?"))
        assert f"{ASKED} · {TEXTS.found_near}" in told
        assert TEXTS.found_none in said(await faq(it, "search", it.there, question=ASKED))


async def test_while_milvus_is_away_answers_are_kept_and_it_is_said_so() -> None:
    async with scene() as it:
        it.curated._index.available = False  # type: ignore[attr-defined]
        assert f"-# {TEXTS.waits}" in said(await add(it))
        assert TEXTS.unavailable in said(await faq(it, "search", question=ASKED))
        it.curated._index.available = True  # type: ignore[attr-defined]
        assert TEXTS.found_fits in said(await faq(it, "search", question=ASKED))


async def test_an_answer_without_words_is_not_kept() -> None:
    async with scene() as it:
        assert said(await add(it, answer="  ")) == TEXTS.empty
        assert it.records.curated._kept == {}


@settings(max_examples=20)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
async def test_whatever_moderators_write_pings_nobody(text: str) -> None:
    async with scene() as it:
        seen = await add(it, question=f"{text} <@1> @everyone"[:300], answer=f"{text} <@&2> @here")
        assert not re.search(r"@(everyone|here|[!&]?\d)", said(seen))
