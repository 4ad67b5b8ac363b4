"""What operators set, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rag_core.errors import RecordsUnavailable
from rag_core.records.operating import AddedSource, BotState
from tests.fakes.audit import FakeAudit


@dataclass(slots=True)
class FakeOperatingBook:
    """Implements `OperatingBook`. With `down`, every call raises."""

    audit: FakeAudit = field(default_factory=FakeAudit)
    down: bool = False
    _state: BotState = field(default_factory=BotState)
    _sources: dict[str, AddedSource] = field(default_factory=dict)

    async def state(self) -> BotState:
        self._refuse_when_down()
        return self._state

    async def set_paused(self, by: int, *, paused: bool) -> BotState:
        return self._change("pause" if paused else "resume", lambda old: replace(old, paused=paused), by)

    async def set_cron(self, cron: str, by: int) -> BotState:
        return self._change("schedule", lambda old: replace(old, recrawl_cron=cron), by)

    async def sources(self) -> Sequence[AddedSource]:
        self._refuse_when_down()
        return sorted(self._sources.values(), key=lambda source: source.name)

    async def add_source(self, name: str, address: str, by: int) -> bool:
        self._refuse_when_down()
        if name in self._sources:
            return False
        source = self._sources[name] = AddedSource(name, address, by, self.audit.now)
        self.audit.note(None, by, "sources add", name, None, source)
        return True

    async def remove_source(self, name: str, by: int) -> bool:
        self._refuse_when_down()
        source = self._sources.pop(name, None)
        if source is not None:
            self.audit.note(None, by, "sources remove", name, source, None)
        return source is not None

    def _change(self, action: str, change: Callable[[BotState], BotState], by: int) -> BotState:
        self._refuse_when_down()
        before, self._state = self._state, change(self._state)
        if self._state != before:
            self.audit.note(None, by, action, "bot", before, self._state)
        return self._state

    def _refuse_when_down(self) -> None:
        if self.down:
            raise RecordsUnavailable("The fake database is down.")
