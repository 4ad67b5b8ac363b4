"""A ledger in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rag_core.errors import RecordsUnavailable
from rag_core.indexing.ledger import IndexRun, PageState


class FakeLedger:
    """Implements `Ledger`. `available = False` makes every call raise `RecordsUnavailable`; `fail_at(n)` makes the
    n-th call from now raise it (n from 1), once."""

    def __init__(self) -> None:
        self.available = True
        self._fail_in: int | None = None
        self._pages: dict[str, dict[str, PageState]] = {}
        self._runs: dict[str, IndexRun] = {}

    def fail_at(self, call: int | None) -> None:
        self._fail_in = call

    async def pages(self, generation_id: str) -> Mapping[str, PageState]:
        self._enter()
        return dict(self._pages.get(generation_id, {}))

    async def save_pages(self, generation_id: str, states: Sequence[PageState]) -> None:
        self._enter()
        self._pages.setdefault(generation_id, {}).update({state.url: state for state in states})

    async def forget_pages(self, generation_id: str, urls: Sequence[str] | None = None) -> None:
        self._enter()
        if urls is None:
            self._pages.pop(generation_id, None)
            return
        for url in urls:
            self._pages.get(generation_id, {}).pop(url, None)

    async def save_run(self, run: IndexRun) -> None:
        self._enter()
        self._runs[run.id] = run

    async def runs(self, limit: int = 20) -> list[IndexRun]:
        self._enter()
        return sorted(self._runs.values(), key=lambda run: run.started_at, reverse=True)[:limit]

    async def gate_scores(self, generation_id: str) -> Mapping[str, float]:
        runs = [run for run in await self.runs(len(self._runs)) if run.generation_id == generation_id]
        return next((run.gate_scores for run in runs if run.gate_score is not None), {})

    async def refreshed_at(self, generation_id: str) -> datetime | None:
        self._enter()
        ends = [
            run.finished_at
            for run in self._runs.values()
            if run.generation_id == generation_id and run.status == "finished" and run.finished_at is not None
        ]
        return max(ends, default=None)

    def _enter(self) -> None:
        if self._fail_in is not None:
            self._fail_in -= 1
            if self._fail_in == 0:
                self._fail_in = None
                raise RecordsUnavailable("The fake ledger was told to fail here.")
        if not self.available:
            raise RecordsUnavailable("The fake ledger is switched off.")
