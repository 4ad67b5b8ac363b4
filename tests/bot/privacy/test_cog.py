"""`/privacy` and `/my-data`: what people see, and what is on record then."""

import json
from pathlib import Path
from typing import Any

import pytest
from simcord import InteractionResult
from simcord.actors import MemberActor
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.privacy import Policy
from bot.texts import CHINESE, ENGLISH
from rag_core.answering.model import Finished, Shown
from rag_core.errors import RecordsUnavailable
from rag_core.records.curated import CuratedAnswer
from tests.bot.asking.answers import ANSWERED, TEXT
from tests.bot.privacy.records import kept_scene
from tests.bot.scene import buttons, said, scene
from tests.fakes.desk import Step
from tests.rag_core.records.samples import NOW

SCRIPT: list[Step] = [Shown(TEXT), Finished(ANSWERED)]
OWN = ENGLISH.privacy
WORDS = "What does efConstruction do?"


async def press(who: MemberActor, seen: InteractionResult, button: str) -> None:
    assert seen.response is not None
    await who.click(seen.response, custom_id=buttons(seen)[button]["custom_id"])


@pytest.mark.parametrize(
    ("policy", "seen", "unseen"),
    [
        (Policy(730), [OWN.by_id, "730 days", OWN.is_in], [OWN.by_number, OWN.for_good, OWN.is_out]),
        (Policy(0, hashed=True), [OWN.by_number, OWN.for_good, OWN.is_in], [OWN.by_id, "days"]),
    ],
)
async def test_show_says_what_holds(policy: Policy, seen: list[str], unseen: list[str]) -> None:
    async with scene(policy=policy) as it:
        shown = await it.here.member.slash(it.here.channel, "privacy show")
        assert shown.ephemeral
        assert all(sentence in said(shown) for sentence in [*seen, OWN.masked_what, OWN.why_kept, OWN.commands])
        assert not any(sentence in said(shown) for sentence in unseen)
        await it.here.member.slash(it.here.channel, "privacy opt-out")
        shown = await it.here.member.slash(it.here.channel, "privacy show")
        assert OWN.is_out in said(shown)
        assert OWN.is_in not in said(shown)


async def test_it_speaks_chinese_where_the_server_does() -> None:
    async with scene(locale="zh-CN") as it:
        shown = await it.here.member.slash(it.here.channel, "privacy show")
        assert CHINESE.privacy.why_kept in said(shown)


async def test_who_opted_out_is_answered_and_neither_text_nor_id_is_stored(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, records):
        member, channel = it.here.member, it.here.channel
        seen = await member.slash(channel, "privacy opt-out")
        assert seen.ephemeral
        assert OWN.now_out in said(seen)
        with capture_logs() as logs:
            answered = await member.slash(channel, "ask", question=WORDS)
            await it.env.advance_time(3)
        assert "efConstruction" in said(answered)
        assert "👍" not in buttons(answered)
        everything = await records.everything()
        assert set(everything) == {"choices"}
        for place in (json.dumps(everything, default=str), str(logs)):
            assert str(member.id) not in place
            assert WORDS not in place
        assert not records.spool.exists()
        await it.here.moderator.slash(channel, "ask", question=WORDS)
        assert len((await records.everything())["questions"]) == 1


async def test_nor_is_it_stored_when_somebody_else_hands_their_message_to_the_bot(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT, message_content=True) as (it, records):
        member, moderator, channel = it.here.member, it.here.moderator, it.here.channel
        await member.slash(channel, "privacy opt-out")
        message = await member.send(channel, WORDS)
        assert it.bot.user is not None
        bot = f"<@{it.bot.user.id}>"
        await moderator.send(channel, bot, reply_to=message)
        await it.env.advance_time(3)
        await moderator.context_menu(channel, "Answer from the docs", message)
        await it.env.advance_time(3)
        assert [question.text for question, _ in it.desk.asked] == [WORDS, WORDS]
        assert set(await records.everything()) == {"choices"}
        await moderator.send(channel, f"{bot} {WORDS}")
        assert len((await records.everything())["questions"]) == 1


async def test_who_opted_out_is_in_no_file_either_while_the_database_is_away(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, records):
        member, channel = it.here.member, it.here.channel
        await member.slash(channel, "privacy opt-out")
        await records.questions.flush_spool()
        async with records.database.writing() as session:
            await session.execute(text("ALTER TABLE choices RENAME TO away"))
            await session.execute(text("ALTER TABLE questions RENAME TO away_too"))
        assert "efConstruction" in said(await member.slash(channel, "ask", question=WORDS))
        assert not records.spool.exists()
        await it.here.moderator.slash(channel, "ask", question="of the moderator")
        assert "of the moderator" in records.spool.read_text()
        assert WORDS not in records.spool.read_text()
        async with records.database.writing() as session:
            await session.execute(text("ALTER TABLE away RENAME TO choices"))
            await session.execute(text("ALTER TABLE away_too RENAME TO questions"))


async def test_who_opts_in_is_kept_again(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, records):
        member, channel = it.here.member, it.here.channel
        assert OWN.in_already in said(await member.slash(channel, "privacy opt-in"))
        await member.slash(channel, "privacy opt-out")
        assert OWN.out_already in said(await member.slash(channel, "privacy opt-out"))
        assert OWN.now_in in said(await member.slash(channel, "privacy opt-in"))
        answered = await member.slash(channel, "ask", question=WORDS)
        await it.env.advance_time(3)
        assert "👍" in buttons(answered)
        [asked] = (await records.everything())["questions"]
        assert (asked["text"], asked["user_id"]) == (WORDS, member.id)


async def test_the_export_is_a_private_file_with_all_of_it(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, _):
        here, there = it.here, it.there
        await here.member.slash(here.channel, "ask", question=WORDS)
        await there.member.slash(there.channel, "ask", question="of somebody else")
        seen = await here.member.slash(here.channel, "my-data export")
        assert seen.ephemeral
        assert said(seen) == OWN.exported
        assert seen.response is not None
        [file] = seen.response.attachments
        assert file.filename == "my-data.json"
        found = json.loads(await file.read())
        assert [row["text"] for row in found["questions"]] == [WORDS]
        assert [row["text"] for row in found["answers"]] == [TEXT]
        assert len(found["answer_passages"]) == len(ANSWERED.passages)
        assert "of somebody else" not in json.dumps(found)


@pytest.mark.parametrize("hashed", [False, True])
async def test_everything_is_deleted_once_confirmed(tmp_path: Path, hashed: bool) -> None:
    async with kept_scene(tmp_path, SCRIPT, hashed=hashed) as (it, records):
        member, moderator, channel = it.here.member, it.here.moderator, it.here.channel
        for who in (member, moderator):
            answered = await who.slash(channel, "ask", question=f"asked by {who.user.name}")
            await it.env.advance_time(3)
            await press(member, answered, "👍")
        await records.books.people.block(it.there.guild.id, member.id, "spam", it.there.moderator.id)
        answer = CuratedAnswer("c1", it.here.guild.id, "q", "her words", member.id, moderator.id, "given", NOW, NOW)
        await records.books.curated.add(answer)
        await it.curated.keep_up(answer)
        vectors = it.curated._index
        assert set(await vectors.held()) == {"c1"}
        asked = await member.slash(channel, "my-data delete")
        assert asked.ephemeral
        assert OWN.delete_what in said(asked)
        assert len((await records.everything())["questions"]) == 2
        await press(member, asked, OWN.delete_label)
        assert OWN.deleted.format(questions=1, ratings=1) in said(asked)
        assert OWN.withdrawn.format(answers=1) in said(asked)
        assert buttons(asked) == {}
        everything = await records.everything()
        written = json.dumps(everything, default=str)
        assert str(member.id) not in written
        assert member.user.name not in written
        assert "her words" not in written
        assert await vectors.held() == {}
        assert [row["text"] for row in everything["questions"]] == [f"asked by {moderator.user.name}"]
        assert await records.books.people.block_of(it.there.guild.id, member.id) is not None


async def test_a_deletion_ends_conversations_in_memory(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, _):
        member, channel = it.here.member, it.here.channel
        await member.slash(channel, "ask", question=WORDS)
        await it.here.moderator.slash(channel, "ask", question=WORDS)
        asked = await member.slash(channel, "my-data delete")
        await press(member, asked, OWN.delete_label)
        await member.slash(channel, "ask", question="And M?")
        await it.here.moderator.slash(channel, "ask", question="And M?")
        histories = [len(question.history) for question, _ in it.desk.asked]
        assert histories == [0, 0, 0, 1]


async def test_hidden_behind_a_hash_one_still_has_ones_own(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT, hashed=True, policy=Policy(0, hashed=True)) as (it, records):
        member, channel = it.here.member, it.here.channel
        answered = await member.slash(channel, "ask", question=WORDS)
        await it.env.advance_time(3)
        for emoji in ("👍", "👎"):
            await press(member, answered, emoji)
        everything = await records.everything()
        assert str(member.id) not in json.dumps(everything, default=str)
        assert [row["rating"] for row in everything["feedback"]] == ["down"]
        seen = await member.slash(channel, "my-data export")
        assert seen.response is not None
        found: dict[str, Any] = json.loads(await seen.response.attachments[0].read())
        assert [row["text"] for row in found["questions"]] == [WORDS]
        other = await it.here.moderator.slash(channel, "my-data export")
        assert other.response is not None
        assert json.loads(await other.response.attachments[0].read()) == {}


SECRETS = 'token="db_admin:S3cr3t!pw" of ada@example.com with sk-proj-abcdefghijklmnopqrstuvwxyz0123456789'


async def test_secrets_are_masked_before_anything_sees_them(tmp_path: Path) -> None:
    async with kept_scene(tmp_path, SCRIPT) as (it, records):
        member, channel = it.here.member, it.here.channel
        with capture_logs() as logs:
            log = f"connect failed\n{SECRETS}\nkey hunter2 in postgresql://ada:hunter22@db/x".encode()
            asked = f"Why does this fail? {SECRETS}"
            answered = await member.slash(channel, "ask", question=asked, attachment=("milvus.log", log))
        [(question, _)] = it.desk.asked
        [row] = (await records.everything())["questions"]
        for place in (question.text, row["text"], said(answered), str(logs)):
            assert not any(secret in place for secret in ("S3cr3t", "ada@example", "sk-proj", "hunter22"))
        masked = 'token="[secret]" of [e-mail] with [secret]'
        assert row["text"].startswith(f"Why does this fail? {masked}\n\nconnect failed\n{masked}")
        assert row["text"].endswith("postgresql://ada:[secret]@db/x")


@pytest.mark.parametrize("command", ["privacy show", "privacy opt-out", "my-data export"])
async def test_without_the_database_a_sentence_says_so(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as it:

        async def away(*_: object, **__: object) -> bool:
            raise RecordsUnavailable("away")

        monkeypatch.setattr(type(it.records.people), "opted_out", away)
        monkeypatch.setattr(type(it.records.personal), "export", away)
        seen = await it.here.member.slash(it.here.channel, command)
        assert ENGLISH.general.records_unavailable in "\n".join(map(str, [said(seen), *map(said, seen.followups)]))
