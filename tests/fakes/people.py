"""Blocks and choices in memory."""

from dataclasses import dataclass, field

from rag_core.records.people import Block
from tests.fakes.audit import FakeAudit


@dataclass(slots=True)
class FakePeopleBook:
    """Implements `PeopleBook`."""

    audit: FakeAudit = field(default_factory=FakeAudit)
    _blocks: dict[tuple[int, int], Block] = field(default_factory=dict)
    _out: set[int] = field(default_factory=set)

    async def block(self, guild_id: int, user_id: int, reason: str, by: int) -> None:
        before = self._blocks.get((guild_id, user_id))
        after = self._blocks[guild_id, user_id] = Block(guild_id, user_id, by, reason, self.audit.now)
        self.audit.note(guild_id, by, "block", f"person {user_id}", before, after)

    async def unblock(self, guild_id: int, user_id: int, by: int) -> bool:
        before = self._blocks.pop((guild_id, user_id), None)
        if before is not None:
            self.audit.note(guild_id, by, "unblock", f"person {user_id}", before, None)
        return before is not None

    async def block_of(self, guild_id: int, user_id: int) -> Block | None:
        return self._blocks.get((guild_id, user_id))

    async def blocks(self, guild_id: int) -> list[Block]:
        own = sorted((each for each in self._blocks.values() if each.guild_id == guild_id), key=lambda b: b.user_id)
        return sorted(own, key=lambda block: block.at, reverse=True)

    def stands_for(self, number: int, user_id: int) -> bool:
        return number in {user_id, -user_id}

    async def opted_out(self, user_id: int) -> bool:
        return user_id in self._out

    async def opt_out(self, user_id: int, *, out: bool) -> None:
        (self._out.add if out else self._out.discard)(user_id)
