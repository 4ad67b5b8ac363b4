"""Curated answers in memory."""

from dataclasses import dataclass, field, replace

from rag_core.records.curated import Consent, CuratedAnswer, may_be_shown
from tests.fakes.audit import FakeAudit


@dataclass(slots=True)
class FakeCuratedBook:
    """Implements `CuratedBook`."""

    audit: FakeAudit = field(default_factory=FakeAudit)
    _kept: dict[str, CuratedAnswer] = field(default_factory=dict)

    async def add(self, answer: CuratedAnswer) -> None:
        self._kept[answer.id] = answer
        self._note("faq add", answer, answer.added_by, None, answer)

    async def edit(self, guild_id: int, answer_id: str, question: str, answer: str, by: int) -> CuratedAnswer | None:
        if (old := await self.get(guild_id, answer_id)) is None:
            return None
        return self._replace("faq edit", old, replace(old, question=question, answer=answer), by)

    async def decide(self, guild_id: int, answer_id: str, consent: Consent, by: int) -> CuratedAnswer | None:
        if (old := await self.get(guild_id, answer_id)) is None:
            return None
        return self._replace("faq consent", old, replace(old, consent=consent), by)

    async def remove(self, guild_id: int, answer_id: str, by: int) -> CuratedAnswer | None:
        if (old := await self.get(guild_id, answer_id)) is not None:
            del self._kept[answer_id]
            self._note("faq remove", old, by, old, None)
        return old

    async def get(self, guild_id: int, answer_id: str) -> CuratedAnswer | None:
        found = self._kept.get(answer_id)
        return found if found and found.guild_id == guild_id else None

    async def answers(self, guild_id: int) -> list[CuratedAnswer]:
        own = sorted((each for each in self._kept.values() if each.guild_id == guild_id), key=lambda each: each.id)
        return sorted(own, key=lambda each: each.created_at, reverse=True)

    async def showable(self) -> list[CuratedAnswer]:
        return sorted((each for each in self._kept.values() if may_be_shown(each)), key=lambda each: each.id)

    def _replace(self, action: str, old: CuratedAnswer, new: CuratedAnswer, by: int) -> CuratedAnswer:
        changed = self._kept[new.id] = replace(new, changed_at=self.audit.now)
        self._note(action, new, by, old, changed)
        return changed

    def _note(
        self, action: str, answer: CuratedAnswer, by: int, before: CuratedAnswer | None, after: CuratedAnswer | None
    ) -> None:
        self.audit.note(answer.guild_id, by, action, f"curated answer {answer.id}", before, after)
