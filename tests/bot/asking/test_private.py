"""`/ask private:`: seen by the asker alone, and on record as private."""

from bot.texts import ENGLISH
from rag_core.answering.model import Finished, Retrieved, Searching, Shown
from tests.bot.asking.answers import ANSWERED, PASSAGES, QUESTION, TEXT
from tests.bot.scene import said, scene

WHOLE = (Searching(QUESTION), Retrieved(PASSAGES), Shown(TEXT), Finished(ANSWERED))


async def test_a_private_answer_is_seen_by_the_asker_alone_and_on_record_as_private() -> None:
    async with scene(WHOLE) as it:
        seen = await it.here.member.slash(it.here.channel, "ask", question=QUESTION, private=True)
        assert seen.ephemeral
        assert ENGLISH.asking.sources in said(seen)
        assert all(each.ephemeral for each in seen.followups)
        ((question_id, origin),) = it.records.questions.origins.items()
        assert origin.private
        assert it.records.questions.answers[question_id].outcome == "answered"


async def test_what_was_asked_privately_is_no_part_of_a_public_conversation() -> None:
    async with scene(WHOLE) as it:
        for private in (True, False, True):
            await it.here.member.slash(it.here.channel, "ask", question=QUESTION, private=private)
        public, again = it.desk.asked[1][0], it.desk.asked[2][0]
        assert public.history == ()
        assert [turn.question for turn in again.history] == [QUESTION]
