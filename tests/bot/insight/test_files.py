"""`/admin export` and `/admin log`: what the moderator gets as a file."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from simcord import InteractionResult

from bot.insight import files
from bot.texts import ENGLISH
from rag_core.answering.model import Finished, Question
from rag_core.records.insight import Correction
from tests.bot.asking.answers import ANSWERED
from tests.bot.insight.asked import DOCS, NOW, attachments, here, there
from tests.bot.scene import Place, Scene, said, scene
from tests.bot.support.pressing import ask, question_id

TEXTS = ENGLISH.insight
MONTH = ENGLISH.insight.period(30)


async def _seen(it: Scene, command: str, place: Place | None = None, **options: object) -> InteractionResult:
    place = place or it.here
    seen = await place.moderator.slash(place.channel, f"admin {command}", **options)
    assert seen.ephemeral
    return seen


async def _exported(it: Scene, form: str, place: Place | None = None, **options: object) -> list[dict[str, Any]]:
    [(name, content)] = await attachments(await _seen(it, "export", place, format=form, **options))
    assert name == f"questions-2026-01-01.{form}"
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text))) if form == "csv" else list(map(json.loads, text.splitlines()))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_the_export_is_this_servers_questions_with_answers_sources_and_ratings(form: str) -> None:
    async with scene() as it:
        asked, other = here(it), there(it)
        old = await asked.ask("Is there a PHP SDK?", "refused", days_ago=2, user_id=77001)
        new = await asked.ask("What is HNSW?", pages=("hnsw", "ivf"))
        await asked.rate(new, "down", 77002, "wrong", "No, it isn't")
        await asked.rate(new, "up", 77003)
        it.records.insight.solved[new.id] = NOW
        await asked.ask("My secret plan", private=True)
        await asked.ask("", user_id=None)
        elsewhere = await other.ask("Elsewhere?")
        rows = await _exported(it, form)
        assert [row["id"] for row in rows] == [new.id, old.id]
        sources = [f"{DOCS}/hnsw.md", f"{DOCS}/ivf.md"]
        assert (rows[0]["question"], rows[0]["answer"]) == ("What is HNSW?", "It is [1].")
        assert (rows[0]["outcome"], rows[1]["outcome"]) == ("answered", "refused")
        assert rows[0]["sources"] == ("\n".join(sources) if form == "csv" else sources)
        assert (str(rows[0]["up"]), str(rows[0]["down"])) == ("1", "1")
        assert "".join(rows[0]["reasons"]) == "wrong"
        assert "".join(rows[0]["comments"]) == "No, it isn't"
        assert (rows[0]["link"], rows[0]["solved_at"]) == (asked.link(new), NOW.isoformat())
        assert "7700" not in str(rows)
        assert [row["id"] for row in await _exported(it, form, it.there)] == [elsewhere.id]
        assert [row["id"] for row in await _exported(it, form, days=1)] == [new.id]


async def test_it_says_how_many_there_are_or_that_there_are_none() -> None:
    async with scene() as it:
        seen = await _seen(it, "export")
        assert said(seen).split("\n")[1] == TEXTS.nothing_to_export.format(period=MONTH)
        assert await attachments(seen) == []
        await here(it).ask()
        seen = await _seen(it, "export")
        assert said(seen).split("\n") == [
            "### Export",
            TEXTS.exported.format(period=MONTH, count=1),
            f"-# {TEXTS.export_note}",
        ]


async def test_what_does_not_fit_into_one_file_is_left_out_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LARGEST", files._ENVELOPE + 2000)
    async with scene() as it:
        asked = here(it)
        questions = [await asked.ask("long " * 100, days_ago=number) for number in range(9)]
        seen = await _seen(it, "export", format="jsonl")
        [(_, content)] = await attachments(seen)
        kept = [json.loads(line)["id"] for line in content.splitlines()]
        assert len(content) <= 2000
        assert kept == [question.id for question in questions[: len(kept)]]
        assert TEXTS.exported_newest.format(period=MONTH, count=len(kept)) in said(seen)


async def _a_full_record(it: Scene) -> Question:
    asked = here(it)
    question = await asked.ask("What is HNSW?", answer=ANSWERED, user_id=it.here.member.id)
    await asked.rate(question, "down", 77001, "outdated", "It speaks of 2.3")
    correction = Correction(NOW + timedelta(hours=1), it.here.moderator.id, "It was wrong.", ANSWERED.text)
    it.records.insight.corrections[question.id] = [correction]
    it.records.insight.handed_over[question.id] = NOW
    return question


async def test_the_log_holds_everything_on_record_about_one_question() -> None:
    async with scene() as it:
        question, asked = await _a_full_record(it), here(it)
        seen = await _seen(it, "log", id=question.id)
        moment, later = (f"<t:{int(at.timestamp())}:f>" for at in (NOW, NOW + timedelta(hours=1)))
        where = f"{it.here.channel.mention} ([message]({asked.link(question)}))"
        assert said(seen).split("\n") == [
            "### What is HNSW?",
            f"**Asked** by {it.here.member.mention} {where}, {moment}",
            "**Ended** as answered",
            "**Took** all 0.0 s",
            "**Searched** What do the parameters for HNSW mean?",
            "**Sources** 2 cited of 3 found",
            "**Rated** 👍 0 · 👎 1 (outdated)",
            f"**Handed over** to a person {moment}",
            f"**Corrected** by {it.here.moderator.mention}, {later}",
            f"-# {TEXTS.log_note.format(id=question.id)}",
        ]
        [(name, content)] = await attachments(seen)
        assert name == f"question-{question.id[:8]}.json"
        _holds_everything(json.loads(content), question)


def _holds_everything(whole: dict[str, Any], question: Question) -> None:
    assert whole["question"]["text"] == question.text
    assert whole["answer"]["text"] == ANSWERED.text
    assert [each["text"] for each in whole["answer"]["passages"]] == [each.text for each in ANSWERED.passages]
    assert whole["answer"]["held_back"] == []
    assert whole["answer"]["times"]["total"] == 0
    assert whole["ratings"][0]["comment"] == "It speaks of 2.3"
    assert whole["corrections"][0]["before"] == "It was wrong."
    assert whole["asked_at"] == NOW.isoformat()


async def test_a_question_is_found_by_the_link_of_its_message() -> None:
    async with scene() as it:
        question = await here(it).ask("What is HNSW?")
        assert "### What is HNSW?" in said(await _seen(it, "log", id=here(it).link(question)))
        assert "### What is HNSW?" in said(await _seen(it, "log", id=f" {question.id.upper()} "))


async def test_a_question_is_found_by_the_last_message_of_a_long_answer() -> None:
    long = replace(ANSWERED, text="\n\n".join([ANSWERED.text] * 40))
    async with scene((Finished(long),)) as it:
        result = await ask(it)
        last = result.followups[-1].message
        assert last.id != it.records.questions.replies[question_id(it)].message_id
        assert question_id(it) in said(await _seen(it, "log", id=last.jump_url))


async def test_another_servers_question_is_not_found_nor_nonsense() -> None:
    async with scene() as it:
        question = await there(it).ask("Elsewhere?")
        for named in (question.id, there(it).link(question), "0" * 32, "what?"):
            seen = await _seen(it, "log", id=named)
            assert said(seen) == TEXTS.no_such_question
            assert await attachments(seen) == []


async def test_a_private_question_stays_private() -> None:
    async with scene() as it:
        asked = here(it)
        secret, gone = await asked.ask("My secret plan", private=True), await asked.ask("", user_id=None)
        for question, why in ((secret, TEXTS.private_log), (gone, TEXTS.no_text_log)):
            seen = await _seen(it, "log", id=question.id)
            assert why in said(seen)
            assert "**Ended** as answered" in said(seen)
            assert "secret" not in said(seen)
            assert "<@" not in said(seen)
            assert await attachments(seen) == []


async def test_hashed_and_unknown_people_and_running_answers_have_words_of_their_own() -> None:
    async with scene() as it:
        asked = here(it)
        hashed, unknown = await asked.ask(user_id=-(2**60)), await asked.ask(outcome=None, user_id=None)
        assert f"by `{-(2**60)}`" in said(await _seen(it, "log", id=hashed.id))
        seen = said(await _seen(it, "log", id=unknown.id))
        assert TEXTS.not_kept in seen
        assert TEXTS.running in seen
