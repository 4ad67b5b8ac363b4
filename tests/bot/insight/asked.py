"""Questions on record, for moderators to look at."""

import mimetypes
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from simcord import InteractionResult

from rag_core.answering.model import Answer, AnswerOutcome, Citation, Passage, Question, Times
from rag_core.records.model import Feedback, Origin, Rating, Reason, Reply
from tests.bot.asking.answers import INDEX
from tests.bot.scene import Place, Scene

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When commands are used: simcord's clock hardly moves."""
mimetypes.init()  # which simcord would do within the event loop, from files
TITLES = {"hnsw": "HNSW", "consistency": "Consistency Level", "milvus_lite": "Run Milvus Lite Locally"}
DOCS = "https://milvus.io/docs"


@dataclass
class Asked:
    """Puts questions on record in one server."""

    it: Scene
    place: Place
    now: datetime
    _message_id: int = 10**17

    async def ask(
        self,
        text: str = "What is HNSW?",
        outcome: AnswerOutcome | None = "answered",
        *,
        days_ago: float = 0,
        private: bool = False,
        user_id: int | None = 1,
        seconds: float = 2.0,
        pages: tuple[str, ...] = (),
        answer: Answer | None = None,
    ) -> Question:
        """A question with its answer, as they come to be on record."""
        book, question = self.it.records.questions, Question(uuid4().hex, text)
        book.now = self.now - timedelta(days=days_ago)
        channel_id, self._message_id = self.place.channel.id, self._message_id + 1
        origin = Origin("discord", user_id, self.place.guild.id, channel_id, private=private)
        await book.save_question(question, origin)
        await book.save_reply(question.id, Reply(channel_id, self._message_id))
        if answer:
            await book.save_answer(replace(answer, question_id=question.id))
        elif outcome:
            await book.save_answer(_answer(question, outcome, seconds, pages))
        return question

    async def rate(
        self,
        question: Question,
        rating: Rating,
        user_id: int = 1,
        reason: Reason | None = None,
        comment: str = "",
        *,
        days_ago: float = 0,
    ) -> None:
        at = self.now - timedelta(days=days_ago)
        feedback = Feedback(question.id, user_id, rating, at, reason, comment)
        await self.it.records.questions.save_feedback(feedback)

    def link(self, question: Question) -> str:
        """Where its answer is to be seen."""
        reply = self.it.records.questions.replies[question.id]
        return f"https://discord.com/channels/{self.place.guild.id}/{reply.channel_id}/{reply.message_id}"


def here(it: Scene) -> Asked:
    """In the first server, now."""
    return Asked(it, it.here, NOW)


def there(it: Scene) -> Asked:
    """In the second."""
    return Asked(it, it.there, NOW, 2 * 10**17)


async def attachments(seen: InteractionResult) -> list[tuple[str, bytes]]:
    """The files below a message: name and content."""
    assert seen.response is not None
    return [(each.filename, await each.read()) for each in seen.response.attachments]


def _answer(question: Question, outcome: AnswerOutcome, seconds: float, pages: tuple[str, ...]) -> Answer:
    passages = tuple(
        Passage(
            n,
            (f"c{n}",),
            f"{page}.md",
            page,
            f"{DOCS}/{page}.md",
            "",
            TITLES.get(page, page),
            (),
            "text",
            "v3.0.x",
            "en",
            0.1,
        )
        for n, page in enumerate(pages, 1)
    )
    citations = tuple(Citation(each.number, each.page_id, each.link, each.heading) for each in passages)
    times = Times(0.1, 0.5, 0.8, seconds)
    return Answer(question.id, outcome, "It is [1].", question.text, citations, passages, times=times, index=INDEX)
