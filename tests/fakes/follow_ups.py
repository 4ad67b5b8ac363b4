"""What becomes of questions, in memory."""

import json
from dataclasses import dataclass, field, replace

from rag_core.answering.citing import citation, citations_in
from rag_core.records.audit import AuditEntry
from rag_core.records.follow_ups import Case
from tests.fakes.audit import FakeAudit
from tests.fakes.book import FakeBook


@dataclass(slots=True)
class FakeFollowUpBook:
    """Implements `FollowUpBook` over the questions of a `FakeBook`; who did what can be looked at."""

    questions: FakeBook
    audit: FakeAudit = field(default_factory=FakeAudit)
    solved_by: dict[str, int] = field(default_factory=dict)
    handed_over_by: dict[str, int] = field(default_factory=dict)
    corrected: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    async def case(self, guild_id: int, question_id: str) -> Case | None:
        exchange = await self.questions.exchange(question_id)
        if exchange is None or exchange.origin.guild_id != guild_id:
            return None
        answer = self.questions.answers.get(question_id)
        return Case(
            exchange,
            tuple(map(citation, answer.passages)) if answer else (),
            tuple(each.number for each in answer.citations) if answer else (),
            solved=question_id in self.solved_by,
            handed_over=question_id in self.handed_over_by,
            corrected=question_id in self.corrected,
        )

    async def solve(self, guild_id: int, question_id: str, by: int) -> bool | None:
        return await self._once(self.solved_by, guild_id, question_id, by)

    async def hand_over(self, guild_id: int, question_id: str, by: int) -> bool | None:
        return await self._once(self.handed_over_by, guild_id, question_id, by)

    async def take_back_hand_over(self, guild_id: int, question_id: str) -> None:
        if await self.case(guild_id, question_id):
            self.handed_over_by.pop(question_id, None)

    async def correct(self, guild_id: int, question_id: str, text: str, by: int) -> Case | None:
        before = await self.case(guild_id, question_id)
        answer = self.questions.answers.get(question_id)
        if before is None or answer is None:
            return None
        now = replace(answer, text=text, citations=citations_in(text, answer.passages))
        self.questions.answers[question_id] = now
        self.corrected.setdefault(question_id, []).append((answer.text, text))
        subject = f"question {question_id}"
        old, new = (json.dumps({"text": each}, ensure_ascii=False) for each in (answer.text, text))
        self.audit.kept.append(AuditEntry(guild_id, by, "correct", subject, old, new, self.audit.now))
        return await self.case(guild_id, question_id)

    async def _once(self, done: dict[str, int], guild_id: int, question_id: str, by: int) -> bool | None:
        if await self.case(guild_id, question_id) is None:
            return None
        first = question_id not in done
        done.setdefault(question_id, by)
        return first
