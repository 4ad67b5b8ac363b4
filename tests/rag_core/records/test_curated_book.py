"""Curated answers on both databases, and the fake beside them."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from rag_core.records.audit import AuditTrail
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.curated import Consent, CuratedAnswer, CuratedBook
from rag_core.records.curated_book import SqlCuratedBook
from tests.fakes.audit import FakeAudit
from tests.fakes.curated import FakeCuratedBook
from tests.fixtures.databases import BOTH
from tests.rag_core.records.samples import NOW

HERE, THERE, MODERATOR, ADA = 1, 2, 3, 4
BEFORE = NOW - timedelta(days=1)
ANSWER = CuratedAnswer("a1", HERE, "Which port?", "19530.", ADA, MODERATOR, "asked", BEFORE, BEFORE, 7, 8)


@dataclass
class Kept:
    book: CuratedBook
    audit: AuditTrail


@pytest.fixture(params=["fake", *BOTH])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        audit = FakeAudit(now=NOW)
        return Kept(FakeCuratedBook(audit), audit)
    database = request.getfixturevalue(f"{request.param}_database")
    return Kept(SqlCuratedBook(database, clock=lambda: NOW), SqlAuditTrail(database))


async def test_an_answer_comes_back_in_its_server_alone(kept: Kept) -> None:
    await kept.book.add(ANSWER)
    assert await kept.book.get(HERE, "a1") == ANSWER
    assert await kept.book.get(THERE, "a1") is None
    assert await kept.book.answers(THERE) == []


async def test_another_server_can_neither_edit_nor_decide_nor_remove_it(kept: Kept) -> None:
    await kept.book.add(ANSWER)
    assert await kept.book.edit(THERE, "a1", "?", "!", MODERATOR) is None
    assert await kept.book.decide(THERE, "a1", "given", MODERATOR) is None
    assert await kept.book.remove(THERE, "a1", MODERATOR) is None
    assert await kept.book.get(HERE, "a1") == ANSWER


async def test_what_is_written_anew_keeps_the_rest_and_the_old_text_on_record(kept: Kept) -> None:
    await kept.book.add(ANSWER)
    edited = await kept.book.edit(HERE, "a1", "Which ports?", "19530 and 9091.", MODERATOR)
    assert edited == replace(ANSWER, question="Which ports?", answer="19530 and 9091.", changed_at=NOW)
    assert await kept.book.get(HERE, "a1") == edited
    entry = next(each for each in await kept.audit.entries(HERE) if each.action == "faq edit")
    assert (entry.subject, json.loads(entry.before)["answer"]) == ("curated answer a1", "19530.")
    assert json.loads(entry.after)["answer"] == "19530 and 9091."


async def test_the_authors_word_is_kept_and_on_record(kept: Kept) -> None:
    await kept.book.add(ANSWER)
    given = await kept.book.decide(HERE, "a1", "given", ADA)
    assert given is not None
    assert given.consent == "given"
    assert sorted((each.action, each.actor_id) for each in await kept.audit.entries(HERE)) == [
        ("faq add", MODERATOR),
        ("faq consent", ADA),
    ]


async def test_a_removed_answer_is_gone_but_on_record(kept: Kept) -> None:
    await kept.book.add(ANSWER)
    assert await kept.book.remove(HERE, "a1", MODERATOR) == ANSWER
    assert await kept.book.remove(HERE, "a1", MODERATOR) is None
    assert await kept.book.answers(HERE) == []
    entry = next(each for each in await kept.audit.entries(HERE) if each.action == "faq remove")
    assert (json.loads(entry.before)["question"], entry.after) == ("Which port?", "")


async def test_answers_are_newest_first(kept: Kept) -> None:
    for number in range(3):
        await kept.book.add(replace(ANSWER, id=f"a{number}", created_at=BEFORE + timedelta(hours=number)))
    assert [each.id for each in await kept.book.answers(HERE)] == ["a2", "a1", "a0"]


async def test_what_may_be_shown_is_what_is_ones_own_or_consented_to_in_every_server(kept: Kept) -> None:
    rows: list[tuple[str, int, Consent]] = [
        ("a", HERE, "own"),
        ("b", THERE, "given"),
        ("c", HERE, "asked"),
        ("d", HERE, "refused"),
    ]
    for key, guild, consent in rows:
        await kept.book.add(replace(ANSWER, id=key, guild_id=guild, consent=consent))
    assert [(each.id, each.guild_id) for each in await kept.book.showable()] == [("a", HERE), ("b", THERE)]
