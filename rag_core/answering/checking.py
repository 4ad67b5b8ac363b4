"""The whole check of an answer, sentence by sentence: grounding first, a second opinion where that leaves doubt."""

import structlog

from rag_core.answering.grounding import Grounding, Verdict
from rag_core.answering.model import Passage
from rag_core.answering.opinions import Opinion
from rag_core.errors import RagError

_log = structlog.get_logger(__name__)


class Checker:
    """Judges the units of one answer, in order. Without an opinion, what is undecided is held back.

    An opinion that reads decides in place of wording; where it can't be had, wording does.
    """

    def __init__(self, passages: tuple[Passage, ...], question: str, opinion: Opinion | None = None) -> None:
        self._grounding = Grounding(passages, question, wording_decides=opinion is None or not opinion.reads)
        self._opinion = opinion

    async def judge(self, unit: str) -> Verdict:
        """Check one unit as the splitter gives it. Wait for its verdict before the next one."""
        verdict = self._grounding.judge(unit)
        if verdict.reason != "undecided":
            return verdict
        return self._grounding.settle(unit, supported=await self._is_supported(verdict))

    async def _is_supported(self, undecided: Verdict) -> bool:
        """Of what can't be asked, wording decides: an answer goes on without its second opinion."""
        if self._opinion is None:
            return undecided.worded
        claim, *evidence = undecided.evidence
        try:
            return await self._opinion.supports(claim, evidence)
        except RagError as error:
            _log.warning("second opinion failed", reason=str(error), error=type(error).__name__)
            return undecided.worded
