"""A gate that says what the test wants."""

from rag_core.indexing.gate import Verdict
from rag_core.indexing.store import Generation
from rag_core.progress import ProgressHandler

PASSED = Verdict(passed=True, score=0.8, scores={"q1": 0.8})
TURNED_AWAY = Verdict(passed=False, note="It is worse.", score=0.5, live_score=0.8, scores={"q1": 0.5})


class FakeGate:
    """Implements `Gate`. `asked` holds the ids of the generations that it was asked about, and of their rivals."""

    def __init__(self, verdict: Verdict = PASSED) -> None:
        self.verdict = verdict
        self.asked: list[tuple[str, str | None]] = []

    async def judge(self, new: Generation, live: Generation | None, progress: ProgressHandler) -> Verdict:
        self.asked.append((new.id, live.id if live else None))
        return self.verdict
