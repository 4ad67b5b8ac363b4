"""The quality gate: a new generation replaces the live one only if golden questions find their pages in it as well.

Both are asked the same questions, and the means of nDCG@10 are compared over the questions that both were asked. That
measure falls with every place that a page loses, where a hit rate sees only the edge of the list.

The new one passes unless its mean is lower by more than `TOLERANCE`, or by more than one question can weigh where there
are few. A rebuild of unchanged pages with unchanged code differs by less (HNSW is built at random), and documentation
that moves one answer to another page must not stop all updates. No significance is asked for: with a hundred questions
only a loss of about five points would be significant, and readers should not have to wait for that.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final

import structlog

from rag_core.answering.reranking import Reranker
from rag_core.answering.retriever import Retriever
from rag_core.errors import StoreRejected
from rag_core.evaluation import metrics
from rag_core.evaluation.intervals import figure_of
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.runner import searched
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.gate import Verdict
from rag_core.indexing.ledger import Ledger
from rag_core.indexing.planning import searchable
from rag_core.indexing.store import Generation, VectorStore
from rag_core.progress import Progress, ProgressHandler

_log = structlog.get_logger(__name__)

TOLERANCE: Final = 0.02
_ROUNDING: Final = 1e-9

_LEAST_QUESTIONS: Final = 10
"""With fewer, a single page that moved would decide."""

_NAMED: Final = 5


class GoldenGate:
    """Implements `Gate` with golden questions and the retriever that readers' questions go through.

    A live generation of another embedding model can't be searched any more, nor may one of an older schema: its scores
    are those that were recorded when it went live. A sample is no rival: whatever real documentation there is serves
    readers better.
    """

    def __init__(
        self,
        questions: Sequence[GoldenQuestion],
        store: VectorStore,
        embedder: Embedder,
        ledger: Ledger,
        reranker: Reranker | None = None,
    ) -> None:
        self._questions = [question for question in questions if question.gold]
        self._store = store
        self._embedder = embedder
        self._ledger = ledger
        self._reranker = reranker

    async def judge(self, new: Generation, live: Generation | None, progress: ProgressHandler) -> Verdict:
        """Compare a complete, sealed generation with the one that it would replace; both stay as they are.

        Raises:
            StoreUnavailable, StoreRejected, RecordsUnavailable: it can't be told now.
        """
        rival = live if live and not live.sample else None
        questions = await self._usable(new, rival)
        scores = await self._ask(new, questions, progress)
        if rival is None:
            return Verdict(passed=True, score=fmean(scores.values()) if scores else None, scores=scores)
        return _compared(scores, await self._scores_of_rival(rival, questions, progress))

    async def _scores_of_rival(
        self, rival: Generation, questions: Sequence[GoldenQuestion], progress: ProgressHandler
    ) -> Mapping[str, float]:
        if searchable(rival, self._embedder):
            try:
                return await self._ask(rival, questions, progress)
            except StoreRejected as error:
                _log.warning("The live generation can't be searched any more", generation=rival.id, reason=str(error))
        return await self._ledger.gate_scores(rival.id)

    async def _usable(self, new: Generation, rival: Generation | None) -> list[GoldenQuestion]:
        """Questions with a gold page in either generation.

        With a rival from another source they need one in both: leaving its pages was the operator's choice.
        """
        here = await self._answerable(new)
        if rival is None:
            return [question for question in self._questions if question.id in here]
        there = await self._answerable(rival)
        usable = here | there if new.source == rival.source else here & there
        return [question for question in self._questions if question.id in usable]

    async def _answerable(self, generation: Generation) -> set[str]:
        """Ids of the questions that have a gold page in a generation, in their version and language."""
        states = await self._ledger.pages(generation.id)
        held = {tuple(state.page_key.split("/", 2)) for state in states.values()}
        held |= {(language, "", page) for language, _, page in held}
        return {
            question.id
            for question in self._questions
            if any((question.language, question.version or "", page) in held for page in question.gold)
        }

    async def _ask(
        self, generation: Generation, questions: Sequence[GoldenQuestion], progress: ProgressHandler
    ) -> dict[str, float]:
        """nDCG@10 by question."""
        retriever = Retriever(self._store, self._embedder, generation_id=generation.id, reranker=self._reranker)
        scores = {}
        for done, question in enumerate(questions, 1):
            row = await searched(question, retriever)
            scores[question.id] = metrics.ndcg(row.pages, question.gold)
            progress(Progress("Asking golden questions", done, len(questions)))
        return scores


def _compared(scores: Mapping[str, float], before: Mapping[str, float]) -> Verdict:
    common = [id_ for id_ in scores if id_ in before]
    if len(common) < _LEAST_QUESTIONS:
        note = (
            f"It went live unjudged: only {len(common)} golden questions could be compared with the generation before."
        )
        return Verdict(passed=True, note=note, score=fmean(scores.values()) if scores else None, scores=scores)
    now, then = fmean(scores[id_] for id_ in common), fmean(before[id_] for id_ in common)
    passed = then - now <= max(TOLERANCE, 1 / len(common)) + _ROUNDING
    note = "" if passed else _rejection({id_: scores[id_] - before[id_] for id_ in common}, now, then)
    return Verdict(passed, note, now, then, scores)


def _rejection(differences: Mapping[str, float], now: float, then: float) -> str:
    """The sentence with both scores, and the questions that lost most."""
    interval = figure_of(list(differences.values()))
    assert interval is not None  # noqa: S101 - there are at least as many as a comparison needs
    lost = sorted((id_ for id_ in differences if differences[id_] < 0), key=lambda id_: differences[id_])
    return (
        f"It did not go live, since golden questions find their pages less well in it: nDCG@10 {now:.3f}, before "
        f"{then:.3f} ({len(differences)} questions, 95% interval of the difference {interval.low:+.3f} to "
        f"{interval.high:+.3f}). Most was lost by {', '.join(lost[:_NAMED])}."
    )
